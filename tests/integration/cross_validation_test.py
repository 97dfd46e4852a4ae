"""Splitters from the YAML to the ensemble: which rows each fold validates, and what is made of their predictions."""
import ast
import csv
import json
import math
import struct

from cluster import ClusterTest, main

SIDE = 4
CLASSES = 2
ROWS = 36
PLAIN = "{train: {csv: {path: plain.csv}}}"
SWEEP = """\
name: folds
data: {data}
cross_validation: {{{splitter}}}
model: {{mlp: {{hidden: [4]}}}}
training: {{epochs: 1, batch_size: 8}}
"""


def read_npy(path):
    """Shape and numbers of a file of float32 or int32."""
    data = path.read_bytes()
    end = 10 + struct.unpack_from("<H", data, 8)[0]
    header = ast.literal_eval(data[10:end].decode())
    form = {"<f4": "f", "<i4": "i"}[header["descr"]]
    return header["shape"], struct.unpack(f"<{(len(data) - end) // 4}{form}", data[end:])


def read_rows(path):
    """A matrix as a list of rows."""
    shape, values = read_npy(path)
    return [values[i * shape[1]:(i + 1) * shape[1]] for i in range(shape[0])]


def softmax(logits):
    exponentials = [math.exp(logit - max(logits)) for logit in logits]
    return [value / sum(exponentials) for value in exponentials]


class CrossValidation(ClusterTest):
    def write_csv(self, name, **columns):
        """Images of stripes; the columns go before their pixels."""
        with open(self.dir / name, "w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["label", *columns, *(f"pixel{i}" for i in range(SIDE * SIDE))])
            for row in range(ROWS):
                label = row % CLASSES
                pixels = [200 * (i % CLASSES == label) + row for i in range(SIDE * SIDE)]
                rows.writerow([label, *(column[row] for column in columns.values()), *pixels])

    def write_sweep(self, splitter, data):
        return self.write("sweep.yaml", SWEEP.format(splitter=splitter, data=data))

    def run_sweep(self, folder, splitter, data=PLAIN):
        """Runs it; its folder in the store, and what it says of itself."""
        result = self.pleat("run", self.write_sweep(splitter, data), "--dir", self.dir / folder, "--workers", "1",
                            "--json")
        return self.dir / folder / "sweeps/folds", json.loads(result.stdout)

    def check_out_of_fold(self, sweep, fold_count):
        """The ensemble's out-of-fold predictions are the means over the folds that validate a row."""
        shape, folds = read_npy(sweep / "folds.npy")
        repeats = shape[1] if len(shape) > 1 else 1
        predictions = [[] for _ in range(ROWS)]
        for fold in range(fold_count):
            rows = [row for row in range(ROWS) if fold in folds[row * repeats:(row + 1) * repeats]]
            logits = read_rows(sweep / f"trials/0000/fold_{fold}/attempt_1/oof.npy")
            self.assertEqual(len(logits), len(rows))
            for row, of_row in zip(rows, logits):
                predictions[row].append(softmax(of_row))
        for row, blended in enumerate(read_rows(sweep / "ensemble/1/oof.npy")):
            for label, probability in enumerate(blended):
                found = [prediction[label] for prediction in predictions[row]]
                if found:
                    self.assertAlmostEqual(probability, sum(found) / len(found), places=5)
                else:
                    self.assertTrue(math.isnan(probability))
        return [len(found) for found in predictions]

    def test_repeated_stratified_k_fold(self):
        self.write_csv("plain.csv")
        sweep, summary = self.run_sweep("run", "repeated_stratified_k_fold: {folds: 2, repeats: 3, seed: 4}")
        self.assertEqual(len(summary["trials"][0]["fold_scores"]), 6)
        self.assertEqual(summary["ensemble"]["members"], 6)
        self.assertEqual(summary["ensemble"]["out_of_fold"]["rows"], ROWS)
        self.assertEqual(self.check_out_of_fold(sweep, 6), [3] * ROWS)

    def test_leave_one_group_out(self):
        self.write_csv("writers.csv", writer=[f"w{row // 12}" for row in range(ROWS)])
        settings = ("leave_one_group_out: {}", "{train: {csv: {path: writers.csv}}, groups: {column: writer}}")
        checked = self.pleat("validate", self.write_sweep(*settings), "--json")
        self.assertIsNone(json.loads(checked.stdout)["folds"])
        sweep, summary = self.run_sweep("run", *settings)
        self.assertEqual(summary["ensemble"]["members"], 3)
        self.assertEqual(self.check_out_of_fold(sweep, 3), [1] * ROWS)
        self.assertEqual(list(read_npy(sweep / "folds.npy")[1]), [row // 12 for row in range(ROWS)])

    def test_predefined_by_column_and_by_file(self):
        given = [(-1, 3, 7, 3)[row % 4] for row in range(ROWS)]
        self.write_csv("folds.csv", fold=given)
        self.write_csv("plain.csv")
        self.write("folds.txt", "".join(f"{fold}\n" for fold in given))
        by_column = self.run_sweep("column", "predefined: {column: fold}", "{train: {csv: {path: folds.csv}}}")
        by_file = self.run_sweep("file", "predefined: {file: folds.txt}")
        for sweep, summary in (by_column, by_file):
            self.assertEqual(summary["ensemble"]["members"], 2)
            self.assertEqual(summary["ensemble"]["out_of_fold"]["rows"], ROWS - ROWS // 4)
            self.assertEqual(self.check_out_of_fold(sweep, 2), [int(fold >= 0) for fold in given])
            self.assertEqual(list(read_npy(sweep / "folds.npy")[1]), [{-1: -1, 3: 0, 7: 1}[fold] for fold in given])
        self.assertNotIn(str(self.dir), (by_file[0] / "ensemble/1/manifest.json").read_text())
        # A column of folds is no pixel when rows are predicted either.
        self.pleat("predict", by_column[0] / "ensemble/1", "--input", self.dir / "folds.csv", "--out",
                   self.dir / "out.csv")

    def test_bad_folds_are_told(self):
        self.write_csv("plain.csv")
        sweep = self.write_sweep("predefined: {file: folds.txt}", PLAIN)
        for bad, message in (("0\n" * (ROWS - 1) + "one\n", f"folds.txt:{ROWS}: "),
                             ("-1\n" * ROWS, f"all {ROWS} rows are in fold -1"),
                             ("4\n" * ROWS, f"fold 0 validates all {ROWS} rows"),
                             ("0\n1\n", f"folds.txt has 2 lines for {ROWS}")):
            self.write("folds.txt", bad)
            result = self.pleat("run", sweep, "--dir", self.dir / "bad", "--workers", "1", code=2)
            self.assertIn(message, result.stdout + result.stderr)


if __name__ == "__main__":
    main()
