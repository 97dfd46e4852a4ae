"""Tensors that follow from a formula of name and element number, so that fixtures need not hold them.

tests/worker/model/formula_tensor.h has the same.
"""
import numpy as np


def scrambled(x):
    """A 32-bit mixing function (lowbias32)."""
    x = x ^ (x >> np.uint32(16))
    x = x * np.uint32(0x7FEB352D)
    x = x ^ (x >> np.uint32(15))
    x = x * np.uint32(0x846CA68B)
    return x ^ (x >> np.uint32(16))


def numbers(name, shape):
    """From -1 to 1, by the 32-bit FNV-1a hash of the name plus the element's number."""
    start = 0x811C9DC5
    for byte in name.encode():
        start = (start ^ byte) * 0x01000193 & 0xFFFFFFFF
    count = int(np.prod(shape))
    bits = scrambled(np.arange(start, start + count, dtype=np.uint64).astype(np.uint32))
    return (bits / 2.0**31 - 1).reshape(shape)


def tensor(name, shape):
    """A tensor of Pleat's network, in Pleat's shape: [out, in, 3, 3], [out, in] or [channels]."""
    u = numbers(name, shape)
    if len(shape) > 1:
        return u * np.sqrt(6 / np.prod(shape[1:]))
    if name.endswith(".norm.weight") or name.endswith("running_var"):
        return 1 + 0.5 * u
    return 0.3 * u if name.endswith("running_mean") else 0.2 * u
