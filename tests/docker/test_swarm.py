"""deploy/stack.yml in a real swarm of one node."""

import os
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import unavailable
from tools.compose_stack import crash, docker, docker_is_here, eventually
from tools.dev_server import ROOT, free_port
from tools.sample_strokes import SEVEN

STACK = "inkling-swarm-test"
REPLICAS = 5


@pytest.fixture(scope="module")
def swarm_url() -> Iterator[str]:
    """The address of the stack's gateway."""
    if not docker_is_here():
        unavailable("A Docker engine with compose")
    joined = docker("info", "-f", "{{.Swarm.LocalNodeState}}") == "active"
    if not joined:
        docker("swarm", "init", "--advertise-addr", "127.0.0.1")
    docker("compose", "build", "web")
    docker("node", "update", "--label-add", "cassandra=true", docker("node", "ls", "-q"))
    port = free_port()
    try:
        subprocess.run(
            ["docker", "stack", "deploy", "--compose-file", "deploy/stack.yml", STACK],
            cwd=ROOT,
            env=os.environ | {"GATEWAY_PORT": str(port), "OUTBOX_VOLUME": f"{STACK}_outbox"},
            capture_output=True,
            check=True,
        )
        yield f"http://127.0.0.1:{port}"
    finally:
        docker("stack", "rm", STACK)
        eventually("the stack is gone", volumes_removed)
        if not joined:
            docker("swarm", "leave", "--force")


def volumes_removed() -> bool:
    """Whether the volumes of the stack are gone; they can go when their containers have."""
    for volume in docker("volume", "ls", "--quiet", "--filter", f"name={STACK}_").split():
        subprocess.run(["docker", "volume", "rm", volume], capture_output=True, check=False)
    return not docker("volume", "ls", "--quiet", "--filter", f"name={STACK}_")


def containers(service: str) -> list[str]:
    """Ids of a service's running containers."""
    label = f"label=com.docker.swarm.service.name={STACK}_{service}"
    return docker("ps", "--quiet", "--filter", label).split()


def healthy_replicas() -> int:
    """How many replicas of the page are healthy."""
    states = [docker("inspect", "-f", "{{.State.Health.Status}}", id) for id in containers("web")]
    return states.count("healthy")


def test_five_replicas_read_and_keep_and_come_back(swarm_url: str) -> None:
    eventually("five replicas are healthy", lambda: healthy_replicas() == REPLICAS, seconds=240)
    eventually(
        "the gateway serves, the history is reached",
        lambda: httpx.get(f"{swarm_url}/api/health/ready").json()["history"]["reachable"],
        seconds=240,
    )
    with httpx.Client(base_url=swarm_url) as client:
        answer = client.post("/api/strokes", json={"strokes": SEVEN})
        assert answer.is_success, answer.text
        id = answer.json()["id"]
        query = ("cqlsh", "-e", "SELECT id FROM inkling.predictions")
        eventually(
            "the reading stands in Cassandra",
            lambda: id in docker("exec", containers("cassandra")[0], *query),
        )
        crash(containers("web")[0])
        for _ in range(20):
            client.post("/api/strokes", json={"strokes": SEVEN}).raise_for_status()
        eventually("the policy restarts it", lambda: healthy_replicas() == REPLICAS, seconds=120)
