"""Who may include whom: reads every #include of the tree and fails on a forbidden direction.

Also keeps torch, MPI and CUDA inside worker/, and the world's non-determinism (clocks, environment, entropy) at the
edge: only the files listed here may touch it.
"""
import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ["PLEAT_SOURCE"])
ALLOWED = {
    "proto": set(),
    "common": {"proto", "common"},
    "coordinator": {"proto", "common", "coordinator"},
    "worker": {"proto", "common", "worker"},
    "client": {"proto", "common", "client"},
}
# Lowest first: a folder includes itself and the folders before it.
COMMON_ORDER = ["base", "html", "metrics", "store", "folds", "config"]
DATA_PLANE = re.compile(r"torch/|ATen/|c10/|mpi\.h|nccl\.h|cuda")
NON_DETERMINISM = re.compile(
    r"std::random_device|\bgetenv\b|system_clock::now|steady_clock::now|\bclock_gettime\b|\bgetrandom\b|\brand\(\)")
EDGE = {
    "client/connection.cc",
    "client/terminal.cc",
    "common/base/clock.cc",
    "common/base/failpoint.cc",
    "common/base/ids.cc",
    "common/base/log.cc",
    "coordinator/service/coordinator_loop.cc",
    "coordinator/service/coordinator_server.cc",
    "worker/distributed/mpi_runtime.cc",
    "worker/distributed/poll.cc",
    "worker/session/coordinator_client.cc",
    "worker/session/main.cc",
}


def sources():
    """(path relative to the root, text) of all code."""
    for top in ALLOWED:
        for path in sorted((SOURCE / top).rglob("*")):
            if path.suffix in {".h", ".cc", ".cu", ".cuh"}:
                yield path.relative_to(SOURCE), path.read_text()


class Layering(unittest.TestCase):
    def test_includes_point_downwards(self):
        wrong = []
        for path, text in sources():
            for include in re.findall(r'#include "([^"]+)"', text):
                top = include.split("/")[0]
                if top in ALLOWED and top not in ALLOWED[path.parts[0]]:
                    wrong.append(f"{path} includes {include}")
                if top == "common" == path.parts[0]:
                    mine, theirs = path.parts[1], include.split("/")[1]
                    if COMMON_ORDER.index(theirs) > COMMON_ORDER.index(mine):
                        wrong.append(f"{path} includes {include}")
        self.assertEqual(wrong, [])

    def test_the_control_plane_knows_no_torch(self):
        wrong = [f"{path} includes {include}" for path, text in sources() if path.parts[0] != "worker"
                 for include in re.findall(r'#include [<"]([^>"]+)', text) if DATA_PLANE.match(include)]
        self.assertEqual(wrong, [])

    def test_the_world_is_read_at_the_edge_only(self):
        wrong = [f"{path}: {match.group(0)}" for path, text in sources() if str(path) not in EDGE
                 for match in NON_DETERMINISM.finditer(re.sub(r"//.*", "", text))]
        self.assertEqual(wrong, [])

    def test_the_check_sees_the_tree(self):
        self.assertGreater(sum(1 for _ in sources()), 100)


if __name__ == "__main__":
    unittest.main(verbosity=2)
