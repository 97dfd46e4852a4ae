#!/usr/bin/env python3
"""Writes fixtures/seed_net.json: the Kannada-MNIST notebook's network in Keras, as it is with default options.

Weights and inputs follow from a formula of tensor name and element number (formula.py), so that nothing large is
stored. Computed in float64, but for batch norm, which Keras has in float32 at most. Needs Keras 3 and JAX:
    KERAS_BACKEND=jax JAX_ENABLE_X64=1 python3 tests/reference/make_seed_net_fixtures.py
"""
import json
import pathlib

import keras
import numpy as np
from keras import layers

from formula import numbers, tensor

BATCH = 4
SHOWN = 4  # channels of each batch norm whose running statistics are kept

keras.config.set_floatx("float64")


class SeedNet:
    """The notebook's layers; `named` holds those with weights under Pleat's names."""

    def __init__(self, dropout):
        self.dropout = dropout
        self.named = {}
        inputs = keras.Input((28, 28, 1))
        x = self.stage(inputs, "stage1", 64)
        x = self.stage(x, "stage2", 128)
        x = self.conv(x, "stage3.conv1", 256)
        gates = layers.GlobalAveragePooling2D()(x)
        gates = self.dense(gates, "stage3.excite.squeeze", 128, activation="swish")
        gates = self.dense(gates, "stage3.excite.excite", 256, activation="sigmoid")
        x = layers.Multiply()([x, layers.Reshape((1, 1, 256))(gates)])
        x = self.conv(x, "stage3.conv2", 256)
        x = layers.Dropout(dropout)(x)
        x = layers.Flatten()(x)
        x = self.norm_swish(self.dense(x, "dense1", 256), "dense1")
        x = self.norm_swish(self.dense(x, "dense2", 128), "dense2")
        # The notebook's softmax is left out: logits are compared.
        x = self.named.setdefault("logits", layers.Dense(10))(x)
        self.model = keras.Model(inputs, x)

    def stage(self, x, name, width):
        for i in range(3):
            x = self.conv(x, f"{name}.conv{i + 1}", width)
        return layers.Dropout(self.dropout)(layers.MaxPooling2D(2)(x))

    def conv(self, x, name, width):
        layer = layers.Conv2D(width, 3, padding="same", kernel_initializer="he_normal")
        return self.norm_swish(self.named.setdefault(name, layer)(x), name)

    def dense(self, x, name, width, activation=None):
        layer = layers.Dense(width, activation=activation, kernel_initializer="he_normal")
        return self.named.setdefault(name, layer)(x)

    def norm_swish(self, x, name):
        layer = layers.BatchNormalization(momentum=0.99, epsilon=1e-3)
        return layers.Activation("swish")(self.named.setdefault(name + ".norm", layer)(x))

    def set_weights(self):
        for name, layer in self.named.items():
            shapes = [tuple(weight.shape) for weight in layer.get_weights()]
            if name.endswith(".norm"):
                parts = ["weight", "bias", "running_mean", "running_var"]
                layer.set_weights([tensor(f"{name}.{part}", shape) for part, shape in zip(parts, shapes)])
            else:
                layer.set_weights([self.kernel(name, shapes[0]), tensor(f"{name}.bias", shapes[1])])

    @staticmethod
    def kernel(name, shape):
        """Keras has [3, 3, in, out] and [in, out]."""
        if len(shape) == 2:
            return tensor(f"{name}.weight", shape[::-1]).T
        height, width, channels_in, channels_out = shape
        weight = tensor(f"{name}.weight", (channels_out, channels_in, height, width))
        return weight.transpose(2, 3, 1, 0)


def images(name):
    """[rows, 28, 28, 1] from 0 to 1."""
    return (numbers(name, (BATCH, 28, 28, 1)) + 1) / 2


def initial_weights(net):
    """How Keras draws each kernel: deviation and largest absolute value."""
    initial = {}
    for name, layer in net.named.items():
        if not name.endswith(".norm"):
            kernel = layer.get_weights()[0]
            initial[name + ".weight"] = {"deviation": kernel.std(), "largest": np.abs(kernel).max()}
    return initial


def running_statistics(net):
    """After a training pass over each of two batches."""
    net.set_weights()
    training_logits = np.asarray(net.model(images("first"), training=True))
    net.model(images("second"), training=True)
    statistics = {}
    for name, layer in net.named.items():
        if name.endswith(".norm"):
            _, _, mean, variance = layer.get_weights()
            statistics[name] = {"mean": mean[:SHOWN].tolist(), "variance": variance[:SHOWN].tolist()}
    return training_logits, statistics


def main():
    keras.utils.set_random_seed(1)
    net = SeedNet(dropout=0.2)
    initial = initial_weights(net)
    net.set_weights()
    logits = np.asarray(net.model(images("first"), training=False))
    # Masks of dropout are each library's own.
    training_logits, statistics = running_statistics(SeedNet(dropout=0.0))
    fixture = {
        "parameters": int(sum(np.prod(weight.shape) for weight in net.model.trainable_weights)),
        "statistics": int(sum(np.prod(weight.shape) for layer in net.named.values()
                              for weight in layer.non_trainable_weights)),
        "initial": initial,
        "logits": logits.tolist(),
        "training_logits": training_logits.tolist(),
        "running": statistics,
    }
    path = pathlib.Path(__file__).parent / "fixtures" / "seed_net.json"
    path.write_text(json.dumps(fixture, indent=1) + "\n")


if __name__ == "__main__":
    main()
