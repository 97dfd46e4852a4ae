"""A disk that fills: one clear message, nothing lost, and the run goes on when there is space again."""
import subprocess

from cluster import TINY_SWEEP, ClusterTest, calm_digest, ensemble_digest, main


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

    def test_run_on_a_disk_that_is_nearly_full(self):
        calm = calm_digest()
        for leave in (0, 500_000):
            with self.subTest(leave=leave):
                self.fill(leave)
                folder = self.disk / f"run{leave}"
                result = self.pleat("run", self.write("sweep.yaml", TINY_SWEEP), "--dir", folder, "--workers", "1",
                                    code=(1, 4), timeout=120)
                self.assertRegex(result.stdout + result.stderr, "(?i)space")
                self.assertFalse((folder / "sweeps/tiny/ensemble/1/manifest.json").exists())
                (self.disk / "filler").unlink()
                self.pleat("run", self.write("sweep.yaml", TINY_SWEEP), "--dir", folder, "--workers", "1")
                self.assertEqual(ensemble_digest(folder / "sweeps/tiny/ensemble/1"), calm)
                subprocess.run(["rm", "-rf", folder], check=True)


if __name__ == "__main__":
    main()
