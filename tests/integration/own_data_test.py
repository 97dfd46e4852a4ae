"""A user's own data: CSV files and folders of PNG images, through `pleat run` to the ensemble."""
import csv
import json
import os
import struct
import zlib

from cluster import ClusterTest, main

SIDE = 8
SWEEP = """\
name: own
data:
  {data}
cross_validation: {{stratified_k_fold: {{folds: 2, seed: 1}}}}
model: {{mlp: {{hidden: [8]}}}}
training: {{epochs: 2, batch_size: 8, optimizer: {{adam_w: {{lr: 0.01}}}}}}
"""


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(pixels, width=SIDE):
    """A grey PNG of 8 bits."""
    lines = b"".join(b"\0" + bytes(pixels[i:i + width]) for i in range(0, len(pixels), width))
    header = struct.pack(">IIBBBBB", width, len(pixels) // width, 8, 0, 0, 0, 0)
    return b"".join([b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(lines)),
                     chunk(b"IEND", b"")])


def image(label, number):
    """A bar whose place tells the class, on a ground that tells the number."""
    return [250 if x // 2 == label else (7 * number + 3 * x) % 90 for _ in range(SIDE) for x in range(SIDE)]


class OwnData(ClusterTest):
    def write_folder(self, name, classes, count=8, first=0):
        """Images 0.png, 1.png, … of each class, in a sub-folder of its name; without a name, in the folder itself."""
        for label, class_name in enumerate(classes):
            folder = self.dir / name / class_name
            folder.mkdir(parents=True, exist_ok=True)
            for number in range(count):
                (folder / f"{number}.png").write_bytes(png(image(label, first + number)))

    def write_csv(self, name, labels, count=8):
        with open(self.dir / name, "w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["name", "label", *(f"pixel{i}" for i in range(SIDE * SIDE))])
            for label in range(labels):
                for number in range(count):
                    rows.writerow([f"{label}/{number}.png", label, *image(label, number)])

    def run_sweep(self, folder, data, code=0):
        sweep = self.write(f"{folder}.yaml", SWEEP.format(data=data))
        return self.pleat("run", sweep, "--dir", self.dir / folder, "--workers", "1", code=code)

    def ensemble_of(self, folder):
        return self.dir / folder / "sweeps/own/ensemble/1"

    def test_csv_and_folder_of_the_same_images(self):
        self.write_csv("train.csv", labels=3)
        self.write_folder("train", ["0", "1", "2"])
        self.run_sweep("from_csv", "train: {csv: {path: train.csv, id_column: name}}")
        self.run_sweep("from_folder", "train: {image_folder: {path: train}}")
        manifests = [json.loads((self.ensemble_of(run) / "manifest.json").read_text())
                     for run in ("from_csv", "from_folder")]
        self.assertEqual(manifests[0]["data"], manifests[1]["data"])
        self.assertEqual(manifests[0]["scores"], manifests[1]["scores"])
        self.assertEqual(*((self.ensemble_of(run) / "oof.npy").read_bytes() for run in ("from_csv", "from_folder")))

    def test_some_images_of_a_folder(self):
        self.write_folder("train", ["0", "1", "2"])
        self.run_sweep("some", "train: {image_folder: {path: train}, limit: 12}")
        report = (self.ensemble_of("some") / "reports/oof/confusion_matrix.csv").read_text().splitlines()[1:]
        self.assertEqual([sum(map(int, line.split(",")[1:])) for line in report], [4, 4, 4])

    def test_named_classes_and_merged_sets(self):
        self.write_folder("train", ["cat", "dog"])
        self.write_folder("more", ["cat", "dog"], count=4, first=20)
        self.write_folder("test", [""], count=5)
        self.run_sweep("run", "train: {image_folder: {path: train}}\n"
                              "  merge: {more: {image_folder: {path: more}}}\n"
                              "  test: {image_folder: {path: test}}\n"
                              "  groups: {rows_per_group: 3}")
        manifest = json.loads((self.ensemble_of("run") / "manifest.json").read_text())
        self.assertEqual(manifest["class_names"], ["cat", "dog"])
        self.assertEqual(manifest["data"][0]["rows"], 24)
        origins = (self.ensemble_of("run") / "reports/oof/origins.csv").read_text()
        self.assertRegex(origins, r"\Aorigin,rows,accuracy,log_loss\ntrain,16,.*\nmore,8,.*\n\Z")
        with open(self.ensemble_of("run") / "submission.csv") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["id"] for row in rows], [f"{i}.png" for i in range(5)])
        self.assertLessEqual({row["label"] for row in rows}, {"cat", "dog"})

        out = self.dir / "predictions.csv"
        told = self.pleat("predict", self.ensemble_of("run"), "--input", self.dir / "more", "--out", out)
        self.assertIn("accuracy", told.stdout)
        with open(out) as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["id"] for row in rows[:2]], ["cat/0.png", "cat/1.png"])
        for row in rows:
            self.assertEqual(row["label"] == "cat", float(row["p_cat"]) >= float(row["p_dog"]))
        (self.dir / "more/dog").rename(self.dir / "more/zebra")
        refused = self.pleat("predict", self.ensemble_of("run"), "--input", self.dir / "more", "--out", out, code=2)
        self.assertIn("zebra", refused.stderr)

    def test_bad_folders(self):
        self.write_folder("train", ["cat", "dog"], count=3)
        good = png(image(0, 0))
        cases = {
            "stray": ("train/cat/notes.txt", b"hello", "not a PNG file"),
            "short": ("train/cat/0.png", good[:60], "damaged PNG"),
            "huge": ("train/cat/0.png", good[:16] + struct.pack(">II", 1 << 30, 1 << 30) + good[24:], "pixels"),
            "size": ("train/dog/1.png", png([0] * 12, width=3), "train/cat/0.png"),
            "mixed": ("train/1.png", good, "beside class folders"),
        }
        for name, (path, content, word) in cases.items():
            place = self.dir / path
            before = place.read_bytes() if place.exists() else None
            place.write_bytes(content)
            result = self.run_sweep(name, "train: {image_folder: {path: train}}", code=2)
            for expected in (os.fspath(place), word):
                self.assertIn(expected, result.stdout + result.stderr)
            self.assertFalse(self.ensemble_of(name).exists())
            place.unlink()
            if before is not None:
                place.write_bytes(before)


if __name__ == "__main__":
    main()
