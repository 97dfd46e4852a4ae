"""What all test stages gave together: how many tests passed, how many were skipped, and why.

Usage: summary.py RESULTS… where each is a file of `ctest --output-junit`. Counts the test cases that GoogleTest and
unittest name in their programs' output; a program that names none counts as one test, passed or skipped.
"""
import collections
import re
import sys
import xml.etree.ElementTree as ElementTree

PASSED = re.compile(r"\[       OK \] (\S+)|(\S+) \(__main__\.\S+\) \.\.\. ok\b")
SKIPPED = re.compile(r": Skipped\n(?P<reason>.*)\n(?:.*\n)*?\[  SKIPPED \] (?P<case>\S+) \("
                     r"|(?P<method>\S+) \(__main__\.\S+\) \.\.\. skipped ['\"](?P<why>.*)['\"]")


def cases_of(program):
    """Names of the cases that passed, and the reason of each that was skipped. Ranks repeat each other."""
    output = program.findtext("system-out", default="")
    passed = {match[1] or match[2] for match in PASSED.finditer(output)}
    skipped = {match["case"] or match["method"]: match["reason"] or match["why"]
               for match in SKIPPED.finditer(output)}
    if not passed and not skipped:
        mark = program.find("skipped")
        if mark is None:
            passed = {program.get("name")}
        else:
            skipped = {program.get("name"): mark.get("message")}
    return passed, skipped


def summary(paths):
    """Lines to print."""
    passed, reasons = 0, collections.Counter()
    for path in paths:
        for program in ElementTree.parse(path).getroot().iter("testcase"):
            good, skipped = cases_of(program)
            passed += len(good)
            reasons.update(skipped.values())
    yield f"{passed} tests passed, {reasons.total()} skipped"
    for reason, count in sorted(reasons.items()):
        yield f"{count} skipped: {reason}"


if __name__ == "__main__":
    print("\n".join(summary(sys.argv[1:])))
