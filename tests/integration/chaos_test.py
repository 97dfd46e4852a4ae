"""Chaos: kill -9, SIGSTOP and one-way losses at random, on machines of their own; the same bytes, and every word kept.

A coordinator, two groups of two ranks under mpirun and three clients, each at a host of its own (network namespaces; the
whole is skipped where they cannot be made). While faults come at random, sweeps are trained one after the other, and the
clients submit, change, cancel and read others. Once the faults stop, everything must finish: each ensemble with the bytes
of a calm run, and what the clients were told must be a history that a coordinator which keeps its word can have.

For longer, or the faults of another run:  chaos_test.py [--seconds N] [--seed N]  (the timing is the machine's own)
"""
import collections
import contextlib
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from cluster import BIN, ENVIRONMENT, TINY_SWEEP, ClusterTest, children_of, ensemble_digest, wait_until
from history import Call, contradictions
from network import CannotMakeNetwork, Network

GROUPS = ("node1", "node2")
TWO_RANKS = TINY_SWEEP + "resources: {group_size: 2}\n"
FAULTS = ("kill coordinator", "kill rank", "kill node", "stop coordinator", "stop rank", "drop to node", "drop from node",
          "drop to clients", "drop from clients")
# No group here is as large: what clients do to it is all that happens to it.
PASSIVE = TINY_SWEEP + "resources: {group_size: 7}\n"


def option(name, default):
    return int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else default


class Chaos(ClusterTest):
    def setUp(self):
        super().setUp()
        self.seed = option("--seed", int.from_bytes(os.urandom(4), "big"))
        self.seconds = option("--seconds", 60)
        print(f"chaos: --seed {self.seed} --seconds {self.seconds}", flush=True)
        self.random = random.Random(self.seed)
        try:
            self.network = Network("head", "desk", *GROUPS)
        except CannotMakeNetwork as error:
            self.skipTest(f"LEFT OUT: no network namespaces can be made here: {error}")
        self.addCleanup(self.network.close)
        self.addCleanup(self.kill_all)
        self.address = f"{self.network.addresses['head']}:7070"
        self.calls = []
        self.calls_lock = threading.Lock()
        self.over = threading.Event()
        self.done = collections.Counter()

    # --------------------------------------------------------------------------------- the cluster

    def start_coordinator(self):
        self.coordinator = self.start(*self.network.at("head"), BIN / "pleat-coordinator", "--state", self.dir / "state",
                                      "--store", self.dir / "store", "--listen", self.address,
                                      "--allow-insecure-network", "--lease-ttl-ms", "2000", "--heartbeat-ms", "300")

    def start_group(self, node):
        self.groups[node] = self.start(
            *self.network.at(node), "mpirun", "--oversubscribe", "-n", "2", "--mca", "odls_base_sigkill_timeout", "10",
            BIN / "pleat-worker", "--coordinator", self.address, "--store", self.dir / "store", "--group-size", "2",
            "--collective-timeout-s", "5")

    def look_after(self):
        """Starts again what has ended."""
        if not self.coordinator.running():
            self.start_coordinator()
        for node in GROUPS:
            if not self.groups[node].running():
                self.start_group(node)

    def ranks(self, node):
        with contextlib.suppress(OSError):
            return children_of(self.groups[node].popen.pid)
        return []

    def has_ranks(self):
        self.look_after()
        return any(map(self.ranks, GROUPS))

    def one_rank(self, node):
        ranks = self.ranks(node)
        return [self.random.choice(ranks)] if ranks else []

    def kill_all(self):
        for node in GROUPS:
            for rank in self.ranks(node) if hasattr(self, "groups") else []:
                self.signal(rank, signal.SIGKILL)
        super().kill_all()

    @staticmethod
    def signal(pid, number):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)

    # ----------------------------------------------------------------------------------- the faults

    def kinds(self):
        """Of faults, in rounds of one each, so that none is left out."""
        while True:
            yield from self.random.sample(FAULTS, len(FAULTS))

    def fault(self, kind):
        """Those that last are taken back after a while. Nothing is counted that had nobody to strike."""
        if kind in ("kill rank", "kill node", "stop rank"):
            wait_until(self.has_ranks, "a group has ranks", timeout=30)
        node = self.random.choice([node for node in GROUPS if self.ranks(node)] or GROUPS)
        pause_s = self.random.uniform(0.1, 3)
        if kind == "kill coordinator":
            self.coordinator.kill()
            self.assertEqual(self.coordinator.wait(), -signal.SIGKILL)
            self.pause(self.random.choice([0, 0, 1]))
        elif kind in ("kill rank", "kill node"):
            pids = self.one_rank(node)
            if kind == "kill node" and pids:
                pids = [*self.ranks(node), self.groups[node].popen.pid]
            for pid in pids:
                self.signal(pid, signal.SIGKILL)
            if not pids:
                return
        elif kind.startswith("stop"):
            pids = [self.coordinator.popen.pid] if kind == "stop coordinator" else self.one_rank(node)
            for pid in pids:
                self.signal(pid, signal.SIGSTOP)
            self.pause(pause_s)
            for pid in pids:
                self.signal(pid, signal.SIGCONT)
            if not pids:
                return
        else:
            there = "desk" if kind.endswith("clients") else node
            way = ("head", there) if " to " in kind else (there, "head")
            self.network.drop(*way)
            self.pause(pause_s)
            self.network.heal(*way)
        self.done[kind] += 1

    def pause(self, seconds):
        """A fault lasts; what it does not concern is looked after meanwhile."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(0.05)
            for node in GROUPS:
                if not self.groups[node].running():
                    self.start_group(node)

    # ---------------------------------------------------------------------------------- the clients

    def pleat_at_desk(self, *arguments):
        """Exit code and output."""
        result = subprocess.run([*self.network.at("desk"), BIN / "pleat", *map(str, arguments), "--coordinator", self.address],
                                capture_output=True, text=True, env=ENVIRONMENT, stdin=subprocess.DEVNULL, timeout=120)
        return result.returncode, result.stdout

    def call(self, kind, sweep, *arguments):
        began = time.monotonic()
        code, output = self.pleat_at_desk(*arguments)
        outcome = {0: "ok", 3: "unknown"}.get(code, "refused")
        call = Call(kind, sweep, began, time.monotonic(), outcome)
        if kind == "read" and outcome == "ok":
            status = json.loads(output)
            call.state = status["summary"]["state"].removeprefix("SWEEP_STATE_")
            call.changes = len(status["changes"])
        elif kind == "read" and outcome == "refused":
            call.outcome = "ok"  # the answer is that there is none
        with self.calls_lock:
            self.calls.append(call)
        return call

    def use(self, name, number):
        """One client: sweeps of its own, one after the other, and reads of those of all."""
        choice = random.Random(self.seed + number)
        sweeps, limit = [], 0
        while not self.over.is_set():
            kind = choice.choice(["submit", "limit", "limit", "cancel", "read", "read", "read"])
            if kind == "submit" or not sweeps:
                sweeps.append(f"{name}{len(sweeps)}")
                text = self.write(f"{sweeps[-1]}.yaml", PASSIVE.replace("name: tiny", f"name: {sweeps[-1]}"))
                self.call("submit", sweeps[-1], "submit", text)
            elif kind == "limit":
                limit += 1
                self.call("limit", sweeps[-1], "limits", sweeps[-1], f"resources.max_failures={limit % 90 + 4}")
            elif kind == "cancel" and len(sweeps) > 1:
                cancelled = choice.choice(sweeps[:-1])
                self.call("cancel", cancelled, "cancel", cancelled)
            else:
                read = choice.choice(sweeps)
                self.call("read", read, "status", read, "--json")
            self.over.wait(choice.uniform(0, 0.3))

    def keep_training(self):
        """One client: the next sweep to be trained whenever the last has ended."""
        while not self.over.is_set():
            if all(self.state(name) not in ("", "RUNNING") for name in self.names[-1:]):
                name = f"trained{len(self.names)}"
                text = self.write(f"{name}.yaml", TWO_RANKS.replace("name: tiny", f"name: {name}"))
                if self.call("submit", name, "submit", text).outcome == "ok":
                    self.names.append(name)
            self.over.wait(0.5)

    def state(self, name):
        """Empty if nobody answers."""
        return self.call("read", name, "status", name, "--json").state

    # -------------------------------------------------------------------------------------- the test

    def digest(self, name):
        """Without the manifest, which names the sweep and is compared with that name in mind."""
        digest = ensemble_digest(self.ensemble(name))
        digest["manifest.json"] = (self.ensemble(name) / "manifest.json").read_text().replace(name, "tiny")
        return digest

    def calm(self):
        """The digest of a run that nobody disturbs, by a group of two ranks."""
        with tempfile.TemporaryDirectory(prefix="pleat-calm-") as folder:
            sweep = self.write("calm.yaml", TWO_RANKS)
            subprocess.run([BIN / "pleat", "run", sweep, "--dir", folder, "--workers", "1"], env=ENVIRONMENT, check=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=200)
            ensemble = pathlib.Path(folder, "sweeps/tiny/ensemble/1")
            return {**ensemble_digest(ensemble), "manifest.json": (ensemble / "manifest.json").read_text()}

    def test_everything_at_random(self):
        expected = self.calm()
        self.groups, self.names = {}, []
        self.start_coordinator()
        for node in GROUPS:
            self.start_group(node)
        kinds = self.kinds()
        clients = [threading.Thread(target=self.use, args=(f"side{i}-", i)) for i in range(2)]
        clients.append(threading.Thread(target=self.keep_training))
        for client in clients:
            client.start()
        try:
            until = time.monotonic() + self.seconds
            while time.monotonic() < until:
                self.pause(self.random.uniform(0.1, 0.8))
                self.look_after()
                self.fault(next(kinds))
                self.look_after()
        finally:
            self.over.set()
        # The faults are over.
        for client in clients:
            client.join(180)
            self.assertFalse(client.is_alive(), "a client's call does not end")

        def all_ended():
            self.look_after()
            states = {name: self.state(name) for name in self.names}
            return states if not {"", "RUNNING"} & set(states.values()) else None

        states = wait_until(all_ended, "all sweeps end", timeout=180)
        self.assertEqual(set(states.values()), {"FINISHED"}, states)
        for name in self.names:
            self.assertEqual(expected, self.digest(name), name)
        for sweep in sorted({call.sweep for call in self.calls}):
            self.call("read", sweep, "status", sweep, "--json")
        self.assertEqual(contradictions(self.calls), [])
        told = collections.Counter(f"{call.kind} {call.outcome}" for call in self.calls)
        print(f"faults: {dict(self.done)}; calls of clients: {dict(told)}; {len(self.names)} ensembles with the calm "
              "run's bytes", flush=True)
        if self.seconds >= 60:
            self.assertEqual(sorted(self.done), sorted(FAULTS), "a kind of fault did not strike")
        for kind in ("submit", "limit", "cancel"):
            self.assertGreater(told[f"{kind} ok"], 0, "the history says nothing of this call")


class Histories(unittest.TestCase):
    """The check of histories sees a word that is not kept."""

    def check(self, *calls):
        return contradictions([Call(*call) for call in calls])

    def test_a_coordinator_that_keeps_its_word(self):
        self.assertEqual([], self.check(
            ("read", "a", 0, 1, "ok", ""), ("submit", "a", 0.5, 2, "ok"), ("limit", "a", 3, 9, "unknown"),
            ("read", "a", 4, 5, "ok", "RUNNING", 0), ("read", "a", 6, 7, "ok", "RUNNING", 1),
            ("cancel", "a", 10, 12, "ok"), ("read", "a", 11, 13, "ok", "RUNNING", 1),
            ("read", "a", 14, 15, "ok", "CANCELLED", 1)))

    def test_a_submission_that_is_forgotten(self):
        self.assertRegex(self.check(("submit", "a", 0, 1, "ok"), ("read", "a", 2, 3, "ok", ""))[0], "was not there")

    def test_a_cancellation_that_is_forgotten(self):
        self.assertRegex(self.check(("submit", "a", 0, 1, "ok"), ("cancel", "a", 2, 3, "ok"),
                                    ("read", "a", 4, 5, "ok", "RUNNING"))[0], "it was cancelled")

    def test_a_change_that_is_forgotten_or_made_twice(self):
        submit, limit = ("submit", "a", 0, 1, "ok"), ("limit", "a", 2, 3, "ok")
        self.assertRegex(self.check(submit, limit, ("read", "a", 4, 5, "ok", "RUNNING", 0))[0], "it had 0")
        self.assertRegex(self.check(submit, limit, ("read", "a", 4, 5, "ok", "RUNNING", 2))[0], "it had 2")

    def test_a_refused_request_that_is_done_all_the_same(self):
        self.assertRegex(self.check(("submit", "a", 0, 1, "ok"), ("cancel", "a", 2, 3, "refused"),
                                    ("read", "a", 4, 5, "ok", "CANCELLED"))[0], "nobody had cancelled")

    def test_an_end_that_is_forgotten(self):
        self.assertRegex(self.check(("submit", "a", 0, 1, "ok"), ("read", "a", 2, 3, "ok", "FINISHED"),
                                    ("read", "a", 4, 5, "ok", "RUNNING"))[0], "it was FINISHED, and at 4.000 RUNNING")

    def test_a_change_that_vanishes(self):
        found = self.check(("submit", "a", 0, 1, "ok"), ("limit", "a", 2, 9, "unknown"),
                           ("read", "a", 3, 4, "ok", "RUNNING", 1), ("read", "a", 5, 6, "ok", "RUNNING", 0))
        self.assertRegex(found[0], "it had 1 changes, and at 5.000 0")


if __name__ == "__main__":
    own = [i for name in ("--seed", "--seconds") if name in sys.argv for i in (sys.argv.index(name), sys.argv.index(name) + 1)]
    unittest.main(argv=[argument for i, argument in enumerate(sys.argv) if i not in own], verbosity=2)
