"""Optuna suggests, Pleat trains: every trial is a whole cross-validation on the cluster.

    python optuna_suggests.py SWEEP.yaml TRIALS [IN_FLIGHT]

The sweep says `search: {method: external, max_trials: …}` and declares its parameters, as digits.yaml beside this file
does. Several trials are in flight at once: each that ends makes place for the next suggestion.
"""
import sys

import optuna

import pleat

LR = "training.optimizer.rmsprop.lr"
DROPOUT = "model.se_cnn.dropout"


def main(file, trials, in_flight=2):
    client = pleat.Client()
    name = client.submit(file)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
    open_trials = {}  # Pleat's number -> Optuna's trial

    def add_trial():
        trial = study.ask()
        parameters = {LR: trial.suggest_float(LR, 1e-4, 1e-2, log=True),
                      DROPOUT: trial.suggest_float(DROPOUT, 0, 0.5)}
        open_trials[client.add_trial(name, parameters)] = trial

    for _ in range(min(trials, in_flight)):
        add_trial()
    for event in client.watch(name):
        kind = event.WhichOneof("update")
        if kind not in ("trial_finished", "trial_cancelled"):
            continue
        ended = getattr(event, kind)
        if ended.trial not in open_trials:
            continue  # of an earlier run of this program
        trial = open_trials.pop(ended.trial)
        if kind == "trial_finished" and ended.folds:
            study.tell(trial, ended.mean)
        else:
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
        if len(study.trials) < trials:
            add_trial()
        elif not open_trials:
            client.finish_search(name)
    print(f"{name}: best {study.best_value:.4f} of {len(study.trials)} trials with {study.best_params}")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
