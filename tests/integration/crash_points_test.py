"""Each crash point × {kill, stop, error, delay}: the run completes, and the ensemble is the calm one's, byte for byte.

Real processes and a tiny network. One life is a coordinator and a worker from the start through submission, training,
prediction, ensemble, `pleat pull` and `pleat rm`; some points are armed in it, and each must be passed. What dies is
started again, as `pleat run` and launch/ do it. A coordinator or client that stands still goes on after longer than a
lease lasts; a worker that stands still does so until its successor has finished the sweep, and must then change nothing.

One cell alone, as a failure names it:  crash_points_test.py --cell worker:worker.complete.before=kill
"""
import concurrent.futures
import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import sys
import tempfile
import time
import unittest

from cluster import BIN, ENVIRONMENT, SOURCE, Process, calm_digest, ensemble_digest
from crash_points import NEEDS, POINTS, name_of_point, names_in_sources

SWEEP = """\
name: tiny
data:
  train: {synthetic_digits: {samples: 120, writers: 12, seed: 1, size: 12}}
  test: {synthetic_digits: {samples: 30, writers: 3, seed: 2, size: 12}}
cross_validation: {stratified_k_fold: {folds: 2, seed: 5}}
model: {mlp: {hidden: [8], dropout: 0.1}}
training:
  epochs: 12
  batch_size: 20
  optimizer: {rmsprop: {lr: 3.0e-3}}
  lr_schedule: {reduce_on_plateau: {patience: 0, min_delta: 0.05}}
  augmentation: [{shift_scale_rotate: {shift: 0.1, scale: 0.1, rotate_degrees: 10, p: 0.5}}]
search:
  method: {tpe: {startup_trials: 1}}
  max_trials: 2
  parameters:
    training.optimizer.rmsprop.lr: {log_uniform: {min: 1.0e-3, max: 1.0e-2}}
ensemble:
  select: {greedy: {rounds: 3}}
  tta: {views: [identity: {}, shift_scale_rotate: {repeats: 1}]}
resources: {max_failures: 50, max_concurrent_trials: 1}
"""
LEASE_TTL_S = 1.0
HEARTBEAT_MS = 20  # so that there are some in folds that take a tenth of a second
SNAPSHOT_EVERY = 40  # of about 150 records
DELAY_MS = 1300
STANDSTILL_S = 1.3  # of coordinators and clients: longer than a lease
LIFE_S = 150  # none takes a quarter of it
CELLS_PER_LIFE = 5
LIVES_AT_ONCE = 2 * os.cpu_count()

FIRED = re.compile(r" failpoint name=(\S+) action=(\S+)\n")


def is_stopped(pid):
    with contextlib.suppress(OSError):
        return "State:\tT" in pathlib.Path(f"/proc/{pid}/status").read_text()
    return False


def artifacts_in(value):
    """Everything in a JSON value that names a file of the store."""
    if isinstance(value, dict):
        if {"path", "sha256"} <= value.keys():
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from artifacts_in(part)


class Program:
    """A program of a life, in one incarnation after the other; all cells that have not fired yet are armed."""

    def __init__(self, life, role, cells):
        self.life = life
        self.role = role
        self.armed = list(cells)
        self.seen = []  # what fired in this incarnation
        self.process = None
        self.stood_since = None

    def begin(self, *command):
        self.seen = []
        self.stood_since = None
        # The programs have the visit at the end, and how long to delay.
        points = [re.sub(r"(@\d+)=(\w+)", r"=\2\1", cell) for cell in self.armed]
        points = [point.replace("=delay", f"=delay:{DELAY_MS}ms") for point in points]
        environment = {**ENVIRONMENT, "PLEAT_LOG": "info", "PLEAT_FAILPOINTS": ";".join(points),
                       "PLEAT_COORDINATOR": self.life.address or "127.0.0.1:1"}
        self.process = Process(self.life.next_log(self.role), *command, env=environment)

    def look(self):
        """Takes note of what fired, and of standing still."""
        fired = [f"{name}={action}" for name, action in FIRED.findall(self.process.text())]
        for one in fired[len(self.seen):]:
            self.note(one)
        self.seen = fired
        if is_stopped(self.process.popen.pid):
            self.stood_since = self.stood_since or time.monotonic()

    def note(self, one):
        """Of two cells of a name the one with the earlier visit fires first."""
        same = [cell for cell in self.armed if re.sub(r"@\d+", "", cell) == one]
        cell = min(same, key=lambda cell: int((re.findall(r"@(\d+)", cell) or [1])[0]))
        self.armed.remove(cell)

    def check_end(self):
        """It may end by itself only because of what fired in it, and by a signal only where that is the action."""
        code = self.process.popen.returncode
        was_told = any(one.endswith("=kill") for one in self.seen) if code < 0 else self.seen
        assert was_told, f"{self.role} ended with {code}, and nothing had fired:\n{self.process.text()}"

    def end(self):
        if self.process:
            self.process.kill()
            self.process.kill(signal.SIGCONT)
            self.process.popen.wait()


class Life:
    """One cluster, from its start to the removal of the sweep."""

    def __init__(self, cells):
        """`cells`: role → its cells, as "point=action"."""
        self.cells = cells
        self.address = None
        self.logs = []
        self.coordinator = Program(self, "coordinator", cells.get("coordinator", []))
        self.worker = Program(self, "worker", cells.get("worker", []))
        self.client = Program(self, "client", cells.get("client", []))
        self.run_command = Program(self, "run", cells.get("run", []))
        self.stale = []  # workers that stand still until the sweep has ended
        self.stale_files = []  # what those wrote after their successors had finished
        self.doing = "nothing"

    def live(self, expected):
        """Empty if all went well, else what did not."""
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="pleat-crash-"))
        self.deadline = time.monotonic() + LIFE_S
        try:
            if "run" in self.cells:
                self.live_as_run(expected)
            else:
                self.live_apart(expected)
            never = [cell for program in self.programs() for cell in program.armed]
            assert not never, f"never passed: {', '.join(never)}"
            return ""
        except AssertionError as error:
            return self.account(error)
        finally:
            for program in self.programs():
                program.end()
            for process in self.stale:
                process.kill()
                process.popen.wait()
            shutil.rmtree(self.dir, ignore_errors=True)

    def programs(self):
        return [self.coordinator, self.worker, self.client, self.run_command]

    def account(self, error):
        lines = [f"while {self.doing}: {error}"]
        for role, cells in self.cells.items():
            lines += [f"  again: crash_points_test.py --cell {role}:{cell}" for cell in cells]
        for log in [log for log in self.logs if not log.name.endswith("-status.log")][-6:]:
            lines += [f"  {log.name}:", *("    " + line for line in log.read_text(errors="replace").splitlines()[-12:])]
        return "\n".join(lines)

    def next_log(self, role):
        self.logs.append(self.dir / f"{len(self.logs)}-{role}.log")
        return self.logs[-1]

    # -------------------------------------------------------------------- programs that are kept alive

    def start_coordinator(self):
        (self.dir / "state/address").unlink(missing_ok=True)
        self.coordinator.begin(BIN / "pleat-coordinator", "--state", self.dir / "state", "--store", self.dir / "store",
                               "--listen", self.address or "127.0.0.1:0", "--lease-ttl-ms", int(LEASE_TTL_S * 1000),
                               "--heartbeat-ms", HEARTBEAT_MS, "--snapshot-every", SNAPSHOT_EVERY)

    def start_worker(self):
        self.worker.begin(BIN / "pleat-worker", "--coordinator", self.address, "--store", self.dir / "store")

    def turn(self):
        """Looks after the programs once."""
        assert time.monotonic() < self.deadline, f"not within {LIFE_S} s"
        time.sleep(0.02)
        self.look_after(self.coordinator, self.start_coordinator)
        self.look_after(self.worker, self.start_worker)

    def look_after(self, program, start):
        if program.process is None:
            return
        program.look()
        if not program.process.running():
            program.look()
            program.check_end()
            start()
        elif program is self.worker and program.stood_since:
            self.stale.append(program.process)
            start()
        else:
            self.continue_if_due(program)

    def continue_if_due(self, program):
        if program.stood_since and time.monotonic() - program.stood_since > STANDSTILL_S:
            program.process.kill(signal.SIGCONT)
            program.stood_since = None

    def wait_for(self, condition):
        while not condition():
            self.turn()

    def pleat(self, *arguments, program=None):
        """Runs the client until it succeeds; returns its output."""
        program = program or Program(self, arguments[0], [])
        while True:
            program.begin(BIN / "pleat", *arguments)
            try:
                while program.process.running():
                    self.turn()
                    program.look()
                    self.continue_if_due(program)
                program.look()
            finally:
                program.process.kill()
            if program.process.popen.returncode == 0:
                return program.process.text()
            if program.process.popen.returncode < 0:
                program.check_end()
            self.turn()

    def json(self, *arguments):
        text = self.pleat(*arguments, "--json")
        return json.loads(text[text.index("{"):])

    # ---------------------------------------------------------------------------------- what they do

    def live_apart(self, expected):
        self.doing = "starting"
        self.start_coordinator()
        (self.dir / "sweep.yaml").write_text(SWEEP)
        self.wait_for(self.find_address)
        self.doing = "submitting"
        self.pleat("submit", self.dir / "sweep.yaml", program=self.client)
        self.start_worker()
        self.doing = "training"
        self.wait_for_end()
        ensemble = self.dir / "store/sweeps/tiny/ensemble/1"
        assert ensemble_digest(ensemble) == expected, "the ensemble is another one"
        self.doing = "waiting for stale workers"
        self.let_stale_workers_go_on()
        self.doing = "backing up"
        self.back_up()
        self.doing = "pulling"
        self.pleat("pull", "tiny", "--to", self.dir / "pulled/ensemble", program=self.client)
        assert ensemble_digest(self.dir / "pulled/ensemble") == expected, "the pulled ensemble is another one"
        assert os.listdir(self.dir / "pulled") == ["ensemble"], "a pull left something"
        self.doing = "removing"
        self.pleat("rm", "tiny")
        assert not (self.dir / "store/sweeps/tiny").exists(), "files are left of a sweep that was removed"
        self.wait_for(lambda: not self.coordinator.stood_since)

    def back_up(self):
        """A backup of the running coordinator, which can be restored."""
        backups = self.dir / "backups"
        backups.mkdir()
        self.pleat("backup", backups, program=self.client)
        newest = max(backups.glob("*.backup"))
        self.pleat("restore", newest, "--state", self.dir / "restored")

    def find_address(self):
        if not self.address:
            with contextlib.suppress(FileNotFoundError):
                self.address = (self.dir / "state/address").read_text().strip()
        return self.address

    def wait_for_end(self):
        while True:
            summary = self.json("status", "tiny")["summary"]
            if summary["state"] != "SWEEP_STATE_RUNNING":
                break
            for _ in range(5):
                self.turn()
        assert summary["state"] == "SWEEP_STATE_FINISHED", summary
        # The last ones may be passed after the last report, or between tasks.
        until = time.monotonic() + 15
        self.wait_for(lambda: not self.worker.armed or time.monotonic() > until)

    def let_stale_workers_go_on(self):
        """Those that stood still since their lease was lost must leave everything that counts as it is."""
        state = self.accepted()
        files = self.file_digests()
        named = {str(self.dir / "store" / artifact["path"]): artifact["sha256"] for artifact in artifacts_in(state)}
        assert len(named) > 10 and named.items() <= files.items(), "what was accepted is not in the store"
        for process in self.stale:
            asked = process.text().count("asks for a task")
            self.wait_for(lambda: self.has_gone_on(process, asked))
        after = self.file_digests()
        self.stale_files = sorted(after.keys() - files.keys())
        # They may drop checkpoints of their own that nobody needs, but not write over anything.
        changed = [path for path, digest in after.items() if files.get(path, digest) != digest]
        assert not changed, f"stale workers changed {changed}"
        assert named.items() <= after.items(), f"stale workers removed {sorted(named.items() - after.items())}"
        assert self.accepted() == state, "stale workers changed what was accepted"

    def has_gone_on(self, process, asked):
        """True once it looks for other work. What is armed further on stops it again, which is no matter here."""
        assert process.running(), f"a stale worker ended:\n{process.text()}"
        if is_stopped(process.popen.pid):
            process.kill(signal.SIGCONT)
        return process.text().count("asks for a task") > asked

    def file_digests(self):
        digests = {}
        for path in (self.dir / "store").rglob("*"):
            # Garbage may be collected at this moment.
            with contextlib.suppress(FileNotFoundError):
                if path.is_file() and not path.name.startswith(".tmp"):
                    digests[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        return digests

    def accepted(self):
        status = self.json("status", "tiny")
        status.pop("workers", None)
        status.pop("sequence", None)
        return status

    def live_as_run(self, expected):
        self.doing = "pleat run"
        (self.dir / "sweep.yaml").write_text(SWEEP)
        self.pleat("run", self.dir / "sweep.yaml", "--dir", self.dir / "run", "--workers", "1",
                   program=self.run_command)
        ensemble = self.dir / "run/sweeps/tiny/ensemble/1"
        assert ensemble_digest(ensemble) == expected, "the ensemble is another one"


def lives_of(action):
    """Lives that have all cells of an action between them."""
    lives = []
    for role, points in POINTS.items():
        count = -(-len(points) // CELLS_PER_LIFE)
        for i in range(count):
            cells = []
            for point in points[i::count]:
                if point in NEEDS:
                    cells.append(NEEDS[point])
                cells.append(f"{point}={action}")
            lives.append({role: list(dict.fromkeys(cells))})
    return lives


class CrashPoints(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.expected = calm_digest(SWEEP)

    def live_all(self, action):
        began = time.monotonic()
        lives = [Life(cells) for cells in lives_of(action)]
        with concurrent.futures.ThreadPoolExecutor(LIVES_AT_ONCE) as pool:
            failures = [text for text in pool.map(lambda life: life.live(self.expected), lives) if text]
        cells = sum(len(cells) for life in lives for cells in life.cells.values())
        print(f"{cells} cells in {len(lives)} lives, {time.monotonic() - began:.0f} s", flush=True)
        self.assertTrue(not failures, "\n\n".join(["", *failures]))
        return lives

    def test_kill(self):
        self.live_all("kill")

    def test_stop(self):
        lives = self.live_all("stop")
        stale_files = sum(len(life.stale_files) for life in lives)
        self.assertGreater(stale_files, 0, "no stale worker wrote anything, so nothing was proved of those that do")

    def test_error(self):
        self.live_all("error")

    def test_delay(self):
        self.live_all("delay")


class List(unittest.TestCase):
    def test_each_point_of_the_sources_is_in_the_matrix_and_the_other_way_round(self):
        names = names_in_sources(SOURCE)
        self.assertEqual(len(names), len(set(names)), "a name stands at two places")
        self.assertEqual(set(names), {name_of_point(point) for points in POINTS.values() for point in points})
        self.assertGreaterEqual(len(names), 40)


def main():
    if "--cell" not in sys.argv:
        return unittest.main(verbosity=2)
    role, cell = sys.argv[sys.argv.index("--cell") + 1].split(":", 1)
    point = cell.split("=")[0]
    text = Life({role: [*([NEEDS[point]] if point in NEEDS else []), cell]}).live(calm_digest(SWEEP))
    print(text or "passed, and the ensemble is the calm one's")
    sys.exit(bool(text))


if __name__ == "__main__":
    main()
