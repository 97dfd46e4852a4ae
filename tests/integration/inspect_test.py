"""A look at the data before training: `pleat inspect`, and the report that links it."""
import csv
import gzip
import json
import re
import struct

from cluster import TINY_SWEEP, ClusterTest, main
from own_data_test import image, png

REST = """
cross_validation: {stratified_k_fold: {folds: 2, seed: 1}}
model: {mlp: {hidden: [8]}}
training:
  epochs: 1
  batch_size: 8
  augmentation: [{shift_scale_rotate: {p: 0.5}}, {one_of: {transforms: [{gamma: {}}, {contrast: {}}]}}]
"""


class Inspect(ClusterTest):
    def inspect(self, data, *extra, name="look", code=0):
        sweep = self.write(f"{name}.yaml", f"name: {name}\ndata:\n  {data}{REST}")
        return self.pleat("inspect", sweep, *extra, code=code, cwd=self.dir)

    def page(self, name="look"):
        return (self.dir / f"{name}-inspect/index.html").read_text()

    def assert_refused(self, result, *words):
        for word in words:
            self.assertIn(word, result.stdout + result.stderr)
        self.assertNotIn("terminate called", result.stderr)
        self.assertFalse((self.dir / "look-inspect").exists())

    def write_csv(self, name, rows):
        """Rows of (label, number); without a label, None."""
        with open(self.dir / name, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["label", *(f"pixel{i}" for i in range(64))])
            writer.writerows([label, *image(label, number)] for label, number in rows)

    def test_synthetic_digits_and_the_report_that_links_them(self):
        sweep = self.write("tiny.yaml", TINY_SWEEP)
        said = self.pleat("inspect", sweep, cwd=self.dir).stdout
        for words in ("tiny: 10 classes", "train: 360 rows", "test: 90 rows", "tiny-inspect/index.html"):
            self.assertIn(words, said)
        page = self.page("tiny")
        for heading in ("Findings", "Splits", "Rows by class", "Images", "Duplicates", "Augmentation",
                        "Test-time views"):
            self.assertIn(f"<h2>{heading}</h2>", page)
        self.assertIsNone(re.search(r'href=|<script|src="(?!data:)', page))
        images = sorted(path.name for path in (self.dir / "tiny-inspect/images").iterdir())
        for name in ("train-class-0-mean.png", "test-class-9-samples.png", "augmentation-0.png", "views.png"):
            self.assertIn(name, images)
        self.assertEqual(page.count("data:image/png"), len(images))
        # The same again, over it.
        self.pleat("inspect", sweep, cwd=self.dir)
        self.assertEqual(self.page("tiny"), page)

        run = self.pleat("run", sweep, "--dir", self.dir / "run", "--workers", "1", "--json", cwd=self.dir)
        report = self.dir / "run/sweeps/tiny/ensemble/1/report.html"
        self.assertEqual(json.loads(run.stdout)["report"], str(report))
        link = re.search(r'href="([^"]*)"', report.read_text()).group(1)
        self.assertEqual((report.parent / link).resolve(), (self.dir / "tiny-inspect/index.html").resolve())
        self.pleat("report", "tiny", "--dir", self.dir / "run", cwd=self.dir)
        self.assertIn('href="tiny-inspect/index.html"', (self.dir / "tiny-report.html").read_text())
        # Of other data, or with other transforms, it is not linked; what it does not show may differ.
        for change, is_linked in (("data.train.synthetic_digits.seed=7", False),
                                  ("training.augmentation[0].shift_scale_rotate.p=0.9", False),
                                  ("training.epochs=9", True)):
            self.pleat("inspect", sweep, "--set", change, cwd=self.dir)
            self.pleat("report", "tiny", "--dir", self.dir / "run", cwd=self.dir)
            self.assertEqual("href=" in (self.dir / "tiny-report.html").read_text(), is_linked, change)

    def test_csv_with_duplicates_and_a_conflict(self):
        self.write_csv("train.csv", [(label, number) for label in (0, 1, 2) for number in range(4)] + [(0, 1)])
        self.write_csv("test.csv", [(1, 2), (1, 50)])
        with open(self.dir / "test.csv", "a", newline="") as file:
            csv.writer(file).writerow([0, *image(2, 3)])
        said = self.inspect("train: {csv: {path: train.csv}}\n  test: {csv: {path: test.csv}}").stdout
        for words in ("1 image stands in rows of different classes", "2 rows of test are also in train",
                      "1 row of train repeats", "test has no rows of class 2"):
            self.assertIn(words, said)
        self.assertIn("train row 11: 2<br/>test row 2: 0", self.page())
        with open(self.dir / "look-inspect/duplicates.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(rows[-2:], [
            {"set": "2", "split": "train", "row": "11", "id": "", "label": "2", "class": "2"},
            {"set": "2", "split": "test", "row": "2", "id": "", "label": "0", "class": "0"}])

    def test_folders_and_their_names(self):
        for label, name in enumerate(("a & b", "<script>x<")):
            folder = self.dir / "train" / name
            folder.mkdir(parents=True)
            for number in range(3):
                (folder / f"{number}.png").write_bytes(png(image(label, number)))
        (self.dir / "test").mkdir()
        (self.dir / "test/0.png").write_bytes(png(image(0, 77)))
        (self.dir / "test/1.png").write_bytes(png(image(1, 2)))
        self.inspect("train: {image_folder: {path: train}}\n  test: {image_folder: {path: test}}")
        self.assertIn("&lt;script&gt;x&lt;", self.page())
        self.assertNotIn("<script", self.page())
        self.assertIn("no labels", self.page())
        self.assertIn("test row 1 (1.png): no label", self.page())

    def test_idx(self):
        rows = [image(i % 3, i) for i in range(9)]
        (self.dir / "x.gz").write_bytes(
            gzip.compress(struct.pack(">IIII", 0x803, 9, 8, 8) + b"".join(map(bytes, rows))))
        (self.dir / "y.gz").write_bytes(gzip.compress(struct.pack(">II", 0x801, 9) + bytes(i % 3 for i in range(9))))
        self.inspect("train: {idx: {images: x.gz, labels: y.gz}}\n  groups: {rows_per_group: 3}")
        self.assertIn("<h2>Rows by group</h2>", self.page())

    def test_bad_input(self):
        self.assert_refused(self.inspect("train: {csv: {path: absent.csv}}", code=2), "data.train", "absent.csv")
        self.assert_refused(self.inspect("trian: {}", code=2), "look.yaml:3:3", "trian")
        self.assert_refused(self.pleat("inspect", self.dir / "absent.yaml", code=2, cwd=self.dir), "absent.yaml")
        self.assert_refused(self.pleat("inspect", code=2, cwd=self.dir), "file")
        self.write_csv("train.csv", [(label, number) for label in (0, 1) for number in range(4)])
        data = "train: {csv: {path: train.csv}}"
        self.assert_refused(self.inspect(data, "--set", "training.augmentation[0]={random_crop: {height: 90}}", code=2),
                            "training.augmentation[0]")
        self.assert_refused(self.inspect(data, "--out", "", code=2), "--out")
        self.assert_refused(self.inspect(data, "--out", ".", code=2), "--out")

    def test_what_is_in_the_way_stays(self):
        self.write_csv("train.csv", [(label, number) for label in (0, 1) for number in range(4)])
        (self.dir / "mine").mkdir()
        (self.dir / "mine/notes.txt").write_text("keep")
        data = "train: {csv: {path: train.csv}}"
        for out in ("mine", "train.csv"):
            self.assertIn(out, self.inspect(data, "--out", out, code=4).stderr)
        self.assertEqual((self.dir / "mine/notes.txt").read_text(), "keep")
        self.inspect(data, "--out", "new/folder")
        self.assertTrue((self.dir / "new/folder/index.html").exists())


if __name__ == "__main__":
    main()
