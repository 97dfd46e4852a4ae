"""Writes fixtures/folds.json: what scikit-learn's splitters give for small, awkward inputs.

usage: python make_fold_fixtures.py    (pip install numpy scikit-learn==1.9.1)
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    LeaveOneGroupOut,
    PredefinedSplit,
    RepeatedKFold,
    RepeatedStratifiedKFold,
    StratifiedGroupKFold,
    StratifiedKFold,
)

OUT = pathlib.Path(__file__).parent / "fixtures" / "folds.json"


def case(kind, splitter, options, labels, groups=(), predefined=()):
    """One splitter with its options as in a sweep's YAML, the rows, and the validation folds of each row:
    [rows, repeats], -1: none."""
    repeats = options.get("repeats", 1)
    rows = len(labels)
    splits = list(splitter.split(np.zeros((rows, 1)), labels, groups if len(groups) else None))
    folds_per_repeat = len(splits) // repeats
    folds = np.full((rows, repeats), -1)
    for fold, (_, validated) in enumerate(splits):
        folds[validated, fold // folds_per_repeat] = fold
    return {
        "splitter": kind,
        "options": options,
        "labels": [int(label) for label in labels],
        "groups": [int(group) for group in groups],
        "predefined": [int(fold) for fold in predefined],
        "repeats": repeats,
        "fold_count": len(splits),
        "folds": folds.flatten().tolist(),
    }


def k_fold_cases(random):
    for rows, folds in [(2, 2), (10, 3), (101, 8), (1000, 7)]:
        labels = random.integers(0, 3, rows)
        yield case("k_fold", KFold(folds), {"folds": folds, "shuffle": False}, labels)
        for seed in (0, 2019, 2**32 - 1):
            splitter = KFold(folds, shuffle=True, random_state=seed)
            yield case("k_fold", splitter, {"folds": folds, "shuffle": True, "seed": seed}, labels)


def awkward_classes(random):
    """Labels and a number of folds that no class is smaller than."""
    uneven = np.repeat([7, 2, 5], [31, 12, 6])
    random.shuffle(uneven)
    cycling = np.arange(100) % 10
    return [(uneven, 5), (uneven, 6), (cycling, 4), (np.zeros(9, int), 2)]


def stratified_cases(random):
    for labels, folds in awkward_classes(random):
        splitter = StratifiedKFold(folds)
        yield case("stratified_k_fold", splitter, {"folds": folds, "shuffle": False}, labels)
        for seed in (0, 2019):
            splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
            yield case("stratified_k_fold", splitter, {"folds": folds, "shuffle": True, "seed": seed}, labels)


def group_layouts(random):
    tied = np.repeat(np.arange(47), 4)  # all groups of one size
    mixed = np.concatenate([tied, np.repeat([100, -3, 60], [30, 30, 9])])
    random.shuffle(mixed)
    return [(tied, 8), (mixed, 5), (mixed, 50), (np.array([4, 4, 9, 1, 1]), 3)]


def group_cases(random):
    for groups, folds in group_layouts(random):
        labels = np.zeros(len(groups), int)
        yield case("group_k_fold", GroupKFold(folds), {"folds": folds}, labels, groups)
        yield case("leave_one_group_out", LeaveOneGroupOut(), {}, labels, groups)


def stratified_group_cases(random):
    # Up to 300 classes, so that numpy's sums over them take each of their ways; equal groups, whose order only the
    # shuffle decides; groups of one class; one class in all.
    for rows, classes, group_count, folds in [
        (12, 2, 4, 2), (60, 3, 11, 4), (100, 10, 30, 5), (50, 7, 106, 8), (60, 12, 16, 3), (20, 40, 30, 4),
        (20, 150, 25, 2), (0, 300, 20, 2), (60, 1, 20, 4), (32, 8, 16, 4),
    ]:
        # Each class has as many rows as folds at least.
        labels = np.concatenate([np.tile(np.arange(classes), folds), random.integers(0, classes, rows)])
        groups = 3 * random.permutation(np.arange(len(labels)) % group_count) - 5
        yield from stratified_group_case(labels, groups, folds)
    cycling = np.arange(120) % 10
    for groups in (np.arange(120) // 10, np.arange(120) // 12, cycling, np.arange(120) % 16):
        yield from stratified_group_case(cycling, groups, 4)


def stratified_group_case(labels, groups, folds):
    splitter = StratifiedGroupKFold(folds)
    yield case("stratified_group_k_fold", splitter, {"folds": folds, "shuffle": False}, labels, groups)
    for seed in (0, 7):
        splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
        options = {"folds": folds, "shuffle": True, "seed": seed}
        yield case("stratified_group_k_fold", splitter, options, labels, groups)


def repeated_cases(random):
    for rows, folds, repeats, seed in [(10, 3, 1, 0), (57, 5, 4, 2019), (100, 2, 10, 1)]:
        splitter = RepeatedKFold(n_splits=folds, n_repeats=repeats, random_state=seed)
        options = {"folds": folds, "repeats": repeats, "seed": seed}
        yield case("repeated_k_fold", splitter, options, random.integers(0, 3, rows))
    for labels, folds in awkward_classes(random):
        for repeats, seed in [(2, 0), (5, 2019)]:
            splitter = RepeatedStratifiedKFold(n_splits=folds, n_repeats=repeats, random_state=seed)
            options = {"folds": folds, "repeats": repeats, "seed": seed}
            yield case("repeated_stratified_k_fold", splitter, options, labels)


def predefined_cases(random):
    for folds in ([0, 1, -1, 1], [-1, -1, 0], [9, 4, 4, 0, -1, 9], random.integers(-1, 6, 100)):
        yield case("predefined", PredefinedSplit(folds), {}, np.zeros(len(folds), int), predefined=folds)


def main():
    random = np.random.default_rng(1)
    makers = [k_fold_cases, stratified_cases, group_cases, stratified_group_cases, repeated_cases, predefined_cases]
    fixture = {
        "made_by": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        "cases": [one for maker in makers for one in maker(random)],
    }
    OUT.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
