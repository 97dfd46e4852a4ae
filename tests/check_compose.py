"""Checks docker-compose.yml and the Dockerfile without a Docker engine.

Reads the YAML strictly (duplicate keys are errors) and checks what an engine would stumble over: unknown
services, volumes and build targets; health checks without a test; instructions that do not exist.
Usage: check_compose.py COMPOSE_FILE DOCKERFILE
"""
import re
import sys

import yaml

INSTRUCTIONS = {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL",
                "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}
PROGRAMS = {"pleat", "pleat-coordinator", "pleat-worker"}


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


def dockerfile_stages(path):
    """Names of the build stages; raises ValueError at an instruction that does not exist."""
    stages, text = set(), open(path).read()
    joined = re.sub(r"\\\n", " ", text)
    for line in joined.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        instruction, _, rest = line.strip().partition(" ")
        if instruction not in INSTRUCTIONS:
            raise ValueError(f"{path}: unknown instruction {instruction!r}")
        if instruction == "FROM":
            words = rest.split()
            if len(words) == 3 and words[1] == "AS":
                stages.add(words[2])
            elif len(words) != 1:
                raise ValueError(f"{path}: FROM {rest!r} is not `image [AS name]`")
    return stages


def check_service(name, service, compose, stages):
    """Yields what is wrong with one service."""
    for dependency in service.get("depends_on", {}):
        if dependency not in compose["services"]:
            yield f"{name}: depends on unknown service {dependency!r}"
        elif "healthcheck" not in compose["services"][dependency]:
            yield f"{name}: waits for the health of {dependency!r}, which has no health check"
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if not source.startswith((".", "/")) and source not in compose["volumes"]:
            yield f"{name}: unknown volume {source!r}"
    target = service.get("build", {}).get("target")
    if target and target not in stages:
        yield f"{name}: build target {target!r} is not a stage of the Dockerfile"
    program = (service.get("command") or " ".join(service.get("entrypoint", []))).split()[:1]
    if not program or program[0] not in PROGRAMS:
        yield f"{name}: runs {program}, which is none of Pleat's programs"
    if "healthcheck" in service and not service["healthcheck"].get("test"):
        yield f"{name}: health check without a test"


def main():
    compose_path, dockerfile = sys.argv[1:3]
    compose = yaml.load(open(compose_path), StrictLoader)
    stages = dockerfile_stages(dockerfile)
    problems = [problem for name, service in compose["services"].items()
                for problem in check_service(name, service, compose, stages)]
    for problem in problems:
        print(f"{compose_path}: {problem}", file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
