"""What quickstart.sh gives `pleat run`, and that its standard output is that program's alone.

The script runs in a tree of stand-ins that only say that they were called; the real build is the user's first minutes.
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "launch/quickstart.sh"
SAYS_ITS_ARGUMENTS = 'import json, sys\nprint(json.dumps({"arguments": sys.argv[1:]}))\n'


class Quickstart(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pleat-quickstart-"))
        self.addCleanup(shutil.rmtree, self.root)
        for program in ("launch/setup.sh", "launch/build_jobs.sh", "path/cmake"):
            self.program(program, "#!/bin/sh\necho $0 was called\n")
        self.program("build/release/bin/pleat", "#!/usr/bin/python3\n" + SAYS_ITS_ARGUMENTS)
        shutil.copy(SCRIPT, self.root / "launch")

    def program(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)

    def quickstart(self, *arguments):
        environment = {**os.environ, "PATH": f"{self.root}/path:{os.environ['PATH']}"}
        return subprocess.run([self.root / "launch/quickstart.sh", *arguments], env=environment, check=True,
                              capture_output=True, text=True)

    def test_arguments_are_those_of_run(self):
        arguments = ("--dir", "elsewhere", "--json")
        result = self.quickstart(*arguments)
        self.assertEqual(json.loads(result.stdout)["arguments"], ["run", "configs/quickstart.yaml", *arguments])
        self.assertIn("cmake was called", result.stderr)
        self.assertIn("Next, try", result.stderr)

    def test_without_arguments(self):
        self.assertEqual(json.loads(self.quickstart().stdout)["arguments"], ["run", "configs/quickstart.yaml"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
