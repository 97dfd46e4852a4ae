"""Trials that race over their folds: the same stops and bytes with any groups, whoever is killed."""
import random
import time

from cluster import ClusterTest, calm_digest, ensemble_digest, main

RACING_SWEEP = """\
name: tiny
data:
  train: {synthetic_digits: {samples: 360, writers: 30, seed: 1, size: 16}}
  test: {synthetic_digits: {samples: 90, writers: 9, seed: 2, size: 16}}
cross_validation: {stratified_k_fold: {folds: 4, seed: 5}}
model: {se_cnn: {width: 4, depth: 1, dense: [16]}}
training: {epochs: 5, batch_size: 32, optimizer: {adam_w: {}}}
search:
  method: {tpe: {startup_trials: 4}}
  max_trials: 10
  parameters:
    training.optimizer.adam_w.lr: {log_uniform: {min: 1.0e-5, max: 0.1}}
  pruning: {fold_racing: {}, most_ahead: 1}
resources: {max_concurrent_trials: 2}
ensemble: {select: {greedy: {rounds: 5}}}
"""


# Its trials wait after each fold.
BREADTH_FIRST_SWEEP = RACING_SWEEP.replace("tpe: {startup_trials: 4}", "random: {}")


class Racing(ClusterTest):
    def ends(self):
        """How each trial ended, with the reason of its stop."""
        return [(trial.get("stopped", {}).get("reason"), trial.get("finished", {}).get("mean"),
                 [parameter["value"] for parameter in trial["parameters"]])
                for trial in self.status()["trials"]]

    def check_any_groups_and_kills(self, sweep, told):
        expected = calm_digest(sweep)
        self.start_coordinator()
        self.submit(sweep)
        for _ in range(3):
            self.start_worker()
        self.wait_for_end()
        calm = self.ends()
        self.assertEqual(expected, ensemble_digest(self.ensemble()))
        self.assertGreater(sum(reason is not None for reason, _, _ in calm), 2)
        explained = self.pleat("explain", "tiny").stdout
        self.assertIn("was paused", explained)
        self.assertIn(told, explained)
        self.assertIn("stopped in round ", explained)
        # Less than all of it was trained.
        self.assertLess(self.count_epochs(), 10 * 4 * 5)
        self.pleat("rm", "tiny")
        self.kill_all()

        rng = random.Random(1)
        coordinator = self.start_coordinator()
        self.submit(sweep)
        workers = [self.start_worker(), self.start_worker()]
        for _ in range(6):
            time.sleep(rng.uniform(0.05, 0.8))
            victim = rng.randrange(3)
            if victim == 2:
                coordinator.kill()
                coordinator.wait()
                coordinator = self.start_coordinator()
            else:
                workers[victim].kill()
                workers[victim] = self.start_worker()
        self.wait_for_end()
        self.assertEqual(self.ends(), calm)
        self.assertEqual(expected, ensemble_digest(self.ensemble()))

    def test_any_groups_and_kills(self):
        self.check_any_groups_and_kills(RACING_SWEEP, "epochs ahead of the race")

    def test_any_groups_and_kills_breadth_first(self):
        self.check_any_groups_and_kills(BREADTH_FIRST_SWEEP, "goes on after round")

    def test_groups_of_two_ranks_pause_together(self):
        self.start_coordinator()
        self.start_mpi_workers(4, 2)
        self.submit(RACING_SWEEP)
        self.wait_for_end()
        self.assertIn("was paused", self.pleat("explain", "tiny").stdout)

    def test_lists_and_exports_stopped_trials(self):
        self.start_coordinator()
        self.submit(RACING_SWEEP)
        self.start_worker()
        self.wait_for_end()
        states = self.pleat("ls", "tiny", "--filter", "state=stopped").stdout
        self.assertIn("stopped", states)
        self.pleat("export-trial", "tiny", "1", "--out", self.dir / "trial.yaml")
        text = (self.dir / "trial.yaml").read_text()
        self.assertNotIn("pruning", text)
        self.assertEqual(self.pleat("validate", self.dir / "trial.yaml").returncode, 0)


if __name__ == "__main__":
    main()
