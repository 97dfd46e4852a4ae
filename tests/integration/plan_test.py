"""What a sweep will take, before it is trained: `pleat plan`."""
import json
import signal
import time

from cluster import BIN, ENVIRONMENT, TINY_SWEEP, ClusterTest, main, wait_until

RACING = TINY_SWEEP.replace("""\
  method: grid
  parameters:
    training.optimizer.rmsprop.lr: {values: [3.0e-3, 1.0e-3]}
""", """\
  method: tpe
  max_trials: 24
  pruning: {fold_racing: {}}
  parameters:
    training.optimizer.rmsprop.lr: {log_uniform: {min: 1.0e-4, max: 1.0e-1}}
""")


GROUPS = TINY_SWEEP.replace("stratified_k_fold: {folds: 3, seed: 5}", "leave_one_group_out: {}").replace(
    "\ncross_validation", "\n  groups: {rows_per_group: 12}\ncross_validation")


class Plan(ClusterTest):
    def setUp(self):
        super().setUp()
        self.temporary = self.dir / "tmp"
        self.temporary.mkdir()

    def plan(self, text, *extra, code=0):
        return self.pleat("plan", self.write("sweep.yaml", text), *extra, code=code, cwd=self.dir,
                          env={"TMPDIR": str(self.temporary)})

    def plan_json(self, text, *extra):
        return json.loads(self.plan(text, *extra, "--json").stdout)

    def assert_refused(self, result, *words):
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertEqual(result.stdout, "")

    def test_counts_without_times(self):
        said = self.plan(TINY_SWEEP).stdout
        self.assertIn("tiny: grid search, 2 trials x 3 folds x 4 epochs, on 1 group of 1 rank", said)
        self.assertIn("--probe", said)
        self.assertNotIn("wall time", said)
        plan = self.plan_json(TINY_SWEEP)
        self.assertEqual(plan["worst"], {"foldEpochs": 24})
        self.assertEqual(plan["expected"], {"foldEpochs": 24})

    def test_times_on_given_groups(self):
        plan = self.plan_json(TINY_SWEEP, "--seconds-per-epoch", "10", "--groups", "2", "--ranks", "4")
        self.assertEqual(plan["worst"]["wallSeconds"], 24 * 10 / 2)
        self.assertAlmostEqual(plan["worst"]["gpuHours"], 24 * 10 * 4 / 3600)
        self.assertEqual(plan["notes"], [])
        # All six folds at once.
        plan = self.plan_json(TINY_SWEEP, "--seconds-per-epoch", "10", "--groups", "100")
        self.assertEqual(plan["worst"]["wallSeconds"], 40)

    def test_racing_saves(self):
        plan = self.plan_json(RACING, "--seconds-per-epoch", "1")
        self.assertEqual(plan["worst"]["foldEpochs"], 24 * 3 * 4)
        self.assertLess(plan["expected"]["foldEpochs"], 0.9 * 24 * 3 * 4)
        self.assertEqual(len(plan["plays"]), 5)
        self.assertEqual(self.plan_json(RACING, "--seconds-per-epoch", "1"), plan)
        said = self.plan(RACING, "--plays", "2").stdout
        self.assertIn("in 2 plays", said)
        self.assertIn("search.pruning stops", said)
        self.assertIn("without pruning", said)

    def test_probe(self):
        began = time.monotonic()
        plan = self.plan_json(TINY_SWEEP, "--probe", "--set", "training.epochs=3")
        self.assertGreater(plan["secondsPerEpoch"], 0)
        self.assertLess(plan["secondsPerEpoch"], time.monotonic() - began)
        self.assertAlmostEqual(plan["worst"]["wallSeconds"] / plan["secondsPerEpoch"], 18, places=3)
        self.assertIn("measured here", plan["notes"][-1])
        self.assertEqual(list(self.temporary.iterdir()), [])
        # What only the data tell, it finds.
        self.assertEqual(self.plan_json(GROUPS, "--probe")["folds"], 30)

    def test_interrupted_probe_leaves_nothing(self):
        sweep = self.write("sweep.yaml", TINY_SWEEP)
        run = self.start(BIN / "pleat", "plan", sweep, "--probe", "--set", "training.epochs=100000",
                         "--set", "data.train.synthetic_digits.samples=100000",
                         env={**ENVIRONMENT, "TMPDIR": str(self.temporary)})
        wait_until(lambda: list(self.temporary.glob("*/logs/worker_0.log")), "the probe has begun")
        run.kill(signal.SIGINT)
        self.assertEqual(run.wait(), 130, run.text())
        self.assertEqual(list(self.temporary.iterdir()), [])

    def test_bad_input(self):
        self.assert_refused(self.plan(TINY_SWEEP.replace("epochs: 4", "epocs: 4"), code=2), "sweep.yaml:8:3", "epochs")
        self.assert_refused(self.plan(TINY_SWEEP, "--set", "training.epochs=-1", code=2), "training.epochs")
        self.assert_refused(self.pleat("plan", self.dir / "absent.yaml", code=2), "absent.yaml")
        for option, value in (("--groups", "0"), ("--groups", "-1"), ("--ranks", "0"), ("--plays", "0"),
                              ("--folds", "0"), ("--seconds-per-epoch", "-3"), ("--seconds-per-epoch", "0"),
                              ("--seconds-per-epoch", "nan"), ("--seconds-per-epoch", "long")):
            self.assert_refused(self.plan(TINY_SWEEP, option, value, code=2), option)
        self.assert_refused(self.plan(TINY_SWEEP, "--probe", "--seconds-per-epoch", "1", code=2), "--probe")
        self.assert_refused(self.plan(TINY_SWEEP, "--folds", "4", code=2), "--folds 4", "cross_validation makes it 3")
        self.assert_refused(self.plan(TINY_SWEEP, "--set", "resources.group_size=2", "--ranks", "3", code=2),
                            "--ranks 3", "resources.group_size makes it 2")
        self.assert_refused(self.plan(GROUPS, code=2), "--folds")
        self.assertIn("x 6 folds", self.plan(GROUPS, "--folds", "6").stdout)

    def test_searches_that_cannot_be_played(self):
        external = RACING.replace("method: tpe", "method: external").replace("  pruning: {fold_racing: {}}\n", "")
        for extra in ((), ("--probe",)):
            self.assert_refused(self.plan(external, *extra, code=2), "search.method is external")
        self.assertIn("24 trials", self.plan(external, "--set", "search.method=random").stdout)

    def test_a_probe_that_fails(self):
        absent = TINY_SWEEP.replace("{synthetic_digits: {samples: 360, writers: 30, seed: 1, size: 16}}",
                                    "{csv: {path: absent.csv}}")
        self.assert_refused(self.plan(absent, "--probe", code=2), "absent.csv")
        # Without a probe nothing reads the data.
        self.assertIn("2 trials", self.plan(absent).stdout)
        self.assertEqual(list(self.temporary.iterdir()), [])

    def test_leaves_out_earlier_sweeps(self):
        plan = self.plan_json(RACING.replace("  max_trials: 24\n", "  max_trials: 24\n  warm_start: [older]\n"))
        self.assertIn("warm_start", plan["notes"][0])


if __name__ == "__main__":
    main()
