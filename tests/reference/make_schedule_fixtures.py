#!/usr/bin/env python3
"""Writes fixtures/schedules.json: rates of PyTorch's schedulers, decisions of Keras's callbacks.

Needs torch 2.11 with its Python requirements, and Keras 3 (KERAS_BACKEND=torch).
"""
import json
import os
import pathlib
import types

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import torch

# Falls, stands still, rises, falls a little, at last by much.
LOSSES = [1.0, 0.8, 0.79995, 0.81, 0.8, 0.7, 0.7, 0.69, 0.69, 0.695, 0.6895, 0.5, 0.55, 0.52, 0.5, 0.51, 0.499, 0.6, 0.6, 0.6]


def rates(make, steps):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    scheduler = make(optimizer)
    values = []
    for step in range(steps):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step + 1 < steps:
            scheduler.step()
    return values


def one_cycle(steps, warmup, div, final_div):
    spec = {"warmup": warmup, "div": div, "final_div": final_div}
    values = rates(
        lambda optimizer: torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=0.3, total_steps=steps, pct_start=warmup, div_factor=div,
            final_div_factor=final_div, cycle_momentum=False),
        steps)
    return {"spec": {"one_cycle": spec}, "epochs": steps, "steps_per_epoch": 1, "rates": values}


def step_lr(epochs, every, factor):
    values = rates(lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, every, factor), epochs)
    return {"spec": {"step": {"every": every, "factor": factor, "warmup": 0}}, "epochs": epochs,
            "steps_per_epoch": 1, "rates": values}


def model():
    optimizer = types.SimpleNamespace(learning_rate=keras.Variable(0.25, dtype="float64"))
    return types.SimpleNamespace(optimizer=optimizer, stop_training=False)


def plateau(values, metric, **options):
    callback = keras.callbacks.ReduceLROnPlateau(
        monitor=metric, mode="max" if metric == "val_accuracy" else "min", **options)
    trained = model()
    callback.set_model(trained)
    callback.on_train_begin()
    lrs = []
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {metric: value})
        lrs.append(float(trained.optimizer.learning_rate))
    return {"spec": {"metric": metric, **options}, "values": values, "rates": lrs}


def early_stopping(values, metric, **options):
    callback = keras.callbacks.EarlyStopping(
        monitor=metric, mode="max" if metric == "val_accuracy" else "min", **options)
    trained = model()
    callback.set_model(trained)
    callback.on_train_begin()
    epochs = 0
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {metric: value})
        epochs = epoch + 1
        if trained.stop_training:
            break
    return {"spec": {"metric": metric, **options}, "values": values, "epochs": epochs}


def main():
    accuracies = [1 - value for value in LOSSES]
    fixture = {
        "rates": [
            one_cycle(40, 0.3, 25, 1e4), one_cycle(37, 0.45, 10, 100), one_cycle(7, 0.1, 25, 1e4),
            one_cycle(2, 0.3, 5, 5), step_lr(12, 4, 0.1), step_lr(9, 1, 0.7),
        ],
        "plateau": [
            plateau(LOSSES, "val_loss", patience=3, factor=0.5, min_lr=1e-8, min_delta=1e-4, cooldown=0),
            plateau(LOSSES, "val_loss", patience=1, factor=0.5, min_lr=0.02, min_delta=0.01, cooldown=0),
            plateau(LOSSES, "val_loss", patience=1, factor=0.25, min_lr=0, min_delta=0, cooldown=2),
            plateau(LOSSES, "val_log_loss", patience=2, factor=0.5, min_lr=0, min_delta=0.02, cooldown=3),
            plateau(LOSSES, "val_loss", patience=0, factor=0.5, min_lr=0, min_delta=0, cooldown=1),
            plateau(accuracies, "val_accuracy", patience=2, factor=0.5, min_lr=0, min_delta=0.01, cooldown=1),
        ],
        "early_stopping": [
            early_stopping(LOSSES, "val_loss", patience=patience, min_delta=min_delta)
            for patience in [0, 1, 2, 3, 4, 10] for min_delta in [0, 1e-4, 0.01]
        ] + [
            early_stopping(accuracies, "val_accuracy", patience=patience, min_delta=0.01)
            for patience in [1, 2, 3]
        ],
    }
    path = pathlib.Path(__file__).parent / "fixtures" / "schedules.json"
    path.write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
