"""What `pleat run` does on its machine, and what it says of it."""
import json
import os
import pathlib
import resource

from cluster import BIN, ENVIRONMENT, TINY_SWEEP, ClusterTest, children_of, main, wait_until


class LocalRun(ClusterTest):
    def run_command(self, *extra):
        return ("run", self.write("sweep.yaml", TINY_SWEEP), "--dir", self.dir / "run", *extra)

    def test_a_run_that_trains_nothing_has_no_speed(self):
        command = self.run_command("--workers", "1", "--json")
        self.assertGreater(json.loads(self.pleat(*command).stdout)["images_per_second"], 0)
        self.assertEqual(json.loads(self.pleat(*command).stdout)["images_per_second"], 0)

    def test_leaves_a_report_and_makes_others(self):
        summary = json.loads(self.pleat(*self.run_command("--workers", "1", "--json")).stdout)
        page = pathlib.Path(summary["report"]).read_text()
        self.assertEqual(summary["report"], str(self.dir / "run/sweeps/tiny/ensemble/1/report.html"))
        for heading in ("Ensemble", "Learning curves", "Classes", "Confusion", "Calibration", "Spread", "Trials"):
            self.assertIn(f"<h2>{heading}</h2>", page)
        self.assertIn('src="data:image/png;base64,', page)
        # The coordinator has ended with the run; another is started for the question.
        out = self.dir / "again.html"
        self.pleat("report", "tiny", "--dir", self.dir / "run", "--out", out, "--baseline", "0.5")
        self.assertIn("50.00 %", out.read_text())
        text = self.pleat("report", "tiny", "--dir", self.dir / "run", "--text").stdout
        self.assertIn("Out of fold, TTA", text)
        self.assertIn("no sweep", self.pleat("report", "other", "--dir", self.dir / "run", code=2).stderr)
        self.assertIn("no folder of a pleat run", self.pleat("report", "tiny", "--dir", self.dir, code=2).stderr)

    def test_writes_what_people_compare_the_folds_with(self):
        self.pleat(*self.run_command("--workers", "1"))
        members = self.dir / "run/sweeps/tiny/ensemble/1/members"
        for fold in range(3):
            results = next(members.glob(f"*_{fold}/ValidationResults{fold}.csv")).read_text().splitlines()
            self.assertEqual(results[0], "Class,Valid_accuracy")
            self.assertEqual(len(results), 11)
            # Epochs, splits and classes.
            classes = next(members.glob(f"*_{fold}/classes.csv")).read_text().splitlines()
            self.assertEqual(len(classes), 1 + 4 * 2 * 10)

    def test_ranks_of_a_group_are_bound_to_no_core(self):
        run = self.start(BIN / "pleat", *self.run_command("--workers", "1", "--set", "resources.group_size=2",
                                                          "--set", "training.epochs=2000"))

        def ranks():
            return [rank for child in children_of(run.popen.pid) for rank in children_of(child)]

        wait_until(lambda: "epoch 2/" in run.text(), "an epoch was reported")
        self.assertEqual(len(ranks()), 2)
        for rank in ranks():
            self.assertEqual(os.sched_getaffinity(rank), os.sched_getaffinity(0))

    def test_groups_without_mpirun(self):
        run = self.start(BIN / "pleat", *self.run_command("--set", "resources.group_size=2"),
                         env={**ENVIRONMENT, "PATH": str(self.dir)})
        self.assertEqual(run.wait(), 2, run.text())
        self.assertIn("cannot start mpirun: No such file or directory; install it", run.text())

    def test_coordinator_that_dies_of_the_first_call(self):
        sweep = self.write("sweep.yaml", TINY_SWEEP + "#" * 200_000 + "\n")

        def limit_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

        run = self.start(BIN / "pleat", "run", sweep, "--dir", self.dir / "run", cwd=self.dir, preexec_fn=limit_files)
        # Its death is why, not that the call got no answer for a minute.
        self.assertEqual(run.wait(timeout=30), 1, run.text())
        self.assertIn("coordinator was killed by signal", run.text())


if __name__ == "__main__":
    main()
