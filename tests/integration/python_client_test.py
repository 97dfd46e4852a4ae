"""The Python package: installed by pip as people do, and its examples with the real Optuna and pandas."""
import csv
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from cluster import ENVIRONMENT, SOURCE, ClusterTest, main

PYTHON = SOURCE / "build/peers/bin/python"

STUDY = """
import json, math, pleat
client = pleat.Client()
space = {"x": {"uniform": {"min": -1, "max": 1}}, "kind": {"values": ["good", "bad"]},
         "depth": {"int_uniform": {"min": 1, "max": 3}, "when": {"kind": "bad"}}}
client.create_study("curve", space, method={"tpe": {"startup_trials": 8}}, max_trials=40, seed=1)
client.create_study("curve", space, method={"tpe": {"startup_trials": 8}}, max_trials=40, seed=1)
seen = []
while (trial := client.ask("curve")) is not None:
    assert isinstance(trial.parameters["x"], float)
    assert ("depth" in trial.parameters) == (trial.parameters["kind"] == "bad")
    value = (trial.parameters["x"] - 0.3) ** 2 + (trial.parameters["kind"] == "bad")
    client.report("curve", trial.number, 1, 2 * value)
    counts = client.tell("curve", trial.number, math.nan if trial.number == 3 else value)
    assert counts == (trial.number != 3)
    seen.append(value)
refusals = []
for call in (lambda: client.tell("curve", 5, 1.0), lambda: client.ask("curv"),
             lambda: client.create_study("curve", space, seed=2),
             lambda: client.create_study("b", {"x": {"uniform": {"min": 1, "max": 0}}})):
    try:
        call()
    except pleat.PleatError as error:
        refusals.append(str(error))
study = client.get_study("curve")
print(json.dumps({"trials": len(seen), "early": min(seen[:8]), "best": study.summary.best_value, "least": min(seen),
                  "failed": study.summary.failed, "steps": [one.step for one in study.trials[4].steps], "refusals": refusals,
                  "listed": [one.name for one in client.studies()]}))
client.remove_study("curve")
assert not client.studies()
"""

SWEEP = """
import json, sys, pleat
client = pleat.Client()
refusals = []
for call in (lambda: client.submit_text("name: a\\ntrainig: {}\\n", file="bad.yaml"),
             lambda: client.add_trial("digits-external", {"model.se_cnn.dropout": 0.1}),
             lambda: client.get("nothing")):
    try:
        call()
    except pleat.PleatError as error:
        refusals.append(str(error))
print(json.dumps({"refusals": refusals, "pulled": str(client.pull("digits-external", sys.argv[1])),
                  "trials": client.trials("digits-external")}))
"""

# The second of the two further trials keeps the sweep open until the first was cancelled and is trained again.
CHANGES = """
import json, pleat
client = pleat.Client()
name = "digits-external"
parameters = client.trials(name)[0]
point = {path: value for path, value in parameters.items() if path.startswith(("model.", "training."))}
total = client.extend(name, trials=2)
client.change_limits(name, "resources.max_failures=7")
first = client.add_trial(name, {**point, "model.se_cnn.dropout": 0.111})
client.cancel(name, trial=first)
folds = client.retry(name, first)
second = client.add_trial(name, {**point, "model.se_cnn.dropout": 0.222})
refusals = []
for call in (lambda: client.retry(name, 0), lambda: client.change_limits(name, "resources.max_failures=7"),
             lambda: client.extend(name)):
    try:
        call()
    except pleat.PleatError as error:
        refusals.append(str(error))
print(json.dumps({"total": total, "first": first, "second": second, "folds": folds, "refusals": refusals}))
"""


@unittest.skipUnless(PYTHON.exists(), f"{PYTHON} is not installed; tests/run.sh installs it")
class PythonClient(ClusterTest):
    @classmethod
    def setUpClass(cls):
        cls.package = pathlib.Path(tempfile.mkdtemp(prefix="pleat-python-"))
        cls.addClassCleanup(shutil.rmtree, cls.package)
        shutil.copytree(SOURCE / "client/python", cls.package / "source")
        subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                        "--no-build-isolation", "--no-deps", "--target", cls.package / "site", cls.package / "source"],
                       check=True, timeout=100)

    def setUp(self):
        super().setUp()
        self.start_coordinator()

    def run_python(self, *arguments):
        result = subprocess.run([PYTHON, *map(str, arguments)], capture_output=True, text=True, cwd=self.dir,
                                timeout=150, env={**ENVIRONMENT, "PYTHONPATH": str(self.package / "site"),
                                                  "PLEAT_COORDINATOR": self.address})
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def files_of(self, folder):
        folder = pathlib.Path(folder)
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def test_optuna_suggests_and_pleat_trains(self):
        self.start_worker()
        examples = SOURCE / "client/python/examples"
        said = self.run_python(examples / "optuna_suggests.py", examples / "digits.yaml", 4)
        self.assertRegex(said, r"digits-external: best [0-9.]+ of 4 trials")
        self.wait_for_end("digits-external")

        told = json.loads(self.run_python("-c", SWEEP, self.dir / "pulled"))
        pulled = self.files_of(told["pulled"])
        self.assertIn("manifest.json", pulled)
        self.assertEqual(pulled, {name: data for name, data in self.files_of(self.ensemble("digits-external")).items()
                                  if name in pulled})
        self.assertEqual([trial["state"] for trial in told["trials"]], ["finished"] * 4)
        bad, ended, unknown = told["refusals"]
        self.assertIn('bad.yaml:2:1: unknown key "trainig"; did you mean "training"?', bad)
        self.assertIn("already ended", ended)
        self.assertIn("there is no sweep 'nothing'", unknown)

        self.run_python(examples / "sweep_frame.py", "digits-external", self.dir / "frame.csv")
        with open(self.dir / "frame.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        scores = [float(row["score"]) for row in rows]
        self.assertEqual(scores, sorted(scores))
        self.assertEqual({int(row["trial"]) for row in rows}, {0, 1, 2, 3})
        by_number = {trial["trial"]: trial for trial in told["trials"]}
        for row in rows:
            self.assertEqual(float(row["model.se_cnn.dropout"]),
                             by_number[int(row["trial"])]["model.se_cnn.dropout"])

        told = json.loads(self.run_python("-c", CHANGES))
        self.assertEqual((told["total"], told["first"], told["second"]), (6, 4, 5))
        self.assertGreater(len(told["folds"]), 1)
        trained, same, nothing = told["refusals"]
        self.assertIn("each fold of trial 0 is trained", trained)
        self.assertIn("nothing changes", same)
        self.assertIn("nothing is added", nothing)
        self.wait_for_end("digits-external")
        self.assertEqual([path.name for path in sorted(self.ensemble("digits-external").parent.iterdir())], ["1", "2"])
        changes = json.loads((self.ensemble("digits-external").parent / "2/manifest.json").read_text())["changes"]
        self.assertEqual(len(changes), 3)

    def test_pleat_suggests_and_python_evaluates(self):
        told = json.loads(self.run_python("-c", STUDY))
        self.assertEqual(told["trials"], 40)
        self.assertEqual(told["failed"], 1)
        self.assertEqual(told["listed"], ["curve"])
        self.assertLess(told["least"], told["early"])
        self.assertEqual(told["best"], told["least"])
        self.assertEqual(told["steps"], [1])
        ended, unknown, other, empty = told["refusals"]
        self.assertIn("trial 5 of study 'curve' has ended already", ended)
        self.assertIn("did you mean 'curve'?", unknown)
        self.assertIn("is taken by a study with another search", other)
        self.assertIn("search.parameters[x].uniform: min must be less than max", empty)

    def test_a_study_outlives_the_coordinator(self):
        ask = "import pleat, sys; c = pleat.Client(); " \
              "c.create_study('s', {'x': {'uniform': {'min': 0, 'max': 1}}}, method='sobol', max_trials=8); " \
              "t = c.ask('s'); print(t.number, t.parameters['x']); c.tell('s', t.number, t.parameters['x'])"
        first = self.run_python("-c", ask).split()
        self.children[0].kill()
        self.children[0].wait()
        self.start_coordinator()
        second = self.run_python("-c", ask).split()
        self.assertEqual((first[0], second[0]), ("0", "1"))
        self.assertNotEqual(first[1], second[1])


if __name__ == "__main__":
    main()
