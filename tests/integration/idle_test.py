"""An idle coordinator costs next to nothing, workers polling and a finished sweep included."""
import os
import pathlib
import time

import cluster


def cpu_seconds(pid):
    """User and system time of a process so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Idle(cluster.ClusterTest):
    def test_an_idle_coordinator_uses_less_than_one_percent_of_a_core(self):
        coordinator = self.start_coordinator()
        for _ in range(2):
            self.start_worker()
        self.submit()
        self.wait_for_end()
        used_s, began_s = cpu_seconds(coordinator.popen.pid), time.monotonic()
        time.sleep(15)
        used_s = cpu_seconds(coordinator.popen.pid) - used_s
        self.assertLess(used_s, 0.01 * (time.monotonic() - began_s))


if __name__ == "__main__":
    cluster.main()
