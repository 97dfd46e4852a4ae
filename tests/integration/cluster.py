"""Real coordinator, worker and client processes on temporary folders, for the integration tests.

Everything here waits for conditions with a deadline, never for a fixed time. Programs come from PLEAT_BIN.
"""
import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ["PLEAT_BIN"])
SOURCE = pathlib.Path(os.environ["PLEAT_SOURCE"])
ENVIRONMENT = {
    **os.environ,
    "OMP_WAIT_POLICY": "passive",
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
    "NO_COLOR": "1",
}

# A sweep that takes seconds: 2 trials x 3 folds of a tiny network, with augmentation, dropout, a schedule with a
# memory, TTA and a greedy ensemble, so that every piece of state matters.
TINY_SWEEP = """\
name: tiny
data:
  train: {synthetic_digits: {samples: 360, writers: 30, seed: 1, size: 16}}
  test: {synthetic_digits: {samples: 90, writers: 9, seed: 2, size: 16}}
cross_validation: {stratified_k_fold: {folds: 3, seed: 5}}
model: {se_cnn: {width: 4, depth: 1, dense: [16], dropout: 0.1}}
training:
  epochs: 4
  batch_size: 32
  optimizer: {rmsprop: {lr: 3.0e-3}}
  lr_schedule: {reduce_on_plateau: {patience: 0, min_delta: 0.05}}
  augmentation: [{shift_scale_rotate: {shift: 0.1, scale: 0.1, rotate_degrees: 10, p: 0.5}}]
search:
  method: grid
  parameters:
    training.optimizer.rmsprop.lr: {values: [3.0e-3, 1.0e-3]}
ensemble:
  select: {greedy: {rounds: 5}}
  tta: {views: [identity: {}, shift_scale_rotate: {repeats: 2}]}
"""


class Process:
    """One child process with its output in a file."""

    def __init__(self, log, *command, env=None, **kwargs):
        self.command = [str(part) for part in command]
        self.log = pathlib.Path(log)
        with open(self.log, "ab") as output:
            self.popen = subprocess.Popen(self.command, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
                                          env=env or ENVIRONMENT, **kwargs)

    def kill(self, number=signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            self.popen.send_signal(number)

    def wait(self, timeout=60):
        try:
            return self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.command[0]} did not end within {timeout} s:\n{self.text()}")

    def running(self):
        return self.popen.poll() is None

    def text(self):
        return self.log.read_text(errors="replace")


def wait_until(condition, what, timeout=90):
    """Returns the first true value of `condition()`; fails after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {timeout} s: {what}")


def children_of(pid):
    """Process ids of a process's children."""
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def name_of(pid):
    """Name of a process, cut to 15 letters as the kernel does; empty if it is gone."""
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def is_alive(pid):
    """False once the process has ended, whether or not its parent has noticed."""
    with contextlib.suppress(OSError):
        return "State:\tZ" not in pathlib.Path(f"/proc/{pid}/status").read_text()
    return False


def ensemble_digest(folder):
    """What must be the same bytes: manifest, predictions, submission and members."""
    folder = pathlib.Path(folder)
    files = [folder / name for name in ("manifest.json", "predictions.npy", "submission.csv")]
    files += sorted(path for path in (folder / "members").rglob("*") if path.is_file())
    if len(files) < 5:
        raise AssertionError(f"{folder} has no members")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def calm_digest(text=TINY_SWEEP):
    """Digest of the ensemble that nobody disturbs, of one local worker."""
    with tempfile.TemporaryDirectory(prefix="pleat-calm-") as folder:
        sweep = pathlib.Path(folder, "sweep.yaml")
        sweep.write_text(text)
        subprocess.run([BIN / "pleat", "run", sweep, "--dir", folder, "--workers", "1"], env=ENVIRONMENT, check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=200)
        return ensemble_digest(pathlib.Path(folder, "sweeps/tiny/ensemble/1"))


class ClusterTest(unittest.TestCase):
    """A folder, a coordinator and workers of one test; all are gone afterwards."""

    maxDiff = None

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="pleat-test-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.children = []
        self.addCleanup(self.kill_all)
        self.logs = 0
        self.address = None

    def kill_all(self):
        for child in self.children:
            child.kill()
        for child in self.children:
            child.popen.wait()

    def start(self, *command, **kwargs):
        self.logs += 1
        child = Process(self.dir / f"{self.logs}-{pathlib.Path(str(command[0])).name}.log", *command, **kwargs)
        self.children.append(child)
        return child

    def write(self, name, text):
        path = self.dir / name
        path.write_text(text)
        return path

    # ------------------------------------------------------------------------------- the cluster

    def start_coordinator(self, *extra):
        """Starts (or restarts, on the same port) the coordinator; short leases so that losses show soon."""
        state = self.dir / "state"
        listen = self.address or "127.0.0.1:0"
        with contextlib.suppress(FileNotFoundError):
            (state / "address").unlink()
        child = self.start(BIN / "pleat-coordinator", "--state", state, "--store", self.dir / "store",
                           "--listen", listen, "--lease-ttl-ms", "3000", "--heartbeat-ms", "500", *extra)

        def address():
            if not child.running():
                raise AssertionError(f"the coordinator ended:\n{child.text()}")
            return (state / "address").exists() and (state / "address").read_text().strip()

        self.address = wait_until(address, "the coordinator listens")
        return child

    def start_program(self, name, *arguments):
        return self.start(BIN / name, *arguments)

    def start_worker(self, *extra):
        return self.start(BIN / "pleat-worker", "--coordinator", self.address, "--store", self.dir / "store", *extra)

    def start_mpi_workers(self, ranks, group_size, *extra, collective_timeout_s=20):
        return self.start("mpirun", "--oversubscribe", "-n", ranks, "--mca", "odls_base_sigkill_timeout", "10",
                          BIN / "pleat-worker", "--coordinator", self.address, "--store", self.dir / "store",
                          "--group-size", group_size, "--collective-timeout-s", collective_timeout_s, *extra)

    def pleat(self, *arguments, code=0, timeout=120, cwd=None, env={}):
        """Runs the client; returns its output. `code`: the exit code it must have, or a tuple of them."""
        result = subprocess.run([BIN / "pleat", *map(str, arguments)], capture_output=True, text=True,
                                env={**ENVIRONMENT, "PLEAT_COORDINATOR": self.address or "127.0.0.1:1", **env},
                                stdin=subprocess.DEVNULL, timeout=timeout, cwd=cwd)
        codes = code if isinstance(code, tuple) else (code,)
        self.assertIn(result.returncode, codes, f"pleat {arguments}:\n{result.stdout}\n{result.stderr}")
        return result

    def submit(self, text=TINY_SWEEP, *extra):
        return self.pleat("submit", self.write("sweep.yaml", text), *extra)

    def status(self, name="tiny"):
        return json.loads(self.pleat("status", name, "--json").stdout)

    def wait_for_end(self, name="tiny", state="FINISHED", timeout=180):
        def ended():
            found = self.status(name)["summary"]["state"]
            return found if found != "SWEEP_STATE_RUNNING" else None

        self.assertEqual(wait_until(ended, f"{name} ends", timeout), f"SWEEP_STATE_{state}")

    def ensemble(self, name="tiny"):
        return self.dir / "store" / "sweeps" / name / "ensemble" / "1"

    def count_epochs(self, name="tiny"):
        """Epochs reported by the folds so far."""
        return sum(fold.get("lastEpoch", {}).get("epoch", 0)
                   for trial in self.status(name).get("trials", []) for fold in trial.get("folds", []))


def main():
    unittest.main(verbosity=2)
