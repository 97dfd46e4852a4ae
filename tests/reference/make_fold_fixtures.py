"""Writes fixtures/folds.json: what scikit-learn's splitters give for small, awkward inputs.

usage: python make_fold_fixtures.py    (pip install numpy scikit-learn==1.9.1)
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

OUT = pathlib.Path(__file__).parent / "fixtures" / "folds.json"


def fold_of_row(splitter, labels, groups=None):
    """The validation fold of each row."""
    folds = np.full(len(labels), -1)
    for fold, (_, rows) in enumerate(splitter.split(np.zeros((len(labels), 1)), labels, groups)):
        folds[rows] = fold
    return folds.tolist()


def k_fold_cases(random):
    for rows, folds in [(2, 2), (10, 3), (101, 8), (1000, 7)]:
        labels = random.integers(0, 3, rows)
        yield "k_fold", labels, None, KFold(folds)
        for seed in (0, 2019, 2**32 - 1):
            yield "k_fold", labels, None, KFold(folds, shuffle=True, random_state=seed)


def stratified_cases(random):
    uneven = np.repeat([7, 2, 5], [31, 12, 6])
    random.shuffle(uneven)
    cycling = np.arange(100) % 10
    for labels, folds in [(uneven, 5), (uneven, 6), (cycling, 4), (np.zeros(9, int), 2)]:
        yield "stratified_k_fold", labels, None, StratifiedKFold(folds)
        for seed in (0, 2019):
            splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
            yield "stratified_k_fold", labels, None, splitter


def group_cases(random):
    tied = np.repeat(np.arange(47), 4)  # all groups of one size
    mixed = np.concatenate([tied, np.repeat([100, -3, 60], [30, 30, 9])])
    random.shuffle(mixed)
    for groups, folds in [(tied, 8), (mixed, 5), (mixed, 50), (np.array([4, 4, 9, 1, 1]), 3)]:
        yield "group_k_fold", np.zeros(len(groups), int), groups, GroupKFold(folds)


def describe(kind, labels, groups, splitter):
    return {
        "splitter": kind,
        "folds": splitter.n_splits,
        "shuffle": bool(splitter.shuffle),
        "seed": splitter.random_state or 0,
        "labels": labels.tolist(),
        "groups": [] if groups is None else groups.tolist(),
        "fold_of_row": fold_of_row(splitter, labels, groups),
    }


def main():
    random = np.random.default_rng(1)
    cases = [*k_fold_cases(random), *stratified_cases(random), *group_cases(random)]
    fixture = {
        "made_by": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        "cases": [describe(*case) for case in cases],
    }
    OUT.write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
