"""kill -9 of any process, at random moments and at the awkward ones: the same ensemble, byte for byte."""
import random
import time

from cluster import BIN, TINY_SWEEP, ClusterTest, calm_digest, ensemble_digest, main, wait_until


class RandomKills(ClusterTest):
    @classmethod
    def setUpClass(cls):
        cls.expected = calm_digest()

    def finish(self):
        self.wait_for_end()
        self.assertEqual(self.expected, ensemble_digest(self.ensemble()))

    def restart(self, coordinator):
        coordinator.kill()
        coordinator.wait()
        return self.start_coordinator()

    def test_any_process_at_random_moments(self):
        for seed in (1, 2):
            with self.subTest(seed=seed):
                rng = random.Random(seed)
                coordinator = self.start_coordinator()
                self.submit(TINY_SWEEP)
                workers = [self.start_worker(), self.start_worker()]
                for _ in range(8):
                    time.sleep(rng.uniform(0.05, 1.5))
                    victim = rng.randrange(3)
                    if victim == 2:
                        coordinator = self.restart(coordinator)
                    else:
                        workers[victim].kill()
                        workers[victim] = self.start_worker()
                self.finish()
                self.pleat("rm", "tiny")
                self.kill_all()

    def test_worker_while_it_prepares_the_data(self):
        self.start_coordinator()
        self.submit(TINY_SWEEP)
        worker = self.start_worker()
        wait_until((self.dir / "store/sweeps/tiny/tasks/prepare").exists, "the first file is written")
        worker.kill()
        self.start_worker()
        self.finish()

    def test_coordinator_while_it_builds_the_ensemble(self):
        coordinator = self.start_coordinator()
        self.submit(TINY_SWEEP)
        self.start_worker()
        folder = self.ensemble().parent
        wait_until(folder.exists, "the ensemble's folder appears")
        coordinator.kill()
        coordinator.wait()
        if not (self.ensemble() / "manifest.json").exists():
            # What it may have been writing at this moment.
            (self.ensemble() / "members").mkdir(parents=True, exist_ok=True)
            (self.ensemble() / "members/.tmp-1-1").write_bytes(b"half")
        self.start_coordinator()
        self.finish()

    def test_coordinator_while_it_removes_a_sweep(self):
        coordinator = self.start_coordinator()
        self.submit(TINY_SWEEP)
        self.start_worker()
        self.finish()
        folder = self.dir / "store/sweeps/tiny"
        for number in range(3000):  # so that the removal takes a while
            (folder / f"litter{number}").touch()
        removal = self.start(BIN / "pleat", "rm", "tiny", "--coordinator", self.address)
        wait_until(lambda: not folder.exists() or len(list(folder.iterdir())) < 3000, "files vanish")
        self.restart(coordinator)
        removal.wait()
        wait_until(lambda: not folder.exists(), "the files are gone")
        self.submit(TINY_SWEEP)
        self.finish()


class Priority(ClusterTest):
    def test_a_more_urgent_sweep_gets_the_next_free_worker(self):
        self.start_coordinator()
        self.submit(TINY_SWEEP.replace("name: tiny", "name: patient").replace("1.0e-3]", "1.0e-3, 2.0e-3, 4.0e-3]"))
        self.start_worker()
        wait_until(lambda: self.count_epochs("patient") >= 1, "the patient sweep trains")
        self.submit(TINY_SWEEP.replace("name: tiny", "name: urgent\npriority: 5"))
        self.wait_for_end("urgent")
        states = [fold["state"] for trial in self.status("patient")["trials"] for fold in trial["folds"]]
        # Patient folds begin only while the urgent sweep has none to give: at its start, and before its predictions.
        self.assertGreaterEqual(states.count("FOLD_STATE_WAITING"), 7, states)
        self.pleat("cancel", "patient")


if __name__ == "__main__":
    main()
