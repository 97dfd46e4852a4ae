"""A copy of a running coordinator's state, restored elsewhere, goes on to the same bytes."""
from cluster import BIN, ClusterTest, calm_digest, ensemble_digest, main, wait_until


class Backup(ClusterTest):
    def restored(self, backup, name="restored"):
        """Restores into a new state folder, which the coordinator uses from now on."""
        state = self.dir / name
        output = self.pleat("restore", backup, "--state", state).stdout
        self.assertIn(f"--store {self.dir / 'store'}", output)
        (self.dir / "state").rename(self.dir / f"before-{name}")
        state.rename(self.dir / "state")
        return self.dir / "state"

    def test_a_backup_of_the_middle_goes_on_to_the_same_bytes(self):
        coordinator = self.start_coordinator()
        self.submit()
        worker = self.start_worker()
        wait_until(lambda: self.count_epochs() >= 3, "the first folds are under way")
        backup = self.dir / "middle.backup"
        output = self.pleat("backup", backup).stdout
        self.assertRegex(output, r"records, .* MB; the files of store .* are not part of it")
        # What comes after the backup is lost with the coordinator, but for its files.
        self.wait_for_end()
        first = ensemble_digest(self.ensemble())
        for process in (worker, coordinator):
            process.kill()
            process.wait()
        self.restored(backup)
        self.start_coordinator()
        self.assertEqual(self.status()["summary"]["state"], "SWEEP_STATE_RUNNING")
        self.start_worker()
        self.wait_for_end()
        self.assertEqual(ensemble_digest(self.ensemble()), first)
        self.assertEqual(first, calm_digest())
        # Attempts of after the restore are told from those of before by their numbers.
        folders = [path.name for path in (self.dir / "store/sweeps/tiny/trials/0001").glob("fold_*/attempt_*")]
        self.assertTrue(any(len(name) > len("attempt_99") for name in folders), folders)

    def test_into_a_folder_it_is_named_by_the_time(self):
        self.start_coordinator()
        (self.dir / "backups").mkdir()
        self.pleat("backup", self.dir / "backups")
        [file] = (self.dir / "backups").iterdir()
        self.assertRegex(file.name, r"^pleat-\d{8}T\d{6}Z\.backup$")

    def test_refusals(self):
        coordinator = self.start_coordinator()
        backup = self.dir / "a.backup"
        self.pleat("backup", backup)
        self.assertIn("exists already", self.pleat("backup", backup, code=4).stderr)
        self.assertIn("is not empty", self.pleat("restore", backup, "--state", self.dir / "state", code=4).stderr)
        whole = backup.read_bytes()
        backup.write_bytes(whole[:-1])
        self.assertIn("damaged", self.pleat("restore", backup, "--state", self.dir / "new", code=2).stderr)
        self.assertFalse((self.dir / "new").exists())
        backup.write_bytes(b"something else")
        self.assertIn("is no backup", self.pleat("restore", backup, "--state", self.dir / "new", code=2).stderr)
        self.pleat("restore", self.dir / "none", "--state", self.dir / "new", code=2)
        coordinator.kill()
        coordinator.wait()
        self.pleat("backup", self.dir / "late.backup", code=3)
        self.assertEqual([path.name for path in self.dir.glob("late*")], [])

    def test_another_store_is_refused(self):
        coordinator = self.start_coordinator()
        backup = self.dir / "a.backup"
        self.pleat("backup", backup)
        coordinator.kill()
        coordinator.wait()
        self.pleat("restore", backup, "--state", self.dir / "new")
        other = self.start(BIN / "pleat-coordinator", "--state", self.dir / "new", "--listen", "127.0.0.1:0")
        self.assertEqual(other.wait(), 4)
        self.assertIn("start with the store of this journal", other.text())


if __name__ == "__main__":
    main()
