"""The container files are well formed before anything is built."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import unavailable
from tests.docker.stack import docker_is_here
from tests.server import ROOT

COMPOSITIONS = {
    "one node": ["docker-compose.yml"],
    "three nodes": ["docker-compose.yml", "docker-compose.cluster.yml"],
}


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = shutil.which("hadolint") or str(Path(sys.executable).with_name("hadolint"))
    done = subprocess.run([hadolint, "Dockerfile"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout == ""


@pytest.mark.parametrize("composition", COMPOSITIONS)
def test_compose_accepts_the_files(composition: str) -> None:
    if not docker_is_here():
        unavailable("A Docker engine with compose")
    files = [part for file in COMPOSITIONS[composition] for part in ("-f", file)]
    command = ["docker", "compose", *files, "config", "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    assert {"gateway", "web", "cassandra"} <= set(services)
    assert all("limits" in service["deploy"]["resources"] for service in services.values())


def test_stack_has_what_the_service_before_had() -> None:
    stack = yaml.safe_load((ROOT / "deploy" / "stack.yml").read_text())
    web = stack["services"]["web"]["deploy"]
    assert web["replicas"] == 5
    assert web["resources"]["limits"] == {"cpus": "0.5", "memory": "512M"}
    assert web["restart_policy"]["condition"] == "on-failure"
    assert stack["networks"]["webnet"] == {"driver": "overlay"}
