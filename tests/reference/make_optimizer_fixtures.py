#!/usr/bin/env python3
"""Writes fixtures/optimizers.json: every 101st of 1003 weights after five steps of torch.optim.

Needs torch 2.11 with its Python requirements.
"""
import json
import pathlib

import torch

SIZE, STRIDE, STEPS = 1003, 101, 5
OPTIMIZERS = {
    "plain_sgd": lambda p: torch.optim.SGD(p, lr=1e-2),
    "sgd": lambda p: torch.optim.SGD(p, lr=1e-2, momentum=0.9, weight_decay=0.01),
    "nesterov": lambda p: torch.optim.SGD(p, lr=1e-2, momentum=0.9, weight_decay=0.01, nesterov=True),
    "plain_adam": lambda p: torch.optim.Adam(p, lr=1e-2, betas=(0.8, 0.95), eps=1e-3),
    "adam": lambda p: torch.optim.Adam(p, lr=1e-2, weight_decay=0.01),
    "adam_w": lambda p: torch.optim.AdamW(p, lr=1e-2, weight_decay=0.01),
}


def wave(frequency, phase):
    return (torch.arange(SIZE, dtype=torch.float64) * frequency + phase).sin()


def train(make):
    weights = wave(0.37, 0.5).requires_grad_(True)
    optimizer = make([weights])
    for step in range(1, STEPS + 1):
        weights.grad = wave(0.11, step)
        optimizer.step()
    return weights.detach()[::STRIDE].tolist()


def main():
    fixture = {name: train(make) for name, make in OPTIMIZERS.items()}
    fixture["stride"] = STRIDE
    path = pathlib.Path(__file__).parent / "fixtures" / "optimizers.json"
    path.write_text(json.dumps(fixture, indent=1) + "\n")


if __name__ == "__main__":
    main()
