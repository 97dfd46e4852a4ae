"""What attempts leave in the store is collected, halfway broken off or not; what counts stays, to the byte."""
import re
import signal

from cluster import ENVIRONMENT, TINY_SWEEP, ClusterTest, calm_digest, ensemble_digest, main, wait_until

BEST_EPOCH = TINY_SWEEP.replace("  epochs: 4\n", "  epochs: 4\n  checkpoint: best\n")
# The folds of the trial that lost, beside those of the members.
MEMBERS_ONLY = TINY_SWEEP.replace("greedy: {rounds: 5}", "best: {}") + "resources: {keep: members}\n"
NEXT = """\
name: next
data:
  train: {synthetic_digits: {samples: 360, writers: 30, seed: 1, size: 16}}
cross_validation: {stratified_k_fold: {folds: 3, seed: 5}}
model: {se_cnn: {width: 4, depth: 1, dense: [16], dropout: 0.1}}
training: {epochs: 1, batch_size: 32, start_from: {sweep: tiny}}
"""


class Garbage(ClusterTest):
    def trials(self):
        return self.dir / "store/sweeps/tiny/trials"

    def folds(self):
        return sorted(self.trials().glob("*/fold_*"))

    def garbage(self):
        """Of folds that are trained: attempts beyond the one with the result, checkpoints beyond the one that counts.

        That one may lie in the folder of a worker that had come to its end, and was killed before it could say so.
        """
        found = []
        for fold in self.folds():
            checkpoints = sorted(fold.glob("attempt_*/checkpoint_*"))
            found += checkpoints[1:]
            for attempt in sorted(fold.glob("attempt_*")):
                files = list(attempt.glob("*"))
                if not (attempt / "oof.npy").exists() and files != checkpoints[:1]:
                    found.append(attempt)
        return found + list(self.trials().rglob(".tmp-*"))

    def wait_for_clean_store(self):
        wait_until(lambda: not self.garbage(), "garbage is collected", timeout=60)

    def explained(self):
        return " ".join(self.pleat("explain", "tiny").stdout.split())

    def train_with_kills(self):
        """Kills workers in the middle of folds; each leaves an attempt."""
        worker = self.start_worker()
        for epochs in (2, 9, 14):
            wait_until(lambda: self.count_epochs() >= epochs, f"{epochs} epochs were reported")
            worker.kill()
            worker.wait()
            worker = self.start_worker()
        self.wait_for_end()

    def test_lost_attempts_go_and_the_ensemble_is_the_calm_one(self):
        self.start_coordinator()
        self.submit()
        self.train_with_kills()
        self.wait_for_clean_store()
        self.assertEqual(len(self.folds()), 6)
        for fold in self.folds():
            kept = {path.name for path in fold.glob("attempt_*/*")}
            self.assertLessEqual({"oof.npy", "epochs.csv", "classes.csv"}, kept)
            self.assertEqual(len(list(fold.glob("attempt_*/checkpoint_*/weights.safetensors"))), 1)
        self.assertEqual(calm_digest(), ensemble_digest(self.ensemble()))
        self.assertRegex(self.explained(), r"\d+ files? removed, \d+\.\d MB")

    def test_the_best_epoch_of_a_lost_attempt_stays(self):
        self.start_coordinator()
        self.submit(BEST_EPOCH)
        self.train_with_kills()
        self.assertEqual(calm_digest(BEST_EPOCH), ensemble_digest(self.ensemble()))

    def test_coordinator_killed_halfway_goes_on(self):
        environment = {**ENVIRONMENT, "PLEAT_FAILPOINTS": "coordinator.collect_garbage.before_removal=kill@2"}
        coordinator = self.start_coordinator_with(environment)
        self.submit()
        worker = self.start_worker()
        wait_until(lambda: self.count_epochs() >= 2, "epochs were reported")
        worker.kill()
        worker.wait()
        # What a writer that lost its lease, and does not know, may leave.
        stale = self.folds()[0] / "attempt_1"
        for name in ("checkpoint_7/weights.safetensors", "checkpoint_8/optimizer.safetensors", ".tmp-1-1"):
            (stale / name).parent.mkdir(exist_ok=True)
            (stale / name).write_text("stale")
        self.start_worker()
        self.assertEqual(coordinator.wait(timeout=90), -signal.SIGKILL)
        self.assertTrue(stale.exists() or self.garbage(), "nothing was left when it died")
        self.start_coordinator()
        self.wait_for_end()
        self.wait_for_clean_store()
        self.assertEqual(calm_digest(), ensemble_digest(self.ensemble()))

    def start_coordinator_with(self, environment):
        saved = dict(ENVIRONMENT)
        ENVIRONMENT.update(environment)
        try:
            return self.start_coordinator()
        finally:
            ENVIRONMENT.clear()
            ENVIRONMENT.update(saved)

    def test_a_stale_writer_after_the_end_is_collected_at_the_next_start(self):
        coordinator = self.start_coordinator()
        self.submit()
        self.train_with_kills()
        self.wait_for_clean_store()
        lost = next(fold for fold in self.folds() if not (fold / "attempt_1").exists())
        late = lost / "attempt_1/checkpoint_99/weights.safetensors"
        late.parent.mkdir(parents=True)
        late.write_text("late")
        coordinator.kill()
        coordinator.wait()
        self.start_coordinator()
        wait_until(lambda: not late.exists(), "what was written late is collected")

    def test_members_alone_are_kept(self):
        self.start_coordinator()
        self.submit(MEMBERS_ONLY)
        worker = self.start_worker()
        self.wait_for_end()
        members = {(member["trial"], member["fold"]) for member in self.members()}
        self.assertEqual(len(members), 3)

        def with_weights():
            return {tuple(int(number) for number in re.findall(r"(\d+)/fold_(\d+)", str(path))[0])
                    for path in self.trials().rglob("weights.safetensors")}

        wait_until(lambda: with_weights() == members, "other weights are removed")
        self.assertEqual(len(list(self.trials().rglob("oof.npy"))), 6)
        self.assertIn("the weights of 3 folds are no longer kept", self.explained())

        # The ensemble is whole.
        self.assertEqual(calm_digest(MEMBERS_ONLY), ensemble_digest(self.ensemble()))
        self.pleat("pull", "tiny", "--to", self.dir / "pulled")
        rows = "".join(",".join([f"r{row}", *(str((row * 37 + i) % 256) for i in range(256))]) + "\n" for row in range(5))
        test = self.write("test.csv", ",".join(["id", *(f"pixel{i}" for i in range(256))]) + "\n" + rows)
        self.pleat("predict", self.dir / "pulled", "--input", test, "--out", self.dir / "predicted.csv")
        self.assertEqual(len((self.dir / "predicted.csv").read_text().splitlines()), 6)
        self.pleat("report", "tiny", "--out", self.dir / "report.html")

        # What would need the weights says so.
        for command in (("extend", "tiny", "--repeats", "1"), ("extend", "tiny", "--trials", "1")):
            self.assertIn("the weights of 3 folds were freed by `resources.keep: members`",
                          self.pleat(*command, code=4).stderr)
        loser = ({0, 1} - {trial for trial, _ in members}).pop()
        text = NEXT.replace("{sweep: tiny}", "{sweep: tiny, trial: %d}" % loser)
        refused = self.pleat("submit", self.write("next.yaml", text), code=4).stderr
        self.assertIn(f"the weights of fold 0 of trial {loser} of sweep 'tiny' were freed by", refused)
        # The members' are there.
        self.pleat("submit", self.write("next.yaml", NEXT))
        self.wait_for_end("next")
        worker.kill()

    def members(self):
        found = self.status()["members"]["members"]
        return [{"trial": member.get("trial", 0), "fold": member.get("fold", 0)} for member in found]


if __name__ == "__main__":
    main()
