"""A disk that fills: one clear message, nothing lost, and the run goes on when there is space again."""
import contextlib
import subprocess

from cluster import BIN, TINY_SWEEP, ClusterTest, calm_digest, ensemble_digest, main, wait_until


class DiskFull(ClusterTest):
    def setUp(self):
        super().setUp()
        self.disk = self.dir / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", self.disk], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest(f"cannot mount a small disk here: {mounted.stderr.decode().strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk], check=False)

    def fill(self, leave):
        """Fills the disk but for `leave` bytes."""
        (self.disk / "filler").unlink(missing_ok=True)
        free = int(subprocess.run(["df", "--output=avail", "-B1", self.disk], capture_output=True, text=True,
                                  check=True).stdout.split()[1])
        (self.disk / "filler").write_bytes(bytes(max(0, free - leave)))

    def fill_up(self):
        """Takes what is free now; files that others remove make room again."""
        with contextlib.suppress(OSError), open(self.disk / "filler", "ab", buffering=0) as filler:
            while True:
                filler.write(bytes(4096))

    def test_run_on_a_full_disk_says_so_and_goes_on_when_called_again(self):
        self.fill(leave=0)
        folder = self.disk / "run"
        command = ("run", self.write("sweep.yaml", TINY_SWEEP), "--dir", folder, "--workers", "1")
        result = self.pleat(*command, code=(1, 4), timeout=120)
        self.assertRegex(result.stdout + result.stderr, "(?i)space")
        self.assertFalse((folder / "sweeps/tiny/ensemble/1/manifest.json").exists())
        (self.disk / "filler").unlink()
        self.pleat(*command)
        self.assertEqual(ensemble_digest(folder / "sweeps/tiny/ensemble/1"), calm_digest())

    def test_run_on_a_nearly_full_disk_waits_for_space(self):
        self.fill(leave=900_000)
        folder = self.disk / "run"
        run = self.start(BIN / "pleat", "run", self.write("sweep.yaml", TINY_SWEEP), "--dir", folder, "--workers", "1")
        wait_until(lambda: "no tasks are handed out, because the disk" in run.text(), "the run says that it waits")
        self.assertTrue(run.running())
        (self.disk / "filler").unlink()
        self.assertEqual(run.wait(120), 0, run.text())
        self.assertEqual(ensemble_digest(folder / "sweeps/tiny/ensemble/1"), calm_digest())

    def test_worker_on_a_full_disk_pauses_its_fold_says_so_and_goes_on(self):
        text = TINY_SWEEP.replace("epochs: 4", "epochs: 40")
        (self.dir / "store").symlink_to(self.disk)
        # The coordinator's journal lies on another disk; it would hold back tasks, not stop the one in hand.
        self.start_coordinator("--min-free-mb", "0")
        self.submit(text)
        worker = self.start_worker()
        wait_until(lambda: self.count_epochs() >= 3, "epochs were reported")

        def wait_of_the_worker():
            self.fill_up()
            return next((found["waitsFor"] for found in self.status().get("workers", []) if "waitsFor" in found), None)

        self.assertIn("No space left", wait_until(wait_of_the_worker, "the worker says that it waits"))
        self.assertIn("waits: no space", self.pleat("status", "tiny").stdout)
        self.assertTrue(worker.running())
        (self.disk / "filler").unlink()
        self.wait_for_end()
        self.assertEqual(ensemble_digest(self.ensemble()), calm_digest(text))
        told = self.pleat("explain", "tiny").stdout
        self.assertRegex(told, "attempt [0-9]+ waits")
        self.assertRegex(told, "attempt [0-9]+ goes on")
        self.assertNotIn("failed", told)


if __name__ == "__main__":
    main()
