"""A sweep's trials as a pandas frame, best first.

    python sweep_frame.py SWEEP [FILE.csv]
"""
import sys

import pandas

import pleat


def sweep_frame(client, name):
    """A row per trial: state, score, standard error, folds done, and a column per parameter."""
    metric = client.get(name).spec.search.metric
    maximize = metric.goal == "maximize" or (metric.goal == "auto" and not metric.name.endswith(("loss", "ece")))
    frame = pandas.DataFrame(client.trials(name)).set_index("trial")
    return frame.sort_values("score", ascending=not maximize)


if __name__ == "__main__":
    found = sweep_frame(pleat.Client(), sys.argv[1])
    print(found.to_string())
    if len(sys.argv) > 2:
        found.to_csv(sys.argv[2])
