"""Ranks that hang or never enter a collective: their group ends within a stated time, says why, and the sweep goes on
elsewhere to the same bytes."""
import os
import signal
import subprocess
import sys
import unittest

from cluster import TINY_SWEEP, ClusterTest, children_of, ensemble_digest, is_alive, main, wait_until

TIMEOUT_S = 5
# One trial, long enough to be disturbed.
SWEEP = TINY_SWEEP.replace("epochs: 4", "epochs: 15").replace("values: [3.0e-3, 1.0e-3]", "values: [3.0e-3]")

# Stops one thread of a process for good, as a hang would, while the others live on: a tracer that never lets go.
HANG_THREAD = """
import ctypes, os, sys
PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
libc = ctypes.CDLL(None, use_errno=True)
thread = int(sys.argv[1])
for request in (PTRACE_SEIZE, PTRACE_INTERRUPT):
    if libc.ptrace(request, thread, None, None) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
print("hangs", flush=True)
while True:
    _, status = os.waitpid(thread, 0x40000000)  # __WALL
    if not os.WIFSTOPPED(status):
        break
"""


class Hang(ClusterTest):
    @classmethod
    def setUpClass(cls):
        cls.expected = {}

    def begin(self, group_size):
        self.start_coordinator()
        self.submit_for(group_size)
        worker = self.start_hasty_group(group_size)
        wait_until(lambda: self.count_epochs() >= 2, "epochs were reported")
        return worker

    def submit_for(self, group_size):
        # A worker alone spends its time in steps, where a hang holds no lock that its other threads need.
        settings = ["model.se_cnn.width=32", "training.epochs=4"] if group_size == 1 else []
        self.submit(SWEEP, *(word for setting in [f"resources.group_size={group_size}", *settings]
                             for word in ("--set", setting)))

    def start_hasty_group(self, group_size):
        """One that is quick to believe that something hangs."""
        if group_size == 1:
            return self.start_worker("--progress-timeout-s", TIMEOUT_S)
        return self.start_mpi_workers(group_size, group_size, collective_timeout_s=TIMEOUT_S)

    def start_group(self, group_size):
        if group_size == 1:
            return self.start_worker()
        return self.start_mpi_workers(group_size, group_size, collective_timeout_s=60)

    def finish(self, group_size):
        """Another group brings the sweep to its end, as an undisturbed one does."""
        self.start_group(group_size)
        self.wait_for_end()
        digest = ensemble_digest(self.ensemble())
        self.kill_all()
        if group_size not in self.expected:
            self.run_calmly(group_size)
        self.assertEqual(self.expected[group_size], digest)

    def run_calmly(self, group_size):
        self.start_coordinator()
        self.pleat("rm", "tiny")
        self.submit_for(group_size)
        self.start_group(group_size)
        self.wait_for_end()
        self.expected[group_size] = ensemble_digest(self.ensemble())

    def hang_main_thread(self, pid):
        tracer = subprocess.Popen([sys.executable, "-c", HANG_THREAD, str(pid)], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True)
        self.addCleanup(tracer.communicate)
        self.addCleanup(tracer.kill)
        if tracer.stdout.readline() != "hangs\n":
            raise unittest.SkipTest(f"threads cannot be stopped here: {tracer.stderr.read()}")

    def wait_for_ranks(self, ranks):
        """The ranks that are left end by themselves; mpirun kills a stopped one after its kill timeout."""
        wait_until(lambda: not any(map(is_alive, ranks)), "the group has ended", timeout=TIMEOUT_S + 10 + 10)

    def test_rank_zero_that_is_stopped_ends_its_group(self):
        group = self.begin(2)
        ranks = children_of(group.popen.pid)
        os.kill(ranks[0], signal.SIGSTOP)
        self.wait_for_ranks(ranks)
        self.assertNotEqual(group.wait(), 0)
        wait_until(lambda: "no heartbeat for" in self.pleat("explain", "tiny").stdout, "the lease is lost")
        self.finish(2)

    def test_a_rank_that_is_stopped_ends_its_group(self):
        group = self.begin(2)
        ranks = children_of(group.popen.pid)
        os.kill(ranks[1], signal.SIGSTOP)
        self.wait_for_ranks(ranks)
        self.assertNotEqual(group.wait(), 0)
        self.assertIn("did not enter a collective", self.pleat("explain", "tiny").stdout)
        self.finish(2)

    def test_a_worker_whose_thread_hangs_ends_though_its_heartbeats_go_on(self):
        worker = self.begin(1)
        self.hang_main_thread(worker.popen.pid)
        wait_until(lambda: not is_alive(worker.popen.pid), "the worker has ended", timeout=TIMEOUT_S + 10)
        self.assertIn(f"has not moved for {TIMEOUT_S} s", worker.text())
        self.assertIn("so its worker ended", self.pleat("explain", "tiny").stdout)
        self.finish(1)


if __name__ == "__main__":
    main()
