"""Sweeps that begin with the weights of earlier ones, by a cluster and by `pleat run` in one folder."""
from cluster import ClusterTest, main

EARLY = """\
name: early
data:
  train: {synthetic_digits: {samples: 240, writers: 20, seed: 1, size: 16}}
  test: {synthetic_digits: {samples: 60, writers: 6, seed: 2, size: 16}}
cross_validation: {stratified_k_fold: {folds: 2, seed: 5}}
model: {se_cnn: {width: 4, depth: 1, dense: [16]}}
training:
  epochs: 3
  batch_size: 24
  ema: {decay: 0.9}
  mixup: {alpha: 0.2}
"""
LATER = EARLY.replace("name: early", "name: later").replace("epochs: 3", "epochs: 1\n  start_from: {sweep: early}")
USED = EARLY.replace("name: early", "name: used") + "  train: false\n  start_from: {sweep: early, strict: true}\n"


class StartFrom(ClusterTest):
    def folds(self, name):
        return self.status(name)["trials"][0]["folds"]

    def loss(self, fold):
        return fold["result"]["metrics"]["valLogLoss"]

    def explained(self, name):
        """What explain prints, in one line whatever its width."""
        return " ".join(self.pleat("explain", name).stdout.split())

    def test_weights_of_an_earlier_sweep(self):
        self.start_coordinator()
        self.assertIn("there is no sweep 'early'", self.submit_text(LATER, code=4).stderr)
        self.submit_text(EARLY)
        self.assertIn("'early' has not ended yet", self.submit_text(LATER, code=4).stderr)
        worker = self.start_worker()
        self.wait_for_end("early")
        self.submit_text(LATER)
        self.submit_text(USED)
        self.wait_for_end("later")
        self.wait_for_end("used")

        self.assertIn("begins with the weights of sweep early, trial 0 (its best), fold by fold",
                      self.explained("later"))
        self.assertIn("tensors of earlier weights", self.explained("later"))
        for early, later, used in zip(self.folds("early"), self.folds("later"), self.folds("used")):
            self.assertLess(self.loss(later), self.loss(early) + 0.1)
            self.assertEqual(self.loss(used), self.loss(early))
            self.assertEqual(self.bytes_of(used["result"]["oof"]), self.bytes_of(early["result"]["oof"]))
            self.assertEqual(used["lastEpoch"]["epoch"], 1)
        predictions = [(self.ensemble(name) / "predictions.npy").read_bytes() for name in ("early", "used")]
        self.assertEqual(*predictions)

        # What a sweep that runs begins with stays.
        worker.kill()
        self.submit_text(LATER.replace("name: later", "name: last"))
        self.assertIn("sweep 'last' begins with the weights of 'early'", self.pleat("rm", "early", code=4).stderr)
        self.pleat("cancel", "last")
        self.pleat("rm", "early")

    def test_runs_of_one_folder(self):
        folder = ("--dir", self.dir / "runs", "--workers", "1")
        self.pleat("run", self.write("early.yaml", EARLY), *folder)
        self.pleat("run", self.write("used.yaml", USED), *folder)
        of = self.dir / "runs/sweeps"
        self.assertEqual(*((of / name / "ensemble/1/predictions.npy").read_bytes() for name in ("early", "used")))

    def bytes_of(self, artifact):
        return (self.dir / "store" / artifact["path"]).read_bytes()

    def submit_text(self, text, code=0):
        return self.pleat("submit", self.write("sweep.yaml", text), code=code)


if __name__ == "__main__":
    main()
