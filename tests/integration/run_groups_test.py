"""launch/mpirun/run_groups.sh: what it refuses, restarts and leaves behind.

Where mpirun itself is not what is tested, a script stands in for it, so that a signal can be sent at each of the
supervisor's commands in turn.
"""
import contextlib
import itertools
import os
import signal
import subprocess
import time

from cluster import ENVIRONMENT, SOURCE, ClusterTest, is_alive, main, wait_until

SCRIPT = SOURCE / "launch/mpirun/run_groups.sh"
NEEDED = ("--coordinator", "127.0.0.1:1", "--store", "/nowhere")

# Bash reads this before the script: the shell that is meant gets SIGTERM before its command number SIGNAL_AT.
SIGNAL_AT_COMMAND = """\
set -o functrace
commands_seen=0
send_at_command() {
  if [[ " ${FUNCNAME[*]} " == *" keep_group "* ]]; then shell=supervisor; else shell=script; fi
  [[ $shell == "$SIGNAL_TO" && ($shell == supervisor || $BASHPID == $$) ]] || return 0
  commands_seen=$((commands_seen + 1))
  if [ "$commands_seen" -eq "$SIGNAL_AT" ]; then
    : >"$SIGNAL_SENT"
    kill -TERM "$BASHPID"
  fi
}
trap send_at_command DEBUG
"""


class RunGroups(ClusterTest):
    def setUp(self):
        super().setUp()
        self.pids = self.dir / "pids"
        self.worker = self.program("worker", 'trap "exit 0" TERM\necho $$ >>"$PIDS"\nwhile :; do sleep 0.05; done')
        self.addCleanup(self.kill_leftovers)

    def program(self, name, text):
        path = self.write(name, f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    def stand_in_for_mpirun(self, text):
        (self.dir / "bin").mkdir()
        self.program("bin/mpirun", text)
        return {"PATH": f"{self.dir / 'bin'}:{os.environ['PATH']}"}

    def environment(self, **more):
        return {**ENVIRONMENT, "PLEAT_WORKER": str(self.worker), "PIDS": str(self.pids), **more}

    def started(self):
        return [int(pid) for pid in self.pids.read_text().split()] if self.pids.exists() else []

    def kill_leftovers(self):
        for pid in filter(is_alive, self.started()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def assert_nothing_left(self):
        wait_until(lambda: not any(map(is_alive, self.started())), "what was started is gone", timeout=5)

    def test_bad_arguments_give_one_line(self):
        for arguments, words in (
                ((), "--coordinator HOST:PORT is missing"),
                (NEEDED[:2], "--store DIR is missing"),
                (("--coordinator",), "--coordinator needs a value"),
                (("--coordinator", "--store", "/nowhere"), "--coordinator needs a value"),
                ((*NEEDED, "--groups"), "--groups needs a value"),
                ((*NEEDED, "--groups", ""), "--groups needs a value"),
                ((*NEEDED, "--groups", "0"), "--groups takes a whole number from 1 to 9999, not '0'"),
                ((*NEEDED, "--groups", "-1"), "not '-1'"),
                ((*NEEDED, "--groups", "10000"), "not '10000'"),
                ((*NEEDED, "--group-size", "two"), "--group-size takes a whole number from 1 to 9999, not 'two'"),
                ((*NEEDED, "--group-size", "1.5"), "not '1.5'"),
                ((*NEEDED, "--threads", "2"), "unknown argument '--threads'")):
            with self.subTest(arguments):
                result = subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, timeout=10,
                                        env=self.environment())
                self.assertEqual(result.returncode, 2)
                self.assertRegex(result.stderr, r"\Arun_groups: [^\n]+\n\Z")
                self.assertIn(words, result.stderr)
        result = subprocess.run([SCRIPT, *NEEDED], capture_output=True, text=True, timeout=10,
                                env=self.environment(PLEAT_WORKER=str(self.dir)))
        self.assertEqual(result.returncode, 2)
        self.assertIn(f"no program at {self.dir}", result.stderr)

    def test_a_group_that_fails_is_started_again(self):
        path = self.stand_in_for_mpirun('echo $$ >>"$PIDS"\nexit "$(wc -l <"$PIDS" | grep -cx 1)"')
        script = self.start(SCRIPT, *NEEDED, env=self.environment(**path))
        self.assertEqual(script.wait(10), 0, script.text())
        self.assertIn("group 1 ended with exit 1; restart in 1 s", script.text())
        self.assertEqual(len(self.started()), 2)

    def test_a_group_that_is_refused_is_not(self):
        path = self.stand_in_for_mpirun('echo $$ >>"$PIDS"\nexit 4')
        script = self.start(SCRIPT, *NEEDED, "--groups", "2", env=self.environment(**path))
        self.assertEqual(script.wait(10), 4, script.text())
        self.assertIn("group 2 was refused (exit 4)", script.text())
        self.assertEqual(len(self.started()), 2)

    def signal_at_each_command(self, receiver):
        """Sends SIGTERM at the first command, then at the second, …; returns at how many it could."""
        path = self.stand_in_for_mpirun('echo $$ >>"$PIDS"\nexec sleep 60')
        sent = self.dir / "sent"
        env = self.environment(**path, BASH_ENV=str(self.write("signal_at_command.sh", SIGNAL_AT_COMMAND)),
                               SIGNAL_TO=receiver, SIGNAL_SENT=str(sent))
        for number in itertools.count(1):
            self.pids.unlink(missing_ok=True)
            script = self.start(SCRIPT, *NEEDED, env={**env, "SIGNAL_AT": str(number)})
            wait_until(lambda: sent.exists() or self.started(), "the signal was sent, or the group runs")
            time.sleep(0.1)  # the script may have a command or two before it only waits
            if not sent.exists():
                script.kill(signal.SIGTERM)  # the commands that stop the group have their turn too
            self.assertIn(script.wait(5), (0, 143, -signal.SIGTERM), f"command {number}:\n{script.text()}")
            self.assert_nothing_left()
            if not sent.exists():
                return number - 1
            sent.unlink()

    def test_a_signal_at_any_command_of_the_script(self):
        self.assertGreater(self.signal_at_each_command("script"), 20)

    def test_a_signal_at_any_command_of_a_supervisor(self):
        self.assertGreater(self.signal_at_each_command("supervisor"), 5)

    def test_ctrl_c_and_a_lost_terminal_stop_all_groups(self):
        for number in signal.SIGINT, signal.SIGHUP:
            with self.subTest(number):
                self.pids.unlink(missing_ok=True)
                script = self.start(SCRIPT, *NEEDED, "--groups", "2", "--group-size", "2", env=self.environment(),
                                    start_new_session=True)
                wait_until(lambda: len(self.started()) == 4, "all ranks run")
                os.killpg(script.popen.pid, number)
                # Twice its kill timeout would mean that mpirun got the signal itself.
                self.assertEqual(script.wait(10), 0, script.text())
                self.assert_nothing_left()


if __name__ == "__main__":
    main()
