"""Machines of a small network on this one: network namespaces at one bridge. Needs root; its names hold this process's id."""
import os
import subprocess


class CannotMakeNetwork(Exception):
    """This machine lets nobody make network namespaces."""


def _ip(*arguments, check=True):
    return subprocess.run(["ip", *arguments], capture_output=True, text=True, check=check)


class Network:
    """Hosts by name, each with an address of its own; close it at the end."""

    # Nobody has this address: the bridge carries the frame to all, and all drop it.
    NOBODY = "02:00:00:00:00:ff"

    def __init__(self, *hosts):
        self.prefix = f"pleat{os.getpid()}"
        self.hub = f"{self.prefix}-hub"
        self.addresses = {}
        try:
            self._namespace(self.hub)
            self._in(self.hub, "link", "add", "br0", "type", "bridge")
            self._in(self.hub, "link", "set", "br0", "up")
            for host in hosts:
                self._add(host)
        except (OSError, subprocess.CalledProcessError) as error:
            self.close()
            raise CannotMakeNetwork(getattr(error, "stderr", None) or str(error))

    def _namespace(self, name):
        _ip("netns", "add", name)
        self._in(name, "link", "set", "lo", "up")

    def _in(self, namespace, *arguments):
        return _ip("-n", namespace, *arguments)

    def _add(self, host):
        namespace = self.namespace(host)
        number = len(self.addresses) + 1
        self._namespace(namespace)
        self._in(namespace, "link", "add", "eth0", "type", "veth", "peer", "name", f"port{number}", "netns", self.hub)
        self._in(self.hub, "link", "set", f"port{number}", "master", "br0", "up")
        self._in(namespace, "addr", "add", f"10.77.0.{number}/24", "dev", "eth0")
        self._in(namespace, "link", "set", "eth0", "up")
        self.addresses[host] = f"10.77.0.{number}"

    def namespace(self, host):
        return f"{self.prefix}-{host}"

    def at(self, host):
        """What a command begins with to run there; the process has the id of the command."""
        return ["ip", "netns", "exec", self.namespace(host)]

    def drop(self, sender, receiver):
        """From now on what the one sends to the other is lost, silently; the other way is as before."""
        self._in(self.namespace(sender), "neigh", "replace", self.addresses[receiver], "lladdr", self.NOBODY, "dev",
                 "eth0", "nud", "permanent")

    def heal(self, sender, receiver):
        self._in(self.namespace(sender), "neigh", "del", self.addresses[receiver], "dev", "eth0")

    def close(self):
        for name in [*map(self.namespace, self.addresses), self.hub]:
            _ip("netns", "del", name, check=False)
