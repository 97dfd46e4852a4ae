"""Search by a Gaussian process: the same trials with any groups, though the coordinator is killed; and its reasons."""
from cluster import ClusterTest, calm_digest, ensemble_digest, main, wait_until

GP_SWEEP = """\
name: tiny
data:
  train: {synthetic_digits: {samples: 180, writers: 18, seed: 1, size: 16}}
  test: {synthetic_digits: {samples: 60, writers: 6, seed: 2, size: 16}}
cross_validation: {stratified_k_fold: {folds: 2, seed: 5}}
model: {se_cnn: {width: 4, depth: 1, dense: [16]}}
training: {epochs: 2}
search:
  method: {gp: {startup_trials: 4}}
  max_trials: 10
  parameters:
    training.optimizer: {values: [{adam_w: {}}, {sgd: {}}]}
    training.optimizer.adam_w.lr: {log_uniform: {min: 1.0e-5, max: 0.1}}
    training.optimizer.sgd.lr: {log_uniform: {min: 1.0e-4, max: 1}}
    training.batch_size: {log_int_uniform: {min: 16, max: 64}}
  constraints: [training.batch_size * training.epochs <= 100]
resources: {max_concurrent_trials: 2}
"""


class GpSearch(ClusterTest):
    def test_the_same_trials_whoever_is_killed(self):
        expected = calm_digest(GP_SWEEP)
        coordinator = self.start_coordinator()
        self.submit(GP_SWEEP)
        self.start_worker()
        self.start_worker()
        for epochs in (8, 24):
            wait_until(lambda: self.count_epochs() >= epochs, f"{epochs} epochs")
            coordinator.kill()
            coordinator.wait()
            coordinator = self.start_coordinator()
        self.wait_for_end()
        self.assertEqual(ensemble_digest(self.ensemble()), expected)
        explained = self.pleat("explain", "tiny", "9").stdout
        self.assertIn("gp search: suggestion 10 of 10, the highest expected improvement, ", explained)
        self.assertIn("predicted loss ", explained)

    def test_validate_shows_it(self):
        self.write("gp.yaml", GP_SWEEP)
        self.assertIn("gp search, 10 trials", self.pleat("validate", self.dir / "gp.yaml").stdout)


if __name__ == "__main__":
    main()
