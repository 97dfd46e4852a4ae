"""The summary counts each case once and names each reason."""
import tempfile
import unittest

from summary import summary

RESULTS = """\
<testsuite>
  <testcase name="folds_test" status="run"><system-out>
[ RUN      ] KFold.Cuts
[       OK ] KFold.Cuts (3 ms)
[ RUN      ] KFold.Reads
folds_test.cc:31: Skipped
NO DATA: set PLEAT_KANNADA_DIR

[  SKIPPED ] KFold.Reads (0 ms)
[  SKIPPED ] 1 test, listed below:
[  SKIPPED ] KFold.Reads
  </system-out></testcase>
  <testcase name="ranks_test" status="run"><system-out>
[       OK ] Ranks.Add (3 ms)
[       OK ] Ranks.Add (3 ms)
  </system-out></testcase>
  <testcase name="device_test" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/><system-out>
[ RUN      ] Device.Copies
gpu_fixture.h:18: Skipped
no GPU is visible

[  SKIPPED ] Device.Copies (0 ms)
[ RUN      ] Device.Adds
gpu_fixture.h:18: Skipped
no GPU is visible

[  SKIPPED ] Device.Adds (0 ms)
  </system-out></testcase>
  <testcase name="integration_full_test" status="run"><system-out>
test_full (__main__.Full.test_full) ... skipped 'cannot mount a small disk here'
test_spare (__main__.Full.test_spare) ... ok
  </system-out></testcase>
  <testcase name="silent" status="run"/>
  <testcase name="left_out" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/><system-out/></testcase>
</testsuite>
"""


class Summary(unittest.TestCase):
    def test_counts_cases_and_names_reasons(self):
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
            file.write(RESULTS)
            file.flush()
            self.assertEqual(list(summary([file.name])), [
                "4 tests passed, 5 skipped",
                "1 skipped: NO DATA: set PLEAT_KANNADA_DIR",
                "1 skipped: SKIP_RETURN_CODE=77",
                "1 skipped: cannot mount a small disk here",
                "2 skipped: no GPU is visible",
            ])
            self.assertEqual(list(summary([file.name] * 2))[0], "8 tests passed, 10 skipped")


if __name__ == "__main__":
    unittest.main(verbosity=2)
