"""deploy/stack.yml works in a swarm of one node."""

import os
import subprocess
from collections.abc import Iterator
from secrets import token_hex

import httpx
import pytest

from tests.conftest import unavailable
from tools.compose_stack import (
    crash_server,
    docker,
    docker_available,
    save_seven,
    wait_until,
)
from tools.dev_server import ROOT, free_port
from tools.sample_strokes import SEVEN

STACK = "inkling-swarm-test"
REPLICAS = 5
SECRETS = ("secret", "reviewer_password", "cassandra_password")


@pytest.fixture(scope="module")
def swarm_url() -> Iterator[str]:
    """Deploy the stack and return the URL of its gateway."""
    if not docker_available():
        unavailable("A Docker engine with compose")
    was_in_swarm = docker("info", "-f", "{{.Swarm.LocalNodeState}}") == "active"
    if not was_in_swarm:
        docker("swarm", "init", "--advertise-addr", "127.0.0.1")
    docker("compose", "build", "web")
    docker("node", "update", "--label-add", "cassandra=true", docker("node", "ls", "-q"))
    port = free_port()
    try:
        create_secrets()
        subprocess.run(
            ["docker", "stack", "deploy", "--compose-file", "deploy/stack.yml", STACK],
            cwd=ROOT,
            env=os.environ
            | {
                "GATEWAY_PORT": str(port),
                "OUTBOX_VOLUME": f"{STACK}_outbox",
                "SECRET_PREFIX": STACK,
            },
            capture_output=True,
            check=True,
        )
        yield f"http://127.0.0.1:{port}"
    finally:
        docker("stack", "rm", STACK)
        wait_until("the stack is removed", volumes_removed)
        remove_secrets()
        if not was_in_swarm:
            docker("swarm", "leave", "--force")


def create_secrets() -> None:
    """Create the secrets that the stack file expects, as docs/operations.md describes."""
    remove_secrets()
    for name in SECRETS:
        command = ["docker", "secret", "create", f"{STACK}_{name}", "-"]
        subprocess.run(command, input=token_hex(24).encode(), capture_output=True, check=True)


def remove_secrets() -> None:
    """Remove the secrets of this and of interrupted runs."""
    for name in docker("secret", "ls", "--quiet", "--filter", f"name={STACK}_").split():
        docker("secret", "rm", name)


def volumes_removed() -> bool:
    """Remove the stack's volumes; return whether all are gone.

    A volume can only be removed after its container.
    """
    for volume in docker("volume", "ls", "--quiet", "--filter", f"name={STACK}_").split():
        subprocess.run(["docker", "volume", "rm", volume], capture_output=True, check=False)
    return not docker("volume", "ls", "--quiet", "--filter", f"name={STACK}_")


def containers(service: str) -> list[str]:
    """Return the ids of a service's running containers."""
    label = f"label=com.docker.swarm.service.name={STACK}_{service}"
    return docker("ps", "--quiet", "--filter", label).split()


def healthy_replicas() -> int:
    """Return how many web replicas are healthy."""
    states = [docker("inspect", "-f", "{{.State.Health.Status}}", id) for id in containers("web")]
    return states.count("healthy")


def test_five_replicas_save_predictions_and_restart_after_a_crash(swarm_url: str) -> None:
    wait_until("five replicas are healthy", lambda: healthy_replicas() == REPLICAS, seconds=240)
    wait_until(
        "the gateway answers and the history is reachable",
        lambda: httpx.get(f"{swarm_url}/api/health/ready").json()["status"] == "ready",
        seconds=240,
    )
    with httpx.Client(base_url=swarm_url) as client:
        response = client.post("/api/strokes", json={"strokes": SEVEN})
        assert response.is_success, response.text
        id = response.json()["id"]
        query = ("cqlsh", "-e", "SELECT id FROM inkling.predictions")
        wait_until(
            "the prediction is in Cassandra",
            lambda: id in docker("exec", containers("cassandra")[0], *query),
        )
        crash_server(containers("web")[0])
        for _ in range(20):
            save_seven(client)
        wait_until(
            "the restart policy restarts it", lambda: healthy_replicas() == REPLICAS, seconds=120
        )
