#!/usr/bin/env python3
"""Writes fixtures/training.json: five steps of the Kannada-MNIST notebook's training, in PyTorch and float64.

The notebook's network at an eighth of its width, without dropout; symmetric cross entropy; Keras's batch norm and
RMSprop, written out where torch has others. Weights and images by formula.py. Needs torch 2.11 with its Python
requirements, and numpy:
    python3 tests/reference/make_training_fixtures.py
"""
import json
import pathlib

import numpy as np
import torch
from torch.nn import functional

from formula import numbers, tensor

WIDTH, DENSE, CLASSES = 8, (256, 128), 10
STEPS, BATCH = 5, 8
ALPHA, BETA, CLIP = 1.0, 1.0, 1e-7
LR, RHO, EPSILON = 3e-4, 0.9, 1e-7
MOMENTUM, NORM_EPSILON = 0.99, 1e-3
SHOWN = 4  # elements of each tensor


class Net:
    """Parameters and running statistics by Pleat's names."""

    def __init__(self):
        self.parameters, self.statistics = {}, {}
        channels = 1
        for stage, width in (("stage1", WIDTH), ("stage2", 2 * WIDTH)):
            for i in range(3):
                channels = self.add_normed(f"{stage}.conv{i + 1}", (width, channels, 3, 3))
        channels = self.add_normed("stage3.conv1", (4 * WIDTH, channels, 3, 3))
        self.add_linear("stage3.excite.squeeze", (channels // 2, channels))
        self.add_linear("stage3.excite.excite", (channels, channels // 2))
        channels = self.add_normed("stage3.conv2", (4 * WIDTH, channels, 3, 3))
        channels *= 7 * 7
        for i, width in enumerate(DENSE):
            channels = self.add_normed(f"dense{i + 1}", (width, channels))
        self.add_linear("logits", (CLASSES, channels))

    def add_linear(self, name, shape):
        for part, size in (("weight", shape), ("bias", shape[:1])):
            values = torch.from_numpy(tensor(f"{name}.{part}", size))
            self.parameters[f"{name}.{part}"] = values.requires_grad_(True)

    def add_normed(self, name, shape):
        self.add_linear(name, shape)
        for part in ("weight", "bias"):
            values = torch.from_numpy(tensor(f"{name}.norm.{part}", shape[:1]))
            self.parameters[f"{name}.norm.{part}"] = values.requires_grad_(True)
        for part in ("running_mean", "running_var"):
            self.statistics[f"{name}.norm.{part}"] = torch.from_numpy(tensor(f"{name}.norm.{part}", shape[:1]))
        return shape[0]

    def linear(self, x, name):
        weight, bias = self.parameters[name + ".weight"], self.parameters[name + ".bias"]
        return functional.conv2d(x, weight, bias, padding=1) if weight.dim() == 4 else functional.linear(x, weight, bias)

    def normed(self, x, name):
        """conv or dense, batch norm of the batch's own biased variance, swish."""
        x = self.linear(x, name)
        axes = [axis for axis in range(x.dim()) if axis != 1]
        mean, variance = x.mean(axes), x.var(axes, correction=0)
        for part, batch in (("running_mean", mean), ("running_var", variance)):
            running = self.statistics[f"{name}.norm.{part}"]
            running.mul_(MOMENTUM).add_(batch.detach(), alpha=1 - MOMENTUM)
        shape = [-1 if axis == 1 else 1 for axis in range(x.dim())]
        x = (x - mean.view(shape)) / torch.sqrt(variance.view(shape) + NORM_EPSILON)
        weight, bias = self.parameters[name + ".norm.weight"], self.parameters[name + ".norm.bias"]
        x = x * weight.view(shape) + bias.view(shape)
        return x * torch.sigmoid(x)

    def forward(self, x):
        for stage in ("stage1", "stage2"):
            for i in range(3):
                x = self.normed(x, f"{stage}.conv{i + 1}")
            x = functional.max_pool2d(x, 2)
        x = self.normed(x, "stage3.conv1")
        gates = functional.silu(self.linear(x.mean([2, 3]), "stage3.excite.squeeze"))
        x = x * torch.sigmoid(self.linear(gates, "stage3.excite.excite"))[:, :, None, None]
        x = self.normed(x, "stage3.conv2")
        x = x.permute(0, 2, 3, 1).flatten(1)  # Keras flattens channels last
        for i in range(len(DENSE)):
            x = self.normed(x, f"dense{i + 1}")
        return self.linear(x, "logits")


class RmsProp:
    """Keras's: no bias correction, epsilon outside the root."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.mean_squares = [torch.zeros_like(parameter) for parameter in parameters]

    def step(self):
        for parameter, mean_square in zip(self.parameters, self.mean_squares):
            gradient = parameter.grad
            mean_square.copy_(RHO * mean_square + (1 - RHO) * gradient**2)
            parameter.data -= LR * gradient / (torch.sqrt(mean_square) + EPSILON)
            parameter.grad = None


def symmetric_cross_entropy(logits, labels):
    """Wang et al. 2019 on probabilities, both logarithms clipped as in the notebook; [rows]."""
    predicted = torch.softmax(logits, 1)
    true = functional.one_hot(labels, CLASSES).to(predicted.dtype)
    cross_entropy = -(true * predicted.clamp(CLIP, 1).log()).sum(1)
    reverse = -(predicted * true.clamp(CLIP, 1).log()).sum(1)
    return ALPHA * cross_entropy + BETA * reverse


def data():
    """Bytes as of images, [rows, 28, 28], and labels. Each class has a bright line, so that losses fall."""
    rows = STEPS * BATCH
    labels = np.floor((numbers("labels", (rows,)) + 1) / 2 * CLASSES).astype(np.int64)
    pixels = np.floor((numbers("pixels", (rows, 28, 28)) + 1) / 2 * 200)
    for row, label in enumerate(labels):
        pixels[row, 4 + 2 * label] = 255
    return torch.from_numpy(pixels / 255)[:, None], torch.from_numpy(labels)


def summary(values):
    values = values.detach()
    return {"norm": values.norm().item(), "first": values.flatten()[:SHOWN].tolist()}


def main():
    images, labels = data()
    net = Net()
    start = {name: values.detach().clone() for name, values in net.parameters.items()}
    optimizer = RmsProp(list(net.parameters.values()))
    losses = []
    for step in range(STEPS):
        rows = slice(step * BATCH, (step + 1) * BATCH)
        loss = symmetric_cross_entropy(net.forward(images[rows]), labels[rows]).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    fixture = {
        "losses": losses,
        "parameters": {
            name: summary(values) | {"moved": (values.detach() - start[name]).norm().item()}
            for name, values in net.parameters.items()
        },
        "statistics": {name: summary(values) for name, values in net.statistics.items()},
    }
    path = pathlib.Path(__file__).parent / "fixtures" / "training.json"
    path.write_text(json.dumps(fixture, indent=1) + "\n")


if __name__ == "__main__":
    main()
