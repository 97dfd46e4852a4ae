"""Pull the ensemble, predict without a coordinator: the stored test predictions come out again."""
import json
import os

from cluster import TINY_SWEEP, ClusterTest, ensemble_digest, main

# One view of each kind, drawn anew for each row.
VIEWS = """{per_row: true, views: [identity, shift_scale_rotate, augment: {transforms: [random_crop: {padding: 1},
    one_of: {transforms: [elastic, gamma, horizontal_flip]}]}]}"""


class Pull(ClusterTest):
    def csv_test_set(self):
        """Sixty 16x16 images with names, as Kaggle's test.csv, from a fixed pattern."""
        lines = ["image," + ",".join(f"pixel{i}" for i in range(256))]
        for row in range(60):
            lines.append(f"row-{row}," + ",".join(str((row * 37 + i * i) % 256) for i in range(256)))
        return self.write("test.csv", "\n".join(lines) + "\n")

    def test_pulled_ensemble_reproduces_the_stored_predictions(self):
        test = self.csv_test_set()
        self.start_coordinator()
        self.submit(TINY_SWEEP.replace("{synthetic_digits: {samples: 90, writers: 9, seed: 2, size: 16}}",
                                       "{csv: {path: test.csv, label_column: '', id_column: image}}")
                    .replace("{views: [identity: {}, shift_scale_rotate: {repeats: 2}]}", VIEWS))
        self.start_worker()
        self.wait_for_end()
        self.pleat("pull", "tiny", "--to", self.dir / "pulled")
        self.assertEqual(ensemble_digest(self.ensemble()), ensemble_digest(self.dir / "pulled"))
        self.kill_all()

        out = self.dir / "again.npy"
        self.pleat("predict", self.dir / "pulled", "--input", test, "--out", out)
        self.assertEqual(out.read_bytes(), (self.dir / "pulled/predictions.npy").read_bytes())

        self.pleat("predict", self.dir / "pulled", "--input", test, "--out", self.dir / "again.csv")
        submission = (self.dir / "pulled/submission.csv").read_text().splitlines()
        again = (self.dir / "again.csv").read_text().splitlines()
        self.assertEqual(submission[0], "id,label")
        self.assertTrue(submission[1].startswith("row-0,"))
        self.assertEqual([line.split(",")[:2] for line in again[1:]], [line.split(",") for line in submission[1:]])

        # A member that was tampered with is noticed, not used.
        weights = next((self.dir / "pulled/members").rglob("weights.safetensors"))
        content = bytearray(weights.read_bytes())
        content[-1] ^= 1
        weights.write_bytes(content)
        refused = self.pleat("predict", self.dir / "pulled", "--input", test, "--out", self.dir / "bad.csv", code=2)
        self.assertIn("weights.safetensors", refused.stderr)
        self.assertFalse((self.dir / "bad.csv").exists())

    def test_pull_over_an_existing_folder(self):
        self.start_coordinator()
        self.submit()
        self.start_worker()
        self.wait_for_end()
        self.pleat("pull", "tiny", "--to", self.dir / "pulled")
        self.pleat("pull", "tiny", "--to", self.dir / "pulled")
        weights = next((self.dir / "pulled/members").rglob("weights.safetensors"))
        weights.write_bytes(weights.read_bytes()[:-1])
        self.assertIn(str(weights), self.pleat("pull", "tiny", "--to", self.dir / "pulled", code=2).stderr)
        (self.dir / "taken").mkdir()
        (self.dir / "taken/mine.txt").write_text("mine")
        self.pleat("pull", "tiny", "--to", self.dir / "taken", code=4)
        self.assertEqual(os.listdir(self.dir / "taken"), ["mine.txt"])

        manifest = json.loads((self.dir / "pulled/manifest.json").read_text())
        self.assertAlmostEqual(sum(member["weight"] for member in manifest["members"]), 1.0)
        self.assertNotIn(str(self.dir), json.dumps(manifest))


if __name__ == "__main__":
    main()
