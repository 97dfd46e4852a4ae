"""kill -9 at any moment: the run completes, and the ensemble is the undisturbed one's, byte for byte."""
import os
import pathlib
import signal
import time

from cluster import (BIN, ENVIRONMENT, SOURCE, TINY_SWEEP, ClusterTest, calm_digest, children_of, ensemble_digest,
                     is_alive, main, name_of, wait_until)


class Kill(ClusterTest):
    @classmethod
    def setUpClass(cls):
        cls.expected = calm_digest()

    def begin(self, workers=1):
        self.coordinator = self.start_coordinator()
        self.submit(TINY_SWEEP)
        self.workers = [self.start_worker() for _ in range(workers)]

    def finish(self, expected=None):
        self.wait_for_end()
        self.assertEqual(expected or self.expected, ensemble_digest(self.ensemble()))

    def test_worker_in_its_first_fold(self):
        self.begin()
        wait_until(lambda: self.count_epochs() >= 2, "an epoch was reported")
        self.workers[0].kill()
        self.start_worker()
        self.finish()

    def test_worker_again_and_again(self):
        self.begin()
        worker = self.workers[0]
        for epochs in (1, 6, 11, 17):
            wait_until(lambda: self.count_epochs() >= epochs, f"{epochs} epochs were reported")
            worker.kill()
            worker = self.start_worker()
        self.finish()

    def test_one_of_two_workers(self):
        self.begin(workers=2)
        wait_until(lambda: self.count_epochs() >= 4, "epochs were reported")
        self.workers[0].kill()
        self.finish()

    def test_coordinator_while_folds_train(self):
        self.begin()
        for epochs in (1, 9):
            wait_until(lambda: self.count_epochs() >= epochs, f"{epochs} epochs were reported")
            self.coordinator.kill()
            self.coordinator.wait()
            self.coordinator = self.start_coordinator()
        self.finish()

    def test_coordinator_before_any_worker_and_while_predicting(self):
        self.coordinator = self.start_coordinator()
        self.submit(TINY_SWEEP)
        self.coordinator.kill()
        self.coordinator.wait()
        self.coordinator = self.start_coordinator()
        self.start_worker()
        wait_until(lambda: self.status().get("members"), "members were selected")
        self.coordinator.kill()
        self.coordinator.wait()
        self.start_coordinator()
        self.finish()

    def test_everything_at_once(self):
        self.begin(workers=2)
        wait_until(lambda: self.count_epochs() >= 5, "epochs were reported")
        for child in [self.coordinator, *self.workers]:
            child.kill()
        for child in [self.coordinator, *self.workers]:
            child.wait()
        self.start_coordinator()
        self.start_worker()
        self.finish()

    def test_rank_of_a_group(self):
        self.start_coordinator()
        self.submit()
        self.start_mpi_workers(2, 2)
        self.wait_for_end()
        expected = ensemble_digest(self.ensemble())
        self.pleat("rm", "tiny")
        self.kill_all()

        self.start_coordinator()
        self.submit()
        mpirun = self.start_mpi_workers(2, 2)
        wait_until(lambda: self.count_epochs() >= 2, "an epoch was reported")
        ranks = children_of(mpirun.popen.pid)
        self.assertEqual(len(ranks), 2)
        os.kill(ranks[1], signal.SIGKILL)
        mpirun.wait(timeout=60)
        self.start_mpi_workers(2, 2)
        self.finish(expected)

    def test_workers_keep_their_name(self):
        self.start_coordinator()
        worker = self.start_worker().popen.pid
        # The worker starts itself again with an environment of its own.
        wait_until(lambda: b"CUBLAS_WORKSPACE_CONFIG" in pathlib.Path(f"/proc/{worker}/environ").read_bytes(),
                   "the worker has its environment")
        self.assertEqual(name_of(worker), "pleat-worker")

    def test_children_of_pleat_run(self):
        sweep = self.write("sweep.yaml", TINY_SWEEP)
        run = self.start(BIN / "pleat", "run", sweep, "--dir", self.dir / "run", "--workers", "1")
        for program in ("pleat-worker", "pleat-coordinator"):
            def child():
                return [pid for pid in children_of(run.popen.pid) if name_of(pid) == program[:15]]

            pid = wait_until(child, f"{program} runs")[0]
            time.sleep(1.0)
            os.kill(pid, signal.SIGKILL)
        self.assertEqual(run.wait(timeout=180), 0, run.text())
        self.assertEqual(self.expected, ensemble_digest(self.dir / "run/sweeps/tiny/ensemble/1"))

    def test_interrupted_run_goes_on(self):
        sweep = self.write("sweep.yaml", TINY_SWEEP)
        run = self.start(BIN / "pleat", "run", sweep, "--dir", self.dir / "run", "--workers", "1")
        wait_until(lambda: "epoch 2/" in run.text(), "an epoch was reported")
        run.kill(signal.SIGINT)
        self.assertEqual(run.wait(timeout=10), 130, run.text())
        self.pleat("run", sweep, "--dir", self.dir / "run", "--workers", "2", timeout=180)
        self.assertEqual(self.expected, ensemble_digest(self.dir / "run/sweeps/tiny/ensemble/1"))

    def test_killed_run_leaves_nobody_and_goes_on(self):
        sweep = self.write("sweep.yaml", TINY_SWEEP)
        run = self.start(BIN / "pleat", "run", sweep, "--dir", self.dir / "run", "--workers", "1")
        wait_until(lambda: "epoch 2/" in run.text(), "an epoch was reported")
        children = children_of(run.popen.pid)
        self.assertEqual(len(children), 2)
        run.kill()
        run.wait()
        # At once, while the first coordinator may still be ending.
        self.pleat("run", sweep, "--dir", self.dir / "run", "--workers", "1", timeout=180)
        self.assertEqual(self.expected, ensemble_digest(self.dir / "run/sweeps/tiny/ensemble/1"))
        self.assertFalse(any(map(is_alive, children)))

    def test_interrupt_after_the_coordinator_was_started_again(self):
        sweep = self.write("sweep.yaml", TINY_SWEEP)
        run = self.start(BIN / "pleat", "run", sweep, "--dir", self.dir / "run", "--workers", "1", "--set",
                         "training.epochs=2000")
        wait_until(lambda: "epoch 2/" in run.text(), "an epoch was reported")
        coordinator = next(pid for pid in children_of(run.popen.pid) if name_of(pid) == "pleat-coordinator"[:15])
        os.kill(coordinator, signal.SIGKILL)
        seen = run.text().count("epoch ")
        wait_until(lambda: run.text().count("epoch ") > seen + 20, "epochs are reported again")
        run.kill(signal.SIGINT)
        self.assertEqual(run.wait(timeout=10), 130, run.text())
        self.assertNotIn("not accepted", (self.dir / "run/logs/worker_0.log").read_text())


class Leave(ClusterTest):
    def leaves_in_time(self, process):
        began = time.monotonic()
        process.kill(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=8), 0, process.text())
        self.assertLess(time.monotonic() - began, 5.0)

    def test_sigterm_saves_the_fold_and_gives_it_back(self):
        self.start_coordinator()
        self.submit()
        worker = self.start_worker()
        wait_until(lambda: self.count_epochs() >= 1, "an epoch was reported")
        self.leaves_in_time(worker)
        self.assertIn("given back", self.pleat("explain", "tiny").stdout)

    def begin_long_steps(self, group_size):
        self.start_coordinator()
        self.submit(TINY_SWEEP, "--set", "model.se_cnn.width=64", "--set", "model.se_cnn.depth=3",
                    "--set", "training.batch_size=240", "--set", f"resources.group_size={group_size}")
        worker = self.start_worker() if group_size == 1 else self.start_mpi_workers(group_size, group_size)

        def is_training():
            return any(fold["state"] == "FOLD_STATE_RUNNING" for trial in self.status().get("trials", [])
                       for fold in trial["folds"])

        wait_until(is_training, "a fold runs")
        time.sleep(1.0)
        return worker

    def test_sigterm_in_the_middle_of_long_steps(self):
        self.leaves_in_time(self.begin_long_steps(1))
        self.assertIn("after saving a checkpoint", self.pleat("explain", "tiny").stdout)

    def test_sigterm_to_a_group_in_the_middle_of_long_steps(self):
        mpirun = self.begin_long_steps(2)
        began = time.monotonic()
        for rank in children_of(mpirun.popen.pid):
            os.kill(rank, signal.SIGTERM)
        self.assertEqual(mpirun.wait(timeout=8), 0, mpirun.text())
        self.assertLess(time.monotonic() - began, 5.0)
        self.assertIn("after saving a checkpoint", self.pleat("explain", "tiny").stdout)

    def test_sigterm_in_the_middle_of_preparation(self):
        self.start_coordinator()
        self.submit(TINY_SWEEP, "--set", "data.train.synthetic_digits.samples=1000000")
        worker = self.start_worker()
        wait_until(lambda: any("attempt" in found for found in self.status().get("workers", [])), "the data is read")
        self.leaves_in_time(worker)
        self.assertIn("the worker is leaving", self.pleat("explain", "tiny").stdout)

    def test_sigterm_to_an_idle_worker(self):
        self.start_coordinator()
        self.submit(TINY_SWEEP, "--set", "resources.group_size=2")
        worker = self.start_worker()
        wait_until(lambda: self.status().get("workers"),
                   "the worker is registered and idle")
        self.leaves_in_time(worker)

    def test_sigterm_while_the_coordinator_hangs(self):
        coordinator = self.start_coordinator()
        self.submit(TINY_SWEEP, "--set", "resources.group_size=1", "--set", "training.epochs=2000")
        training = self.start_worker()
        wait_until(lambda: self.count_epochs() >= 1, "an epoch was reported")
        idle = self.start_mpi_workers(2, 2)
        wait_until(lambda: len(self.status()["workers"]) == 2, "the other group is registered and idle")
        coordinator.kill(signal.SIGSTOP)
        time.sleep(1.0)  # so that reports and heartbeats are waiting for their answers
        for leave in (training, idle):
            ranks = children_of(leave.popen.pid) or [leave.popen.pid]
            began = time.monotonic()
            for rank in ranks:
                os.kill(rank, signal.SIGTERM)
            self.assertEqual(leave.wait(timeout=8), 0, leave.text())
            self.assertLess(time.monotonic() - began, 5.0)
        coordinator.kill(signal.SIGCONT)

    def start_training_group(self):
        self.start_coordinator()
        self.submit(TINY_SWEEP, "--set", "resources.group_size=2", "--set", "training.epochs=2000")
        group = self.start_mpi_workers(2, 2)
        wait_until(lambda: self.count_epochs() >= 1, "an epoch was reported")
        return group

    def test_sigterm_to_the_ranks_of_a_group(self):
        group = self.start_training_group()
        began = time.monotonic()
        for rank in children_of(group.popen.pid):
            os.kill(rank, signal.SIGTERM)
        self.assertEqual(group.wait(timeout=8), 0, group.text())
        self.assertLess(time.monotonic() - began, 5.0)
        self.assertIn("given back", self.pleat("explain", "tiny").stdout)

    def test_sigusr1_to_mpirun_as_slurm_sends_it(self):
        group = self.start_training_group()
        began = time.monotonic()
        group.kill(signal.SIGUSR1)
        self.assertEqual(group.wait(timeout=8), 0, group.text())
        self.assertLess(time.monotonic() - began, 5.0)
        self.assertIn("after saving a checkpoint", self.pleat("explain", "tiny").stdout)

    def leave_all(self, group_size, worker):
        """Every rank is told to leave; all end with 0 within five seconds."""
        ranks = children_of(worker.popen.pid) if group_size > 1 else [worker.popen.pid]
        began = time.monotonic()
        for rank in ranks:
            os.kill(rank, signal.SIGTERM)
        self.assertEqual(worker.wait(timeout=8), 0, worker.text())
        self.assertLess(time.monotonic() - began, 5.0)
        self.assertFalse(any(map(is_alive, ranks)))

    def start_group(self, group_size):
        return self.start_worker() if group_size == 1 else self.start_mpi_workers(group_size, group_size)

    def test_sigterm_in_the_middle_of_a_validation(self):
        sweep = TINY_SWEEP.replace("samples: 360", "samples: 12000").replace("folds: 3", "folds: 2")
        for group_size in (1, 2):
            with self.subTest(group_size=group_size):
                self.start_coordinator()
                # One step an epoch, so that a validation is soon.
                self.submit(sweep, "--set", "training.batch_size=6000", "--set", "training.augmentation=[]", "--set",
                            "model.se_cnn.width=12", "--set", f"resources.group_size={group_size}")
                worker = self.start_group(group_size)

                def is_validating():
                    return any(fold.get("progress", {}).get("epoch", 0) < 4 and
                               int(fold.get("progress", {}).get("step", 0)) > 1
                               for trial in self.status().get("trials", []) for fold in trial["folds"])

                wait_until(is_validating, "a fold is validated")
                self.leave_all(group_size, worker)
                self.assertIn("after saving a checkpoint", self.pleat("explain", "tiny").stdout)
                self.pleat("cancel", "tiny")
                self.pleat("rm", "tiny")
                self.kill_all()

    def test_sigterm_in_the_middle_of_a_prediction(self):
        sweep = TINY_SWEEP.replace("samples: 90", "samples: 20000").replace("repeats: 2", "repeats: 60")
        for group_size in (1, 2):
            with self.subTest(group_size=group_size):
                self.start_coordinator()
                self.submit(sweep, "--set", "training.epochs=1", "--set", f"resources.group_size={group_size}")
                worker = self.start_group(group_size)
                wait_until(lambda: any(found.get("attempt", {}).get("task", "").startswith("predict")
                                       for found in self.status().get("workers", [])), "a member predicts")
                self.leave_all(group_size, worker)
                self.assertIn("the worker is leaving", self.pleat("explain", "tiny").stdout)
                self.pleat("cancel", "tiny")
                self.pleat("rm", "tiny")
                self.kill_all()

    def test_sigterm_to_pleat_run(self):
        sweep = self.write("sweep.yaml", TINY_SWEEP)
        run = self.start(BIN / "pleat", "run", sweep, "--dir", self.dir / "run", "--workers", "2", "--set",
                         "training.epochs=2000")
        wait_until(lambda: "epoch 2/" in run.text(), "an epoch was reported")
        children = children_of(run.popen.pid)
        began = time.monotonic()
        run.kill(signal.SIGTERM)
        self.assertEqual(run.wait(timeout=8), 130, run.text())
        self.assertLess(time.monotonic() - began, 5.0)
        self.assertFalse(any(map(is_alive, children)))

    def test_sigterm_to_mpirun(self):
        group = self.start_training_group()
        ranks = children_of(group.popen.pid)
        group.kill(signal.SIGTERM)
        # Open MPI 4 passes SIGTERM on only after its kill timeout, then waits that long again.
        wait_until(lambda: not any(map(is_alive, ranks)), "the ranks are gone", timeout=10 + 5)
        self.assertIn("given back", self.pleat("explain", "tiny").stdout)

    def test_script_that_keeps_groups_alive(self):
        self.start_coordinator()
        script = self.start(SOURCE / "launch/mpirun/run_groups.sh", "--coordinator", self.address, "--store",
                            self.dir / "store", "--groups", "2", "--group-size", "2",
                            env={**ENVIRONMENT, "PLEAT_WORKER": str(BIN / "pleat-worker")})
        self.submit(TINY_SWEEP, "--set", "training.epochs=20")
        wait_until(lambda: self.count_epochs() >= 2, "epochs were reported")
        worker = next(w for w in self.status()["workers"] if "attempt" in w)
        os.kill(int(worker["info"]["pid"]), signal.SIGKILL)
        self.wait_for_end()
        script.kill(signal.SIGTERM)
        # The mpirun that lost a rank may still be waiting for its kill timeout, twice.
        self.assertEqual(script.wait(timeout=30), 0, script.text())


if __name__ == "__main__":
    main()
