#!/usr/bin/env python3
"""Writes fixtures/losses.json: mean losses of five rows and their gradients, by torch's autograd.

The formulas are written out over softmax probabilities in float64. Needs torch 2.11 with its Python
requirements.
"""
import json
import pathlib

import torch
from torch.nn.functional import cross_entropy, one_hot

ROWS, CLASSES = 5, 4
LABELS = torch.tensor([0, 3, 1, 2, 2])


def logits():
    values = (torch.arange(ROWS * CLASSES, dtype=torch.float64) * 1.7).sin() * 2
    values = values.view(ROWS, CLASSES)
    values[-1, 2] = -30  # a label of nearly no probability
    values[0] = torch.tensor([25.0, -3.0, 0.5, 1.0])  # and one of nearly 1
    return values.requires_grad_(True)


def symmetric(z, alpha, beta):
    p = z.softmax(1)
    y = one_hot(LABELS, CLASSES).double()
    forward = -(y * p.clip(1e-7, 1).log()).sum(1)
    reverse = -(p * y.clip(1e-7, 1).log()).sum(1)
    return (alpha * forward + beta * reverse).mean()


def of_label(z, loss):
    return loss(z.softmax(1).gather(1, LABELS[:, None]).squeeze(1)).mean()


def focal(z, gamma):
    return of_label(z, lambda p: -((1 - p) ** gamma) * p.log())


def generalized(z, q):
    return of_label(z, lambda p: (1 - p**q) / q)


# By the loss in the form of the configuration.
LOSSES = [
    ({"cross_entropy": {"label_smoothing": 0}}, lambda z: cross_entropy(z, LABELS)),
    ({"cross_entropy": {"label_smoothing": 0.1}}, lambda z: cross_entropy(z, LABELS, label_smoothing=0.1)),
    ({"symmetric_cross_entropy": {"alpha": 1, "beta": 1}}, lambda z: symmetric(z, 1, 1)),
    ({"symmetric_cross_entropy": {"alpha": 0.1, "beta": 3}}, lambda z: symmetric(z, 0.1, 3)),
    ({"focal": {"gamma": 0}}, lambda z: focal(z, 0)),
    ({"focal": {"gamma": 0.5}}, lambda z: focal(z, 0.5)),
    ({"focal": {"gamma": 2}}, lambda z: focal(z, 2)),
    ({"generalized_cross_entropy": {"q": 0.7}}, lambda z: generalized(z, 0.7)),
    ({"generalized_cross_entropy": {"q": 1}}, lambda z: generalized(z, 1)),
    ({"generalized_cross_entropy": {"q": 0.001}}, lambda z: generalized(z, 0.001)),
]


def main():
    fixture = {"logits": logits().tolist(), "labels": LABELS.tolist(), "losses": []}
    for spec, loss_of in LOSSES:
        z = logits()
        loss = loss_of(z)
        loss.backward()
        fixture["losses"].append({"spec": spec, "loss": loss.item(), "gradient": z.grad.tolist()})
    path = pathlib.Path(__file__).parent / "fixtures" / "losses.json"
    path.write_text(json.dumps(fixture, indent=1) + "\n")


if __name__ == "__main__":
    main()
