"""Build and run the real compose project."""

import json
import os
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from tools.dev_server import ROOT, free_port
from tools.sample_strokes import SEVEN

API_TOKEN = "an API token of the tests"


class ComposeStack:
    """`docker compose` for one project with its own name and gateway port."""

    def __init__(self, name: str, *files: str) -> None:
        self.name = name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._files = [part for file in files or ("docker-compose.yml",) for part in ("-f", file)]
        self._environment = os.environ | {
            "GATEWAY_ADDRESS": f"127.0.0.1:{self.port}",
            "WEB_REPLICAS": "2",
            "SECRET": "a secret of the tests",
            "API_TOKEN": API_TOKEN,
        }

    def compose(self, *arguments: str, timeout: float = 600) -> str:
        """Run `docker compose ARGUMENTS` and return its output; RuntimeError if it fails."""
        command = ["docker", "compose", "--project-name", self.name, *self._files, *arguments]
        result = subprocess.run(
            command,
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if result.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{result.stdout}\n{result.stderr}")
        return result.stdout

    def run_documented(self, heading: str, folder: Path) -> Iterator[str]:
        """Run the command blocks of a section of docs/operations.md in `folder`.

        Yields the output of each block, so that the caller can check its effect before the next.
        """
        text = (ROOT / "docs" / "operations.md").read_text()
        section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        project = {
            "COMPOSE_PROJECT_NAME": self.name,
            "COMPOSE_FILE": ":".join(str(ROOT / file) for file in self._files[1::2]),
        }
        for block in re.findall(r"^```\n(.*?)^```$", section, re.MULTILINE | re.DOTALL):
            script = "set -eu\n" + block.replace("deploy/", f"{ROOT}/deploy/")
            result = subprocess.run(
                ["sh", "-c", script],
                cwd=folder,
                env=self._environment | project,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            assert result.returncode == 0, f"{block}\n{result.stdout}\n{result.stderr}"
            yield result.stdout

    def cql(self, statement: str) -> list[dict[str, Any]]:
        """Return the rows of a SELECT, run by cqlsh inside the Cassandra container."""
        as_json = statement.replace("SELECT ", "SELECT JSON ", 1)
        output = self.compose("exec", "-T", "cassandra", "cqlsh", "-e", as_json)
        return [json.loads(line) for line in output.splitlines() if line.strip().startswith("{")]

    def containers(self, service: str) -> list[str]:
        """Return the ids of a service's running containers."""
        return self.compose("ps", "--quiet", service).split()

    def healthy(self, service: str) -> int:
        """Return how many of a service's containers are healthy."""
        output = self.compose("ps", "--format", "json", service)
        states = [json.loads(line) for line in output.splitlines()]
        return sum(state["Health"] == "healthy" for state in states)

    def address(self, service: str) -> str:
        """Return the address of the service's first container in the private network."""
        template = f'{{{{(index .NetworkSettings.Networks "{self.name}_history").IPAddress}}}}'
        return docker("inspect", "--format", template, self.containers(service)[0])

    def client(self) -> httpx.Client:
        """Return an HTTP client of the gateway that is a reviewer and keeps its replica cookie."""
        authorization = {"Authorization": f"Bearer {API_TOKEN}"}
        return httpx.Client(base_url=self.url, headers=authorization, timeout=15)


def docker(*arguments: str) -> str:
    """Run `docker ARGUMENTS` and return its output."""
    return subprocess.run(
        ["docker", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def crash_server(container: str) -> None:
    """Kill the server process inside a container, so that the restart policy applies.

    The policy does not apply to `docker kill`.
    """
    docker("exec", container, "sh", "-c", "kill -9 $(cat /proc/1/task/1/children)")


def docker_available() -> bool:
    """Return whether a Docker engine with compose is available."""
    if not shutil.which("docker"):
        return False
    commands = [["docker", "info"], ["docker", "compose", "version"]]
    return all(
        subprocess.run(command, capture_output=True, check=False).returncode == 0
        for command in commands
    )


def save_seven(client: httpx.Client) -> str:
    """Save a prediction of a seven and return its id.

    As the page does, it sends the drawing again when a connection breaks before the answer: the
    gateway must not repeat a POST that a dying replica may have saved. The key makes that safe.
    """
    drawing = {"key": secrets.token_urlsafe(16), "began": round(time.time() * 1000)}
    request = {"strokes": SEVEN, "drawing": drawing}
    try:
        response = client.post("/api/strokes", json=request)
    except httpx.RemoteProtocolError:
        response = client.post("/api/strokes", json=request)
    response.raise_for_status()
    assert response.json()["text"] == "7"
    return str(response.json()["id"])


def wait_until(what: str, condition: Callable[[], bool], seconds: float = 90) -> None:
    """Wait until the condition holds; raise TimeoutError that names `what` after `seconds`.

    HTTP and command errors of the condition count as "not yet".
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except (httpx.HTTPError, RuntimeError):
            pass
        time.sleep(0.5)
    raise TimeoutError(f"not within {seconds:g} s: {what}")
