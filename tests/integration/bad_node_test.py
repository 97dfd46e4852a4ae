"""Workers that fail what others complete, or compute otherwise, and folds that are trained twice: the calm run's bytes."""
import pathlib
import re
import subprocess

from cluster import BIN, ENVIRONMENT, TINY_SWEEP, ClusterTest, calm_digest, ensemble_digest, main, wait_until

# It fails each of its first tasks, as one with a broken driver would.
BROKEN = {**ENVIRONMENT, "PLEAT_FAILPOINTS": ";".join(["worker.train.data_are_read=error"] * 40)}
LONG_SWEEP = TINY_SWEEP.replace("[3.0e-3, 1.0e-3]", "[3.0e-3, 2.0e-3, 1.0e-3, 5.0e-4]")


class BadNode(ClusterTest):
    def test_what_it_fails_is_completed_elsewhere_and_it_is_set_aside(self):
        expected = calm_digest(LONG_SWEEP)
        self.start_coordinator()
        self.submit(LONG_SWEEP)
        self.start_worker()
        wait_until(lambda: self.count_epochs() >= 1, "the good worker trains")
        self.start_worker_of(BROKEN)
        self.wait_for_end()
        self.assertEqual(expected, ensemble_digest(self.ensemble()))
        told = self.pleat("explain", "tiny").stdout
        self.assertRegex(told, "set aside until others have completed 20 tasks")
        self.assertRegex(told, "others completed the last 3 tasks that failed there")
        failed = re.findall(r"(trial \d+ fold \d+): attempt \d+ failed", told)
        self.assertGreaterEqual(len(failed), 3)
        self.assertEqual(len(failed), len(set(failed)), "no fold comes to the broken worker twice")

    def test_alone_it_ends_the_sweep_with_its_cause(self):
        self.start_coordinator()
        self.submit(TINY_SWEEP)
        self.start_worker_of(BROKEN)
        self.wait_for_end(state="FAILED")
        ended = self.status()["ended"]["reason"]
        self.assertIn("worker.train.data_are_read", ended)
        self.assertNotIn("set aside", self.pleat("explain", "tiny").stdout)

    def test_audited_folds_are_trained_twice_and_agree(self):
        expected = calm_digest()
        self.start_coordinator()
        self.submit(TINY_SWEEP + "verify: {audit_fraction: 1}\n")
        for _ in range(2):
            self.start_worker()
        self.wait_for_end()
        # The manifest says that it was asked for.
        del expected["manifest.json"]
        found = ensemble_digest(self.ensemble())
        del found["manifest.json"]
        self.assertEqual(expected, found)
        told = self.pleat("explain", "tiny", "--json").stdout
        held = [line for line in told.splitlines() if "held; the fold is trained again" in line]
        self.assertEqual(len(held), 6)
        self.assertNotIn("differs from", told)

    def test_a_machine_that_computes_wrongly_is_found_and_its_folds_do_not_count(self):
        sweep = LONG_SWEEP.replace("epochs: 4", "epochs: 12")
        expected = calm_digest(sweep)
        library = self.dir / "wrong.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library,
                        pathlib.Path(__file__).with_name("wrong_machine.c")], check=True)
        self.start_coordinator()
        self.submit(sweep + "verify: {audit_fraction: 1}\n")
        is_wrong = self.dir / "wrong"
        self.start_worker_of({**ENVIRONMENT, "LD_PRELOAD": str(library), "WRONG_WHILE": str(is_wrong)})
        for _ in range(2):
            self.start_worker()
        # Alone it would confirm itself.
        wait_until(lambda: self.groups_that_train() == 3, "the machine trains beside the others, rightly so far")
        is_wrong.touch()
        told = wait_until(self.told_of_a_difference, "an audit finds a difference")
        self.assertRegex(told, "differs from")
        is_wrong.unlink()  # what it would predict is audited by nobody
        self.wait_for_end()
        found = ensemble_digest(self.ensemble())
        for digest in (expected, found):
            del digest["manifest.json"]  # says that it was asked for
        self.assertEqual(expected, found)

    def groups_that_train(self):
        return sum(fold["state"] == "FOLD_STATE_RUNNING"
                   for trial in self.status().get("trials", []) for fold in trial.get("folds", []))

    def told_of_a_difference(self):
        told = self.pleat("explain", "tiny").stdout
        return told if "differs from" in told else None

    def test_a_group_of_other_instructions_trains_no_fold_of_the_sweep(self):
        expected = calm_digest()
        self.start_coordinator()
        self.submit(TINY_SWEEP)
        first = self.start_worker()
        wait_until(lambda: self.count_epochs() >= 1, "the first worker trains")
        first.kill()
        first.wait()
        epochs = self.count_epochs()
        self.start_worker_of({**ENVIRONMENT, "ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41"})
        fingerprint = self.status()["execution"]["fingerprint"]
        wait_until(lambda: f"fingerprint {fingerprint}, this group has" in self.pleat("status", "tiny").stdout,
                   "people are told why the folds wait")
        self.assertEqual(self.count_epochs(), epochs)
        self.start_worker()
        self.wait_for_end()
        self.assertEqual(expected, ensemble_digest(self.ensemble()))

    def start_worker_of(self, environment):
        return self.start(BIN / "pleat-worker", "--coordinator", self.address, "--store", self.dir / "store",
                          env=environment)


if __name__ == "__main__":
    main()
