"""The digest of the sources that decide a training's bits: equal for equal sources wherever they lie."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(os.environ["PLEAT_SOURCE"]) / "cmake/SourceDigest.cmake"
FILES = {"worker/train/adam.cc": "a", "worker/model/layers.h": "b", "common/base/philox.cc": "c",
         "worker/session/main.cc": "d"}


class SourceDigest(unittest.TestCase):
    def digest(self, changes):
        with tempfile.TemporaryDirectory() as root:
            for name, text in {**FILES, **changes}.items():
                path = pathlib.Path(root, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            out = pathlib.Path(root, "out.cc")
            subprocess.run(["cmake", f"-DROOT={root}", f"-DOUT={out}", "-P", SCRIPT], check=True)
            return re.search(r'kSourceDigest\[\] = "([0-9a-f]{64})"', out.read_text()).group(1)

    def test_is_the_same_wherever_the_sources_lie(self):
        self.assertEqual(self.digest({}), self.digest({}))

    def test_follows_what_decides_the_bits_and_nothing_else(self):
        plain = self.digest({})
        self.assertNotEqual(plain, self.digest({"worker/train/adam.cc": "A"}))
        self.assertNotEqual(plain, self.digest({"worker/train/sgd.cc": ""}))
        self.assertNotEqual(plain, self.digest({"worker/model/layers/batch_moments.cc": ""}))
        self.assertNotEqual(plain, self.digest({"common/base/philox.cc": "C"}))
        self.assertEqual(plain, self.digest({"worker/session/main.cc": "D"}))


if __name__ == "__main__":
    unittest.main()
