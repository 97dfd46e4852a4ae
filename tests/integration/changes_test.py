"""Sweeps that people extend, retry and limit otherwise after their submission."""
import json

from cluster import TINY_SWEEP, ClusterTest, ensemble_digest, main, wait_until

GRID = """\
  method: grid
  parameters:
    training.optimizer.rmsprop.lr: {values: [3.0e-3, 1.0e-3]}
"""
RANDOM = """\
  method: random
  max_trials: %d
  parameters:
    training.optimizer.rmsprop.lr: {log_uniform: {min: 1.0e-3, max: 1.0e-2}}
"""
SPLITTER = "stratified_k_fold: {folds: 3, seed: 5}"
RACE = """\
  pruning: {asha: {eta: 2, min_epochs: 1}, fold_racing: {}}
resources: {max_concurrent_trials: 2}
"""


def sweep_of(trials, more=""):
    return TINY_SWEEP.replace(GRID, RANDOM % trials + more)


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text())


class Changes(ClusterTest):
    def run_locally(self, text, folder):
        """Runs a sweep, or goes on with it; returns where its ensembles are."""
        self.pleat("run", self.write(f"{folder}.yaml", text), "--dir", self.dir / folder, "--workers", "1")
        return self.dir / folder / "sweeps/tiny/ensemble"

    def assert_same(self, extended, whole, changes):
        """The same bytes, but for the manifest's list of changes."""
        digests = [ensemble_digest(folder) for folder in (extended, whole)]
        for digest in digests:
            digest.pop("manifest.json")
        self.assertEqual(*digests)
        manifest = manifest_of(extended)
        self.assertEqual(manifest.pop("changes"), changes)
        self.assertEqual(manifest, manifest_of(whole))

    def test_an_extended_run_is_as_one_that_had_all_trials(self):
        first = self.run_locally(sweep_of(2), "extended")
        before = ensemble_digest(first / "1")
        told = self.pleat("extend", "tiny", "--trials", "2", "--dir", self.dir / "extended").stdout
        self.assertIn("tiny: 4 trials, 2 before; it goes on\n", told)
        self.assertIn("go on with the `pleat run FILE --dir", told)
        self.run_locally(sweep_of(2), "extended")
        whole = self.run_locally(sweep_of(4), "whole")
        self.assert_same(first / "2", whole / "1", ["extended from 2 to 4 trials"])
        self.assertEqual(before, ensemble_digest(first / "1"))
        self.assertIn("extended from 2 to 4 trials", (first / "2/report.html").read_text())
        explained = self.pleat("explain", "tiny", "--dir", self.dir / "extended").stdout
        self.assertIn("sweep: extended from 2 to 4 trials, so it goes on\n    because asked for 2 more trials", explained)
        self.pleat("explain", "tiny", "3", "2", "--dir", self.dir / "extended")
        self.assertIn("it has 4", self.pleat("explain", "tiny", "4", "--dir", self.dir / "extended", code=2).stderr)

    def test_repeats_are_as_if_there_had_been_more(self):
        def repeated(count):
            return sweep_of(2).replace(SPLITTER, "repeated_k_fold: {folds: 2, repeats: %d, seed: 3}" % count)

        first = self.run_locally(repeated(1), "extended")
        self.pleat("extend", "tiny", "--repeats", "2", "--dir", self.dir / "extended")
        self.run_locally(repeated(1), "extended")
        whole = self.run_locally(repeated(3), "whole")
        self.assert_same(first / "2", whole / "1", ["extended from 1 to 3 repeats"])
        self.assertEqual(len(manifest_of(first / "1")["members"]) * 3, len(manifest_of(first / "2")["members"]))

    def test_a_fold_that_failed_is_trained_again(self):
        text = TINY_SWEEP + "resources: {max_failures: 1}\n"
        whole = self.run_locally(text, "whole")
        coordinator = self.start_coordinator()
        blocked = self.dir / "store/sweeps/tiny/trials/0001/fold_2"
        blocked.parent.mkdir(parents=True)
        blocked.write_text("in the way")
        self.submit(text)
        self.start_worker()
        self.wait_for_end()
        self.assertIn("is trained, and would give the same bits", self.pleat("retry", "tiny", "0", "1", code=4).stderr)
        blocked.unlink()
        self.assertIn("has no trial 9", self.pleat("retry", "tiny", "9", code=2).stderr)
        coordinator.kill()
        coordinator.wait()
        coordinator = self.start_coordinator()
        self.assertIn("tiny: trial 1 fold 2 is trained again; the sweep goes on",
                      self.pleat("retry", "tiny", "1", "2").stdout)
        coordinator.kill()
        coordinator.wait()
        self.start_coordinator()
        self.wait_for_end()
        self.assert_same(self.ensemble().parent / "2", whole / "1", ["trial 1 fold 2 is trained again"])
        self.assertIn("trial 1: fold 2 to be trained again", self.pleat("explain", "tiny", "1", "2").stdout)
        # A watch from the beginning tells of both ends.
        watched = self.pleat("watch", "tiny").stdout
        self.assertIn("trial 1: fold 2 is trained again", watched)
        self.assertEqual(watched.count("] ensemble built"), 2)
        self.pleat("pull", "tiny", "--to", self.dir / "pulled")
        self.assertEqual(ensemble_digest(self.dir / "pulled"), ensemble_digest(self.ensemble().parent / "2"))

    def test_limits_of_a_race_change_while_it_runs(self):
        self.start_coordinator()
        self.submit(sweep_of(4, RACE))
        self.start_worker()
        wait_until(lambda: self.count_epochs() >= 2, "epochs were reported")
        told = self.pleat("limits", "tiny", "search.max_trials=6", "resources.max_concurrent_trials=3").stdout
        self.assertIn("tiny: search.max_trials is 6 now, 4 before\n", told)
        self.assertIn("nothing changes", self.pleat("limits", "tiny", "search.max_trials=6", code=4).stderr)
        self.assertIn("did you mean", self.pleat("limits", "tiny", "search.max_trails=6", code=2).stderr)
        self.start_worker()
        self.wait_for_end()
        status = self.status()
        self.assertEqual(len(status["trials"]), 6)
        stopped = [trial["trial"] for trial in status["trials"] if "stopped" in trial]
        self.assertTrue(stopped)
        self.assertIn("tiny: 8 trials, 6 before; it goes on", self.pleat("extend", "tiny", "--trials", "2").stdout)
        self.wait_for_end()
        told = json.loads(self.pleat("retry", "tiny", stopped[0], "--json").stdout)
        self.assertTrue(told["reopened"])
        self.wait_for_end()
        status = self.status()
        self.assertEqual(len(status["trials"]), 8)
        self.assertEqual(len(status["trials"][stopped[0]]["finished"]["folds"]), 3)
        self.assertEqual(status["ensemble"]["version"], 3)
        self.assertEqual(len(status["changes"]), 3)
        self.assertIn("search.max_trials changed from 4 to 6", self.pleat("explain", "tiny").stdout)

    def test_refuses_with_one_line(self):
        self.start_coordinator()
        self.submit(TINY_SWEEP)
        self.start_worker()
        self.assertIn("did you mean \"tiny\"?", self.pleat("extend", "tinny", "--trials", "1", code=2).stderr)
        self.wait_for_end()
        self.assertIn("all 2 trials of the space", self.pleat("extend", "tiny", "--trials", "1", code=4).stderr)
        self.assertIn("nothing is added", self.pleat("extend", "tiny", code=2).stderr)
        self.assertIn("splitter without repeats", self.pleat("extend", "tiny", "--repeats", "1", code=4).stderr)
        self.pleat("rm", "tiny")
        self.assertIn("no sweep", self.pleat("retry", "tiny", "0", code=2).stderr)


main()
