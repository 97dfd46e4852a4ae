"""A sweep as Optuna reads it: `pleat export-optuna`, held against the real package."""
import json
import subprocess
import unittest

from cluster import SOURCE, TINY_SWEEP, ClusterTest, main

PYTHON = SOURCE / "build/peers/bin/python"
SEARCH = """
  method: random
  max_trials: 4
  seed: 3
  metric: {name: val_accuracy}
  parameters:
    training.optimizer.rmsprop.lr: {log_uniform: {min: 1.0e-4, max: 1.0e-2}}
    training.batch_size: {int_uniform: {min: 16, max: 48, step: 8}}
    model.se_cnn.dropout: {uniform: {min: 0, max: 0.4, step: 0.1}}
    training.loss: {values: [cross_entropy, {focal: {gamma: 1}}]}
    training.loss.focal.gamma: {uniform: {min: 0.5, max: 2}}
  enqueue:
    - {training.loss: cross_entropy, training.batch_size: 16}
"""
LOOK = """
import json, sys, optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
study = optuna.load_study(study_name=sys.argv[2], storage=JournalStorage(JournalFileBackend(sys.argv[1])))
print(json.dumps({
    "direction": study.direction.name,
    "best": study.best_trial.number,
    "trials": [{"state": t.state.name, "value": t.value, "params": t.params, "folds": t.intermediate_values}
               for t in study.trials],
    "contained": all(d._contains(d.to_internal_repr(t.params[p])) for t in study.trials
                     for p, d in t.distributions.items())}))
"""


class Optuna(ClusterTest):
    @unittest.skipUnless(PYTHON.exists(), f"{PYTHON} is not installed; tests/run.sh installs it")
    def test_reads_the_journal_of_a_sweep(self):
        head, tail = TINY_SWEEP.split("  method: grid\n")
        text = head + SEARCH.lstrip("\n") + "ensemble:" + tail.split("ensemble:")[1]
        folder = self.dir / "run"
        self.pleat("run", self.write("sweep.yaml", text), "--dir", folder, "--workers", "2")
        listed = json.loads(self.pleat("ls", "tiny", "--dir", folder, "--json").stdout)
        journal = self.dir / "journal.log"
        result = self.pleat("export-optuna", "tiny", "--dir", folder, "--out", journal)
        self.assertIn("4 trials", result.stdout)
        look = subprocess.run([PYTHON, "-c", LOOK, journal, "tiny"], capture_output=True, text=True, check=True)
        study = json.loads(look.stdout)
        self.assertEqual(study["direction"], "MAXIMIZE")
        self.assertTrue(study["contained"])
        self.assertEqual([trial["state"] for trial in study["trials"]], ["COMPLETE"] * 4)
        for ours, theirs in zip(listed["trials"], study["trials"], strict=True):
            self.assertAlmostEqual(ours["score"], theirs["value"], places=6)
            self.assertEqual(set(ours["parameters"]), set(theirs["params"]))
            self.assertEqual(sorted(theirs["folds"]), ["0", "1", "2"])
        best = max(study["trials"], key=lambda trial: trial["value"])
        self.assertEqual(study["trials"][study["best"]]["value"], best["value"])


if __name__ == "__main__":
    main()
