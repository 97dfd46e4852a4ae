"""Checks docker-compose.yml, .env and the Dockerfile without a Docker engine, for all that an engine would stumble
over, and that each profile starts workers of one kind."""
import copy
import os
import pathlib
import re
import unittest

import yaml

SOURCE = pathlib.Path(os.environ["PLEAT_SOURCE"])
INSTRUCTIONS = {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL",
                "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}
PROGRAMS = {"pleat", "pleat-coordinator", "pleat-worker"}
# Images that are known to exist, with their tags.
BASE_IMAGES = {"debian:bookworm"}
KEYS = {"build", "command", "depends_on", "deploy", "entrypoint", "environment", "healthcheck", "image", "ports",
        "profiles", "restart", "stop_grace_period", "volumes"}
GPU = {"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}


class StrictLoader(yaml.SafeLoader):
    """SafeLoader that refuses duplicate keys."""


def _mapping(loader, node):
    keys = [loader.construct_object(key) for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: key {key!r} stands twice")
    loader.flatten_mapping(node)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def instructions(text):
    """(instruction, rest) of each line of a Dockerfile, continued lines joined."""
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            instruction, _, rest = line.strip().partition(" ")
            yield instruction, rest.strip()


def stages_of(text):
    return {rest.split()[2] for instruction, rest in instructions(text)
            if instruction == "FROM" and len(rest.split()) == 3}


def dockerfile_problems(text, presets):
    """Yields what is wrong with a Dockerfile whose context is the tree."""
    known = set()
    for instruction, rest in instructions(text):
        if instruction not in INSTRUCTIONS:
            yield f"unknown instruction {instruction!r}"
        if instruction == "FROM":
            match = re.fullmatch(r"(\S+) AS (\w+)", rest)
            if not match:
                yield f"FROM {rest!r} is not `image AS name`"
                continue
            if match[1] not in BASE_IMAGES | known:
                yield f"image {match[1]!r} is neither a stage above nor known to exist"
            known.add(match[2])
        if instruction == "COPY":
            yield from (f"COPY of {path!r}, which is not there" for path in rest.split()[:-1]
                        if not (SOURCE / path).exists())
        if instruction == "RUN":
            yield from (f"RUN of {path!r}, which is no program" for path in re.findall(r"launch/[\w./-]+", rest)
                        if not os.access(SOURCE / path, os.X_OK))
            yield from (f"preset {name!r} does not exist" for name in re.findall(r"--preset (\S+)", rest)
                        if name not in presets)


def service_problems(name, service, compose, stages):
    """Yields what is wrong with one service."""
    yield from (f"{name}: unknown key {key!r}" for key in service.keys() - KEYS)
    for dependency, how in service.get("depends_on", {}).items():
        if "healthcheck" not in compose["services"].get(dependency, {}):
            yield f"{name}: waits for {dependency!r}, which has no health check"
        if how != {"condition": "service_healthy"}:
            yield f"{name}: does not wait until {dependency!r} is healthy"
    for volume in service.get("volumes", []):
        if volume.split(":")[0] not in compose["volumes"]:
            yield f"{name}: unknown volume {volume!r}"
    build = service.get("build", {})
    if build.keys() != {"context", "dockerfile", "target"}:
        yield f"{name}: build does not say context, dockerfile and target"
    elif not (SOURCE / build["context"] / build["dockerfile"]).is_file():
        yield f"{name}: no Dockerfile at {build['dockerfile']!r}"
    elif build["target"] not in stages:
        yield f"{name}: target {build['target']!r} is not a stage of the Dockerfile"
    elif service["image"] != f"pleat:{build['target']}":
        yield f"{name}: image {service['image']!r} is not named after its target"
    program = (service.get("command") or " ".join(service.get("entrypoint", []))).split()[:1]
    if not program or program[0] not in PROGRAMS:
        yield f"{name}: runs {program}, which is none of Pleat's programs"
    if service.get("restart") == "unless-stopped" and not service.get("healthcheck", {}).get("test"):
        yield f"{name}: keeps running without a health check"
    devices = service.get("deploy", {}).get("resources", {}).get("reservations", {}).get("devices", [])
    if devices != ([GPU] if build.get("target") == "gpu" else []):
        yield f"{name}: reserves {devices}"


def profile_problems(compose, default):
    """Yields what is wrong with what `docker compose up` starts, by default and with another profile."""
    services = compose["services"]
    if "profiles" in services["coordinator"]:
        yield "coordinator: does not run in every profile"
    for profile, count in ("cpu", 2), ("gpu", 1):
        workers = [service for service in services.values()
                   if (service.get("command") or "").startswith("pleat-worker")
                   and profile in service.get("profiles", [profile])]
        if [worker["build"]["target"] for worker in workers] != [profile] * count:
            yield f"profile {profile!r} does not start {count} worker(s) of its own kind alone"
    if default != "COMPOSE_PROFILES=cpu":
        yield f".env says {default!r}"


def compose_problems(compose, stages, default):
    for name, service in compose["services"].items():
        yield from service_problems(name, service, compose, stages)
    yield from profile_problems(compose, default)


class Compose(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.dockerfile = (SOURCE / "launch/Dockerfile").read_text()
        self.stages = stages_of(self.dockerfile)
        self.compose = yaml.load((SOURCE / "docker-compose.yml").read_text(), StrictLoader)
        self.default = [line for line in (SOURCE / ".env").read_text().splitlines() if not line.startswith("#")]
        presets = yaml.safe_load((SOURCE / "CMakePresets.json").read_text())["configurePresets"]
        self.presets = {preset["name"] for preset in presets}

    def test_nothing_is_wrong(self):
        self.assertEqual(list(dockerfile_problems(self.dockerfile, self.presets)), [])
        self.assertEqual(list(compose_problems(self.compose, self.stages, *self.default)), [])

    def test_files_that_the_comment_names_exist(self):
        text = (SOURCE / "docker-compose.yml").read_text()
        for path in re.findall(r"configs/\S+", text):
            self.assertTrue((SOURCE / path).is_file(), path)

    def test_each_mistake_in_a_service_is_seen(self):
        for service, change in (
                ("coordinator", lambda s: s.pop("healthcheck")),
                ("coordinator", lambda s: s.update(profiles=["cpu"])),
                ("coordinator", lambda s: s["volumes"].append("stat:/state")),
                ("worker-a", lambda s: s.pop("profiles")),
                ("worker-b", lambda s: s.update(profiles=["gpu"])),
                ("worker-b", lambda s: s.update(command="worker")),
                ("worker-b", lambda s: s.update(depends_on={"coordinater": {"condition": "service_healthy"}})),
                ("worker-gpu", lambda s: s.pop("deploy")),
                ("worker-gpu", lambda s: s["build"].update(target="cpu")),
                ("worker-gpu", lambda s: s["build"].update(dockerfile="Dockerfile")),
                ("client", lambda s: s.update(entrypoint_=["pleat"]))):
            compose = copy.deepcopy(self.compose)
            change(compose["services"][service])
            self.assertTrue(list(compose_problems(compose, self.stages, *self.default)), service)

    def test_each_mistake_in_the_dockerfile_is_seen(self):
        for old, new in (("debian:bookworm", "debian:bokworm"), ("FROM tools AS gpu", "FROM tool AS gpu"),
                         ("COPY . .", "COPY sources ."), ("--preset cuda", "--preset gpu"), ("RUN cmake", "RAN cmake"),
                         ("launch/build_jobs.sh", "launch/jobs.sh")):
            self.assertIn(old, self.dockerfile)
            self.assertTrue(list(dockerfile_problems(self.dockerfile.replace(old, new), self.presets)), new)

    def test_duplicate_keys_are_refused(self):
        with self.assertRaises(yaml.YAMLError):
            yaml.load("a: 1\na: 2\n", StrictLoader)


if __name__ == "__main__":
    unittest.main(verbosity=2)
