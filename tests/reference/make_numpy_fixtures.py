"""Writes fixtures/numpy.json: RandomState draws, and .npy and safetensors files as hex.

usage: python make_numpy_fixtures.py    (pip install numpy safetensors)
"""

import io
import json
import pathlib

import numpy as np
from safetensors.numpy import save

OUT = pathlib.Path(__file__).parent / "fixtures" / "numpy.json"


def shuffled(seed, size):
    """Two shuffles in a row, so that the state after the first one counts too."""
    random = np.random.RandomState(seed)
    values = np.arange(100, 100 + size)
    random.shuffle(values)
    return {
        "seed": seed,
        "size": size,
        "shuffle": values.tolist(),
        "permutation": random.permutation(size).tolist(),
    }


def npy(array):
    """An array as numpy.save writes it."""
    file = io.BytesIO()
    np.save(file, array)
    return {
        "dtype": array.dtype.str,
        "shape": list(array.shape),
        "values": array.ravel().tolist(),
        "file": file.getvalue().hex(),
    }


def npy_cases():
    yield np.array([[0.5, -1.25, 3e38], [1e-40, 0.0, 7.0]], np.float32)
    yield np.array([0.1, -2.5e300])
    yield np.array([[[-(2**31), 2**31 - 1]]], np.int32)
    yield np.array([2**63 - 1, -5, 0])
    yield np.arange(200, dtype=np.uint8).reshape(2, 100)
    yield np.zeros((0, 4), np.float32)
    yield np.array(42)  # no dimensions


def main():
    fixture = {
        "made_by": f"numpy {np.__version__}",
        "random_state": [shuffled(s, n) for s in (0, 1, 2019, 2**32 - 1) for n in (1, 2, 65, 700)],
        "npy": [npy(array) for array in npy_cases()],
        "safetensors": save(
            {"weight": np.array([[1.5, -2.0]], np.float32), "steps": np.array([7])}, {"epoch": "3"}
        ).hex(),
    }
    OUT.write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
