"""A state folder whose disk fills: new work is refused before it is applied, what is there is served."""
import os
import signal
import subprocess
import time

from cluster import BIN, TINY_SWEEP, ClusterTest, calm_digest, ensemble_digest, main, wait_until


class StateSpace(ClusterTest):
    def setUp(self):
        super().setUp()
        (self.dir / "state").mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", self.dir / "state"],
                                 capture_output=True)
        if mounted.returncode != 0:
            self.skipTest(f"cannot mount a small disk here: {mounted.stderr.decode().strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", self.dir / "state"], check=False)

    def fill(self, leave):
        """Fills the disk but for `leave` bytes."""
        filler = self.dir / "state/filler"
        filler.unlink(missing_ok=True)
        free = int(subprocess.run(["df", "--output=avail", "-B1", self.dir / "state"], capture_output=True, text=True,
                                  check=True).stdout.split()[1])
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, free - leave))

    def folds(self, state):
        return sum(fold["state"] == f"FOLD_STATE_{state}"
                   for trial in self.status().get("trials", []) for fold in trial.get("folds", []))

    def refuses(self):
        return "no new work is taken" in self.pleat("ls").stdout

    def test_new_work_is_refused_until_there_is_space(self):
        self.start_coordinator()
        self.submit()
        self.fill(leave=200_000)
        wait_until(self.refuses, "the coordinator says that it takes nothing new")
        other = self.write("other.yaml", TINY_SWEEP.replace("name: tiny", "name: other"))
        self.assertIn("free space there", self.pleat("submit", other, code=4).stderr)
        self.assertIn("no new work is taken", self.pleat("status", "tiny").stdout)
        self.assertNotIn("other", self.pleat("ls").stdout)
        self.pleat("explain", "tiny")
        (self.dir / "state/filler").unlink()
        wait_until(lambda: not self.refuses(), "the coordinator takes new work by itself")
        self.pleat("submit", other)

    def test_what_runs_comes_to_its_end(self):
        expected = calm_digest()
        self.start_coordinator()
        self.submit()
        self.start_worker()
        wait_until(lambda: self.count_epochs() >= 1, "a fold is under way")
        self.fill(leave=330_000)
        wait_until(self.refuses, "the coordinator says that it takes nothing new")
        wait_until(lambda: self.folds("RUNNING") == 0, "the fold that was under way comes to its end")
        done = self.folds("DONE")
        self.assertTrue(self.refuses())
        self.assertGreaterEqual(done, 1)
        time.sleep(2)
        self.assertEqual((self.folds("RUNNING"), self.folds("DONE")), (0, done), "no other fold is given out")
        (self.dir / "state/filler").unlink()
        self.wait_for_end()
        self.assertEqual(ensemble_digest(self.ensemble()), expected)

    def test_a_coordinator_starts_on_a_full_disk_and_serves(self):
        coordinator = self.start_coordinator()
        self.submit()
        coordinator.kill(signal.SIGKILL)
        coordinator.wait()
        self.fill(leave=0)
        child = self.start(BIN / "pleat-coordinator", "--state", self.dir / "state", "--store", self.dir / "store",
                           "--listen", self.address)
        wait_until(lambda: "listens" in child.text(), "the coordinator listens")
        self.assertIn("tiny", self.pleat("ls").stdout)
        self.pleat("submit", self.write("other.yaml", TINY_SWEEP.replace("name: tiny", "name: other")), code=4)


if __name__ == "__main__":
    main()
