"""The real compose project, built and run."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from tools.dev_server import ROOT, free_port
from tools.sample_strokes import SEVEN


class ComposeStack:
    """`docker compose` for one project with a gateway port and a name of its own."""

    def __init__(self, name: str, *files: str) -> None:
        self.name = name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._files = [part for file in files or ("docker-compose.yml",) for part in ("-f", file)]
        self._environment = os.environ | {
            "GATEWAY_ADDRESS": f"127.0.0.1:{self.port}",
            "WEB_REPLICAS": "2",
            "SECRET": "a secret of the tests",
        }

    def compose(self, *arguments: str, timeout: float = 600) -> str:
        """What `docker compose ARGUMENTS` prints; raises with its errors when it fails."""
        command = ["docker", "compose", "--project-name", self.name, *self._files, *arguments]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def run_documented(self, heading: str, folder: Path) -> Iterator[str]:
        """Run the blocks of commands in that section of docs/operations.md in `folder`.

        Stops after each block, to go on when the next is asked for.
        """
        text = (ROOT / "docs" / "operations.md").read_text()
        section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        project = {
            "COMPOSE_PROJECT_NAME": self.name,
            "COMPOSE_FILE": ":".join(str(ROOT / file) for file in self._files[1::2]),
        }
        for block in re.findall(r"^```\n(.*?)^```$", section, re.MULTILINE | re.DOTALL):
            script = "set -eu\n" + block.replace("deploy/", f"{ROOT}/deploy/")
            done = subprocess.run(
                ["sh", "-c", script],
                cwd=folder,
                env=self._environment | project,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
            yield done.stdout

    def cql(self, statement: str) -> list[dict[str, Any]]:
        """The rows that Cassandra itself has, by cqlsh inside its container."""
        as_json = statement.replace("SELECT ", "SELECT JSON ", 1)
        printed = self.compose("exec", "-T", "cassandra", "cqlsh", "-e", as_json)
        return [json.loads(line) for line in printed.splitlines() if line.strip().startswith("{")]

    def containers(self, service: str) -> list[str]:
        """Ids of a service's running containers."""
        return self.compose("ps", "--quiet", service).split()

    def healthy(self, service: str) -> int:
        """How many of a service's containers are healthy."""
        printed = self.compose("ps", "--format", "json", service)
        states = [json.loads(line) for line in printed.splitlines()]
        return sum(state["Health"] == "healthy" for state in states)

    def address(self, service: str) -> str:
        """Where the service's first container is in the private network."""
        networks = f'{{{{(index .NetworkSettings.Networks "{self.name}_history").IPAddress}}}}'
        return docker("inspect", "--format", networks, self.containers(service)[0])

    def client(self) -> httpx.Client:
        """An HTTP client of the gateway, which keeps the gateway's cookie."""
        return httpx.Client(base_url=self.url, timeout=15)


def docker(*arguments: str) -> str:
    """What `docker ARGUMENTS` prints."""
    return subprocess.run(
        ["docker", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def crash(container: str) -> None:
    """Kill the server in a container, not by Docker's order: its restart policy applies."""
    docker("exec", container, "sh", "-c", "kill -9 $(cat /proc/1/task/1/children)")


def docker_is_here() -> bool:
    """Whether a Docker engine with compose answers."""
    if not shutil.which("docker"):
        return False
    asked = [["docker", "info"], ["docker", "compose", "version"]]
    return all(
        subprocess.run(command, capture_output=True, check=False).returncode == 0
        for command in asked
    )


def read_seven(client: httpx.Client) -> str:
    """A seven, read and kept; its id."""
    answer = client.post("/api/strokes", json={"strokes": SEVEN})
    answer.raise_for_status()
    assert answer.json()["text"] == "7"
    return str(answer.json()["id"])


def eventually(what: str, holds: Callable[[], bool], seconds: float = 90) -> None:
    """Wait until `holds` does; TimeoutError that names `what` when it does not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if holds():
                return
        except (httpx.HTTPError, RuntimeError):
            pass
        time.sleep(0.5)
    raise TimeoutError(f"not in {seconds:g} s: {what}")
