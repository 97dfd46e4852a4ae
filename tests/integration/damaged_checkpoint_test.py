"""Checkpoints that a disk has damaged: set aside, said, and the ensemble is the undisturbed one's, byte for byte."""
import signal

from cluster import TINY_SWEEP, ClusterTest, calm_digest, ensemble_digest, main, wait_until

SWEEP = TINY_SWEEP.replace("epochs: 4", "epochs: 25")


def flip_a_bit(path):
    content = bytearray(path.read_bytes())
    content[-3] ^= 4
    path.write_bytes(content)


def fill_with_zeros(path):
    path.write_bytes(bytes(path.stat().st_size))


def cut(path):
    path.write_bytes(path.read_bytes()[:100])


class DamagedCheckpoint(ClusterTest):
    @classmethod
    def setUpClass(cls):
        cls.expected = calm_digest(SWEEP)

    def leave_a_fold(self):
        """A fold that a worker gave back after a few epochs; returns its checkpoints, newest first."""
        self.start_coordinator()
        self.submit(SWEEP)
        worker = self.start_worker()
        wait_until(lambda: self.count_epochs() >= 4, "epochs were reported")
        worker.kill(signal.SIGTERM)
        self.assertEqual(worker.wait(), 0, worker.text())
        found = (self.dir / "store/sweeps/tiny/trials").glob("*/fold_*/attempt_*/checkpoint_*")
        checkpoints = sorted(found, key=lambda folder: int(folder.name.removeprefix("checkpoint_")), reverse=True)
        self.assertEqual(len(checkpoints), 2, "the last two are kept")
        return checkpoints

    def finish(self):
        self.start_worker()
        self.wait_for_end()
        self.assertEqual(self.expected, ensemble_digest(self.ensemble()))
        return self.pleat("explain", "tiny").stdout

    def test_the_one_before_is_used(self):
        newest, before = self.leave_a_fold()
        flip_a_bit(newest / "optimizer.safetensors")
        told = self.finish()
        step = before.name.removeprefix("checkpoint_")
        self.assertRegex(told, f"set aside as damaged; goes on from the one before it .step {step} ")
        self.assertRegex(told, "optimizer.safetensors")

    def test_if_both_are_damaged_the_fold_starts_again(self):
        newest, before = self.leave_a_fold()
        fill_with_zeros(newest / "state.json")
        cut(before / "weights.safetensors")
        told = self.finish()
        self.assertRegex(told, "set aside as damaged; goes on from the one before it")
        self.assertRegex(told, "set aside as damaged; starts again")

    def test_it_is_never_tried_again(self):
        newest, _ = self.leave_a_fold()
        weights = newest / "weights.safetensors"
        content = weights.read_bytes()
        weights.unlink()
        self.leave_again()
        # Whole again, but nobody asks.
        weights.write_bytes(content)
        self.assertEqual(self.finish().count("set aside as damaged"), 1)

    def leave_again(self):
        worker = self.start_worker()
        wait_until(lambda: "set aside as damaged" in self.pleat("explain", "tiny").stdout, "the damage is found")
        worker.kill(signal.SIGTERM)
        self.assertEqual(worker.wait(), 0, worker.text())


if __name__ == "__main__":
    main()
