"""What people get wrong: one clear message, the right exit code, nothing half-done, no stack trace."""
import gzip
import re
import signal
import struct
import time

from cluster import TINY_SWEEP, ClusterTest, main, wait_until


def idx_images(rows, size=16, magic=0x803):
    return struct.pack(">IIII", magic, rows, size, size) + bytes(rows * size * size)


def idx_labels(labels, magic=0x801):
    return struct.pack(">II", magic, len(labels)) + bytes(labels)


class BadInput(ClusterTest):
    def assert_clear(self, result, *words):
        self.assert_clear_text(result.stdout + result.stderr, *words)

    def assert_clear_text(self, text, *words):
        for word in words:
            self.assertIn(word, text)
        for noise in ("Traceback", "terminate called", "Segmentation", "Aborted", "what():", "Check failed"):
            self.assertNotIn(noise, text)

    def test_yaml(self):
        sweep = self.write("sweep.yaml", TINY_SWEEP.replace("epochs: 4", "epocs: 4").replace("seed: 5", "seed: five"))
        result = self.pleat("validate", sweep, code=2)
        self.assert_clear(result, "sweep.yaml:5:56", "sweep.yaml:8:3", "epochs", "five")
        self.assert_clear(self.pleat("run", sweep, "--dir", self.dir / "run", code=2), "epocs")
        self.assertFalse((self.dir / "run").exists())
        self.assert_clear(self.pleat("validate", self.dir / "absent.yaml", code=2), "absent.yaml")
        self.assert_clear(self.pleat("validate", self.dir, code=2), str(self.dir))
        good = self.write("good.yaml", TINY_SWEEP)
        self.assert_clear(self.pleat("validate", good, "--set", "training.epochs=-1", code=2), "training.epochs")
        self.assert_clear(self.pleat("run", good, "--workers", "0", code=2), "workers")

    def test_unreachable_coordinator(self):
        self.address = "127.0.0.1:1"
        began = time.monotonic()
        self.assert_clear(self.pleat("ls", code=3), "127.0.0.1:1", "pleat-coordinator")
        self.assertLess(time.monotonic() - began, 10)

    def run_on_files(self, images, labels, *words, code=2, folds=3, classes=0):
        """A run whose data are these files' bytes must fail with these words."""
        (self.dir / "images.gz").write_bytes(images)
        (self.dir / "labels.gz").write_bytes(labels)
        text = TINY_SWEEP.replace("{synthetic_digits: {samples: 360, writers: 30, seed: 1, size: 16}}",
                                  "{idx: {images: images.gz, labels: labels.gz}}")
        text = text.replace("folds: 3", f"folds: {folds}").replace("data:", f"data:\n  classes: {classes}", 1)
        folder = self.dir / f"run{len(list(self.dir.iterdir()))}"
        result = self.pleat("run", self.write("sweep.yaml", text), "--dir", folder, "--workers", "1", code=code)
        self.assert_clear(result, *words)
        self.assertFalse((folder / "sweeps/tiny/ensemble").exists())

    def test_data_files(self):
        labels = [i % 10 for i in range(60)]
        images = idx_images(60)
        self.run_on_files(gzip.compress(images[:-100]), gzip.compress(idx_labels(labels)), "images.gz", "truncated")
        self.run_on_files(gzip.compress(images)[:-20], gzip.compress(idx_labels(labels)), "images.gz")
        self.run_on_files(gzip.compress(idx_images(60, magic=0x999)), gzip.compress(idx_labels(labels)), "images.gz",
                          "magic")
        self.run_on_files(gzip.compress(images), gzip.compress(idx_labels(labels[:-1])), "60", "59")
        self.run_on_files(gzip.compress(images), gzip.compress(idx_labels(labels)), "class", folds=7)
        self.run_on_files(gzip.compress(images), gzip.compress(idx_labels([200, *labels[1:]])), "200", classes=10)
        self.run_on_files(gzip.compress(idx_images(2)), gzip.compress(idx_labels([0, 1])), "2", "3 folds",
                          classes=10)
        self.run_on_files(b"", b"", "images.gz")
        self.run_on_files(b"not compressed, not IDX", gzip.compress(idx_labels(labels)), "images.gz")

    def test_data_file_that_is_a_folder(self):
        (self.dir / "train.csv").mkdir()
        text = TINY_SWEEP.replace("{synthetic_digits: {samples: 360, writers: 30, seed: 1, size: 16}}",
                                  "{csv: {path: train.csv}}")
        self.assert_clear(self.pleat("run", self.write("sweep.yaml", text), "--dir", self.dir / "run", "--workers", "1",
                                     code=2), "train.csv")

    def test_journal_of_something_else(self):
        state = self.dir / "foreign"
        state.mkdir()
        content = b"no database at all, but long enough to be looked at as one" * 20
        (state / "journal.db").write_bytes(content)
        coordinator = self.start_program("pleat-coordinator", "--state", state, "--store", self.dir / "store",
                                         "--listen", "127.0.0.1:0")
        self.assertIn(coordinator.wait(20), (2, 4))
        self.assert_clear_text(coordinator.text(), "journal.db")
        self.assertEqual((state / "journal.db").read_bytes(), content)

    def test_csv(self):
        header = "label," + ",".join(f"pixel{i}" for i in range(256))
        rows = [f"{i % 10}," + ",".join(["0"] * 256) for i in range(60)]
        text = TINY_SWEEP.replace("{synthetic_digits: {samples: 360, writers: 30, seed: 1, size: 16}}",
                                  "{csv: {path: train.csv}}")
        sweep = self.write("sweep.yaml", text)
        for name, row, words in (("ragged", "3,1,2", ("train.csv:8", "3")),
                                 ("letters", rows[6][:-1] + "x", ("train.csv:8", "pixel255", "x")),
                                 ("label", "77777" + rows[6][1:], ("train.csv:8", "label", "77777"))):
            self.write("train.csv", "\n".join([header, *rows[:6], row, *rows[7:]]) + "\n")
            self.assert_clear(self.pleat("run", sweep, "--dir", self.dir / name, "--workers", "1", code=2), *words)
        (self.dir / "train.csv").unlink()
        self.assert_clear(self.pleat("run", sweep, "--dir", self.dir / "absent", "--workers", "1", code=2),
                          "train.csv")

    def write_rows(self, path, shade):
        """A training set whose rows of class 7 have this shade, and the sweep over it."""
        path.parent.mkdir(exist_ok=True)
        rows = ["label," + ",".join(f"pixel{i}" for i in range(256))]
        rows += [f"{i % 10}," + ",".join([str(shade if i % 10 == 7 else i)] * 256) for i in range(60)]
        path.write_text("\n".join(rows) + "\n")
        return TINY_SWEEP.replace("{synthetic_digits: {samples: 360, writers: 30, seed: 1, size: 16}}",
                                  "{csv: {path: train.csv}}")

    def test_data_that_differ_on_one_worker(self):
        text = self.write_rows(self.dir / "here/train.csv", 7)
        self.write_rows(self.dir / "there/train.csv", 8)
        self.start_coordinator()
        self.submit(text, "--set", f"data.root={self.dir / 'here'}", "--set", "training.epochs=40")
        self.start_worker()
        wait_until(lambda: self.count_epochs() >= 1, "an epoch was reported")
        self.start_worker("--data-root", self.dir / "there")
        wait_until(lambda: "gets no more of this sweep" in self.pleat("explain", "tiny").stdout, "one is kept away")
        self.assertIn("whose data are not", self.status()["summary"]["phase"])
        self.wait_for_end()

    def test_data_that_change_between_runs(self):
        text = self.write_rows(self.dir / "train.csv", 7)
        command = ["run", self.write("sweep.yaml", text), "--dir", self.dir / "run", "--workers", "1",
                   "--set", "training.epochs=3000"]

        def interrupt_after_an_epoch():
            run = self.start_program("pleat", *command)
            wait_until(lambda: re.search(r"epoch \d+/", run.text()), "an epoch was reported")
            run.kill(signal.SIGINT)
            self.assertEqual(run.wait(20), 130, run.text())

        interrupt_after_an_epoch()
        self.write_rows(self.dir / "train.csv", 8)
        self.assert_clear(self.pleat(*command, code=2), "train", "restore the files")
        self.write_rows(self.dir / "train.csv", 7)
        interrupt_after_an_epoch()

    def test_names_states_and_stores(self):
        self.start_coordinator()
        self.submit()
        self.submit()  # the same again is the same sweep
        other = self.pleat("submit", self.write("other.yaml", TINY_SWEEP), "--set", "training.epochs=9", code=4)
        self.assert_clear(other, "tiny", "pleat rm")
        self.assert_clear(self.pleat("status", "tinny", code=2), "tinny", "tiny")
        self.assert_clear(self.pleat("rm", "tiny", code=4), "tiny", "cancel")
        self.assert_clear(self.pleat("pull", "tiny", "--to", self.dir / "out", code=4), "tiny")
        self.assertFalse((self.dir / "out").exists())

        second = self.start_program("pleat-coordinator", "--state", self.dir / "state", "--store", self.dir / "store",
                                    "--listen", "127.0.0.1:0")
        self.assertEqual(second.wait(20), 4)
        self.assertIn("state", second.text())
        open_network = self.start_program("pleat-coordinator", "--state", self.dir / "s2", "--store", self.dir / "st2",
                                          "--listen", "0.0.0.0:0")
        self.assertEqual(open_network.wait(20), 4)
        self.assertIn("--allow-insecure-network", open_network.text())

        self.start_program("pleat-coordinator", "--state", self.dir / "s3", "--store", self.dir / "other-store",
                           "--listen", "127.0.0.1:0")
        wait_until(lambda: (self.dir / "other-store/store.json").exists(), "another store exists")
        worker = self.start_program("pleat-worker", "--coordinator", self.address, "--store",
                                    self.dir / "other-store")
        self.assertEqual(worker.wait(30), 4)
        self.assertIn("store", worker.text())
        absent = self.start_program("pleat-worker", "--coordinator", self.address, "--store", self.dir / "nowhere")
        self.assertEqual(absent.wait(30), 2)
        self.assertIn("nowhere", absent.text())
        portless = self.start_program("pleat-worker", "--coordinator", "localhost", "--store", self.dir / "store")
        self.assertEqual(portless.wait(30), 2)
        self.assertIn("'localhost' is not host:port", portless.text())

    def test_cancel_and_remove(self):
        self.start_coordinator()
        self.submit()
        self.pleat("cancel", "tiny")
        self.wait_for_end(state="CANCELLED")
        self.pleat("cancel", "tiny", code=4)
        self.pleat("rm", "tiny")
        self.pleat("status", "tiny", code=2)
        wait_until(lambda: not (self.dir / "store/sweeps/tiny").exists(), "the sweep's files are gone")


if __name__ == "__main__":
    main()
