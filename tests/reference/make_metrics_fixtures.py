"""Writes fixtures/metrics.json: what scikit-learn, numpy and Keras's formulas give for predictions.

usage: python make_metrics_fixtures.py    (pip install numpy scikit-learn==1.9.1)
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.metrics import (
    accuracy_score,
    classification_report,
    confusion_matrix,
    precision_recall_fscore_support,
)

OUT = pathlib.Path(__file__).parent / "fixtures" / "metrics.json"
EPSILON = 1e-7
BINS = 15


def cell_precision_and_recall(probabilities, labels):
    """Keras's old metrics over all cells: K.round is numpy's, half to even."""
    onehot = np.eye(probabilities.shape[1])[labels]
    true_positives = np.sum(np.round(np.clip(onehot * probabilities, 0, 1)))
    predicted = np.sum(np.round(np.clip(probabilities, 0, 1)))
    possible = np.sum(np.round(np.clip(onehot, 0, 1)))
    return true_positives / (predicted + EPSILON), true_positives / (possible + EPSILON)


def valid_accuracy(probabilities, labels):
    """The notebook's table of a fold: the share of each class's rows whose rounded probability is 1."""
    rounded = np.round(probabilities)
    shares = []
    for number in range(probabilities.shape[1]):
        of_class = rounded[labels == number, number]
        shares.append(of_class.mean() if len(of_class) else None)
    return shares


def expected_calibration_error(probabilities, labels):
    """Guo et al. 2017, equation 3; bins ((m - 1) / M, m / M]."""
    confidence = probabilities.max(axis=1)
    hit = probabilities.argmax(axis=1) == labels
    error = 0.0
    for m in range(BINS):
        rows = (confidence > m / BINS) & (confidence <= (m + 1) / BINS)
        if rows.any():
            error += rows.mean() * abs(hit[rows].mean() - confidence[rows].mean())
    return error


def softmax(logits):
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def cases(random):
    """(class names, float32 probabilities, labels)."""
    for classes, rows, sharpness in [(10, 60, 3.0), (3, 25, 1.0), (2, 12, 0.5)]:
        labels = random.integers(0, classes, rows)
        logits = random.normal(size=(rows, classes))
        logits[np.arange(rows), labels] += sharpness
        yield [str(i) for i in range(classes)], softmax(logits).astype(np.float32), labels
    # Class 2 has no rows, class 3 is never predicted; exact halves and a tie.
    halves = np.array(
        [
            [0.5, 0.5, 0, 0],
            [0.25, 0.5, 0.25, 0],
            [0, 0, 1, 0],
            [0.5, 0.25, 0.125, 0.125],
            [0.75, 0, 0, 0.25],
            [0, 1, 0, 0],
        ],
        dtype=np.float32,
    )
    names = ["an uncommonly long name", "ಕನ್ನಡ", "c", "d"]
    yield names, halves, np.array([0, 1, 1, 3, 3, 1])


def describe(names, probabilities, labels):
    values = probabilities.astype(np.float64)
    classes = range(len(names))
    predicted = probabilities.argmax(axis=1)
    arguments = {"labels": list(classes), "zero_division": 0}
    precision, recall, f1, _ = precision_recall_fscore_support(
        labels, predicted, average="macro", **arguments
    )
    by_class = precision_recall_fscore_support(labels, predicted, **arguments)
    cell_precision, cell_recall = cell_precision_and_recall(values, labels)
    clipped = np.clip(values[np.arange(len(labels)), labels], 1e-15, 1)
    return {
        "class_names": names,
        "probabilities": probabilities.ravel().tolist(),
        "labels": labels.tolist(),
        "confusion": confusion_matrix(labels, predicted, labels=list(classes)).ravel().tolist(),
        "accuracy": accuracy_score(labels, predicted),
        "log_loss": float(-np.log(clipped).mean()),
        "macro_precision": precision,
        "macro_recall": recall,
        "macro_f1": f1,
        "cell_precision": cell_precision,
        "cell_recall": cell_recall,
        "ece": expected_calibration_error(values, labels),
        "precision": by_class[0].tolist(),
        "recall": by_class[1].tolist(),
        "f1": by_class[2].tolist(),
        "valid_accuracy": valid_accuracy(values, labels),
        "reports": {
            str(digits): classification_report(
                labels, predicted, target_names=names, digits=digits, **arguments
            )
            for digits in (2, 4)
        },
    }


def main():
    random = np.random.default_rng(1)
    fixture = {
        "made_by": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        "cases": [describe(*case) for case in cases(random)],
    }
    OUT.write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
