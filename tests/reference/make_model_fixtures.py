#!/usr/bin/env python3
"""Writes fixtures/se_cnn_{weights,forward}.safetensors: a tiny SE-CNN computed with numpy alone.

Layers by their textbook formulas, in float64; weights and inputs from a fixed seed. Needs numpy:
    python3 tests/reference/make_model_fixtures.py
"""
import json
import pathlib
import struct

import numpy as np

WIDTH, RATIO, DENSE, CLASSES, SIZE, BATCH = 2, 2, 5, 3, 8, 4
EPSILON = 1e-3


def save(path, tensors):
    """The safetensors format: header size, JSON header, raw little-endian numbers."""
    header, offset = {}, 0
    for name, array in tensors.items():
        header[name] = {"dtype": "F64", "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    data = b"".join(np.ascontiguousarray(array, "<f8").tobytes() for array in tensors.values())
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def silu(x):
    return x * sigmoid(x)


def conv(x, weights, name):
    """3x3, zero padding 1; x is [n, c, h, w]."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    height, width = x.shape[2:]
    out = np.zeros((x.shape[0], weights[name + ".weight"].shape[0], height, width))
    for i in range(3):
        for j in range(3):
            window = padded[:, :, i:i + height, j:j + width]
            out += np.einsum("nchw,oc->nohw", window, weights[name + ".weight"][:, :, i, j])
    return out + weights[name + ".bias"][None, :, None, None]


def norm(x, weights, name, training):
    axes = (0,) if x.ndim == 2 else (0, 2, 3)
    shape = (1, -1) if x.ndim == 2 else (1, -1, 1, 1)
    mean = x.mean(axes) if training else weights[name + ".running_mean"]
    var = x.var(axes) if training else weights[name + ".running_var"]
    xhat = (x - mean.reshape(shape)) / np.sqrt(var.reshape(shape) + EPSILON)
    return weights[name + ".weight"].reshape(shape) * xhat + weights[name + ".bias"].reshape(shape)


def dense(x, weights, name):
    return x @ weights[name + ".weight"].T + weights[name + ".bias"]


def conv_block(x, weights, name, training):
    return silu(norm(conv(x, weights, name), weights, name + ".norm", training))


def pool(x):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // 2, 2, w // 2, 2).max((3, 5))


def forward(x, weights, training):
    x = pool(conv_block(x, weights, "stage1.conv1", training))
    x = pool(conv_block(x, weights, "stage2.conv1", training))
    x = conv_block(x, weights, "stage3.conv1", training)
    squeezed = silu(dense(x.mean((2, 3)), weights, "stage3.excite.squeeze"))
    x = x * sigmoid(dense(squeezed, weights, "stage3.excite.excite"))[:, :, None, None]
    x = conv_block(x, weights, "stage3.conv2", training)
    x = x.transpose(0, 2, 3, 1).reshape(x.shape[0], -1)
    x = silu(norm(dense(x, weights, "dense1"), weights, "dense1.norm", training))
    return dense(x, weights, "logits")


def make_weights(random):
    weights, statistics = {}, {}

    def linear(name, *shape):
        weights[name + ".weight"] = random.normal(0, 0.4, shape)
        weights[name + ".bias"] = random.normal(0, 0.2, shape[0])

    def statistic(name, channels):
        weights[name + ".weight"] = random.uniform(0.5, 1.5, channels)
        weights[name + ".bias"] = random.normal(0, 0.2, channels)
        statistics[name + ".running_mean"] = random.normal(0, 0.3, channels)
        statistics[name + ".running_var"] = random.uniform(0.5, 2, channels)

    def conv_weights(name, channels_in, channels_out):
        linear(name, channels_out, channels_in, 3, 3)
        statistic(name + ".norm", channels_out)

    conv_weights("stage1.conv1", 1, WIDTH)
    conv_weights("stage2.conv1", WIDTH, 2 * WIDTH)
    conv_weights("stage3.conv1", 2 * WIDTH, 4 * WIDTH)
    linear("stage3.excite.squeeze", 4 * WIDTH // RATIO, 4 * WIDTH)
    linear("stage3.excite.excite", 4 * WIDTH, 4 * WIDTH // RATIO)
    conv_weights("stage3.conv2", 4 * WIDTH, 4 * WIDTH)
    linear("dense1", DENSE, (SIZE // 4) ** 2 * 4 * WIDTH)
    statistic("dense1.norm", DENSE)
    linear("logits", CLASSES, DENSE)
    return weights | statistics


def main():
    random = np.random.RandomState(7)
    weights = make_weights(random)
    inputs = random.uniform(0, 1, (BATCH, 1, SIZE, SIZE))
    folder = pathlib.Path(__file__).parent / "fixtures"
    folder.mkdir(exist_ok=True)
    save(folder / "se_cnn_weights.safetensors", weights)
    save(folder / "se_cnn_forward.safetensors", {
        "inputs": inputs,
        "logits": forward(inputs, weights, training=False),
        "training_logits": forward(inputs, weights, training=True),
    })


if __name__ == "__main__":
    main()
