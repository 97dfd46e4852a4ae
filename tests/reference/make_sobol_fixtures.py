"""Writes Joe and Kuo's direction numbers (new-joe-kuo-6, as SciPy ships them) as the table that the coordinator
compiles, coordinator/search/sobol_directions.inc, and fixtures/sobol.json: points of SciPy's unscrambled sequence.

usage: python make_sobol_fixtures.py    (pip install numpy scipy==1.17.1)
"""

import json
import pathlib
import warnings

import numpy as np
import scipy
import scipy.stats
from scipy.stats import qmc

HERE = pathlib.Path(__file__).parent
TABLE = HERE.parent.parent / "coordinator" / "search" / "sobol_directions.inc"
OUT = HERE / "fixtures" / "sobol.json"
DIMENSIONS = 256
BITS = 30  # SciPy's


def table():
    """A line per dimension after the first: its primitive polynomial as bits, and its first direction numbers."""
    data = np.load(pathlib.Path(scipy.stats.__file__).parent / "_sobol_direction_numbers.npz")
    lines = [
        "// Written by tests/reference/make_sobol_fixtures.py: for dimensions 1, 2, … the primitive polynomial, its",
        "// coefficients as bits, and the first direction numbers m_1, m_2, …, one per degree.",
    ]
    for polynomial, directions in zip(data["poly"][1:DIMENSIONS], data["vinit"][1:DIMENSIONS]):
        degree = int(polynomial).bit_length() - 1
        numbers = ", ".join(str(number) for number in directions[:degree])
        lines.append(f"{{{polynomial}, {{{numbers}}}}},")
    return "\n".join(lines) + "\n"


def point(index):
    sequence = qmc.Sobol(DIMENSIONS, scramble=False, bits=BITS)
    if index:
        sequence.fast_forward(index)
    return [int(x) for x in sequence.random(1)[0] * 2**BITS]


def main():
    warnings.simplefilter("ignore")  # one point does not balance the sequence
    TABLE.write_text(table())
    first = qmc.Sobol(8, scramble=False, bits=BITS).random(64) * 2**BITS
    fixture = {
        "scipy": scipy.__version__,
        "bits": BITS,
        "first_points_of_8": [[int(x) for x in row] for row in first],
        "points": {str(index): point(index) for index in (1, 1023, 54321, 999999)},
    }
    OUT.write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
