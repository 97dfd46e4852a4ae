"""Writes fixtures/seed_split.json: the Kannada-MNIST notebook's split, as it cuts it.

The notebook permutes the rows by a seeded RandomState and cuts them with an unshuffled KFold.

usage: python make_seed_split_fixtures.py    (pip install numpy scikit-learn==1.9.1)
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.model_selection import KFold

OUT = pathlib.Path(__file__).parent / "fixtures" / "seed_split.json"
SEED = 2019
FOLDS = 8


def split(rows):
    """The validation fold of each row of the file."""
    permuted = np.random.RandomState(SEED).permutation(rows)
    fold_of_row = np.full(rows, -1)
    for fold, (_, validated) in enumerate(KFold(FOLDS).split(permuted)):
        fold_of_row[permuted[validated]] = fold
    return fold_of_row.tolist()


def main():
    fixture = {
        "made_by": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        # One that folds divide evenly, as they do the notebook's 60,000, and one that they do not.
        "fold_of_row": [split(rows) for rows in (800, 1003)],
    }
    OUT.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
