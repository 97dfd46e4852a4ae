"""Every declaration of the contract has a comment of its own, on the line above it."""
import os
import pathlib
import re
import unittest

PROTO = pathlib.Path(os.environ["PLEAT_SOURCE"]) / "proto"
DECLARATION = re.compile(
    r"(message|enum|oneof|service|extend)\s+[\w.]+\s*\{|rpc\s+\w+|(\w+)\s*=\s*\d+\s*[;\[]"
    r"|(optional\s+|repeated\s+)?[\w.]+\s+\w+\s*=\s*\d+\s*[;\[]")
CONTINUES = re.compile(r"[^;{}]\s*$")


def undocumented(text):
    """Lines of a .proto that begin a declaration without a comment right above."""
    found, above, inside = [], "", False
    for line in text.splitlines():
        code = re.sub(r"//.*", "", re.sub(r'"[^"]*"', '""', line)).strip()
        if not inside and DECLARATION.match(code) and not above.startswith("//"):
            found.append(line.strip())
        if code:
            inside = bool(CONTINUES.search(code))
        above = line.strip()
    return found


class ProtoComments(unittest.TestCase):
    maxDiff = None

    def test_every_declaration_has_a_comment_of_its_own(self):
        wrong = [f"{path.name}: {line}" for path in sorted(PROTO.glob("*.proto"))
                 for line in undocumented(path.read_text())]
        self.assertEqual(wrong, [])

    def test_the_check_sees_each_kind_of_declaration(self):
        bare = ["message A {", "optional uint32 b = 1;", "repeated string c = 2 [(rules) = {", "oneof d {",
                "A e = 3;", "enum F {", "G = 0;", "service H {", "rpc I(A) returns (A);", "extend google.J {"]
        for line in bare:
            self.assertEqual(undocumented(f"// A shared comment.\nint32 x = 9;\n{line}\n"), [line])
            self.assertEqual(undocumented(f"// Its own.\n{line}\n"), [])

    def test_the_check_sees_the_contract(self):
        self.assertGreater(len(list(PROTO.glob("*.proto"))), 6)


if __name__ == "__main__":
    unittest.main(verbosity=2)
