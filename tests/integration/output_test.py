"""What scripts rely on: every --json is one valid JSON object, and exit codes tell what happened."""
import json
import os
import subprocess

from cluster import BIN, ENVIRONMENT, TINY_SWEEP, ClusterTest, main


class Output(ClusterTest):
    def json(self, *arguments, code=0):
        value = json.loads(self.pleat(*arguments, "--json", code=code).stdout)
        self.assertIsInstance(value, dict)
        return value

    def test_json_is_one_object(self):
        self.start_coordinator()
        self.assertEqual(self.json("ls"), {"sweeps": [], "refuses": ""})
        longest = "n" * 64
        sweep = self.write("sweep.yaml", TINY_SWEEP)
        for name in ("tiny", longest):
            self.assertEqual(self.json("submit", sweep, "--set", f"name={name}")["name"], name)
        self.assertEqual([line["name"] for line in self.json("ls")["sweeps"]], [longest, "tiny"])
        self.assertEqual(self.json("status", "tiny")["summary"]["state"], "SWEEP_STATE_RUNNING")
        self.assertTrue(self.json("explain", "tiny")["decisions"])
        self.assertIn("nothing was decided", self.pleat("explain", "tiny", "0").stdout)
        self.assertTrue(self.json("validate", sweep)["valid"])
        self.assertIn("properties", json.loads(self.pleat("schema").stdout))
        self.pleat("cancel", "tiny")
        for line in self.pleat("watch", "tiny", "--json", code=6).stdout.splitlines():
            self.assertIn("record", json.loads(line))
        ended = self.json("run", sweep, "--dir", self.dir / "run", "--workers", "1", "--set", "training.epochs=1")
        self.assertEqual(len(ended["trials"]), 2)

    def test_json_of_what_is_wrong(self):
        found = self.json("validate", self.write("bad.yaml", TINY_SWEEP + "naïve: ünknown\n"), code=2)
        self.assertFalse(found["valid"])
        self.assertIn("naïve", found["message"])
        result = subprocess.run([BIN / "pleat", "validate", os.fsencode(self.dir) + b"/\xff.yaml", "--json"],
                                env=ENVIRONMENT, capture_output=True)
        self.assertEqual(result.returncode, 2)
        self.assertFalse(json.loads(result.stdout)["valid"])

    def test_bytes_that_no_message_can_carry(self):
        self.start_coordinator()
        (self.dir / "latin.yaml").write_bytes(TINY_SWEEP.encode() + b"# caf\xe9\n")
        self.assertIn("UTF-8", self.pleat("submit", self.dir / "latin.yaml", code=2).stderr)
        kannada = self.write("kannada.yaml", TINY_SWEEP + "# \u0c95\u0ca8\u0ccd\u0ca8\u0ca1 \U0001d11e\n")
        self.pleat("submit", kannada)

    def test_numbers_and_addresses_that_are_none(self):
        for arguments in (("cancel", "tiny", "--trial", "4294967296"), ("explain", "tiny", "-1"),
                          ("explain", "tiny", "0", "one"), ("ls", "--coordinator", "localhost"),
                          ("ls", "--coordinator", "localhost:port"), ("watch", "tiny", "--from", "-1"), ("lss",)):
            result = self.pleat(*arguments, code=2)
            self.assertIn(arguments[-1], result.stderr)


if __name__ == "__main__":
    main()
