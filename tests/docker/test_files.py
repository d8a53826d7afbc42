"""The container files are well formed before anything is built."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import unavailable
from tools.compose_stack import docker_is_here
from tools.dev_server import ROOT

ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
COMPOSITIONS = {
    "one node": ["docker-compose.yml"],
    "three nodes": ["docker-compose.yml", "docker-compose.cluster.yml"],
}


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = shutil.which("hadolint") or str(Path(sys.executable).with_name("hadolint"))
    done = subprocess.run([hadolint, "Dockerfile"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout == ""


def test_actionlint_finds_nothing_in_the_workflows(tmp_path: Path) -> None:
    actionlint = shutil.which("actionlint") or str(tmp_path / "actionlint")
    if not Path(actionlint).exists():
        if not shutil.which("go"):
            pytest.skip("actionlint needs Go to be had; the workflows' own machine has it")
        environment = os.environ | {"GOBIN": str(tmp_path), "GOFLAGS": "-modcacherw"}
        subprocess.run(["go", "install", ACTIONLINT], env=environment, check=True)
    done = subprocess.run([actionlint, "-no-color"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_step_of_the_check_is_a_make_target() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "check.yml").read_text())["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    targets = {command for command in commands if not command.startswith("sudo apt-get")}
    assert targets == {"make check", "make test", "make test-docker"}
    assert targets == set(re.findall(r"make [a-z-]+", (ROOT / ".ci" / "run").read_text()))


def test_published_images_are_for_both_processors_with_their_origin() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "publish.yml").read_text())
    (build,) = (
        step["with"]
        for step in workflow["jobs"]["image"]["steps"]
        if step.get("uses", "").startswith("docker/build-push-action@")
    )
    assert build["platforms"] == "linux/amd64,linux/arm64"
    assert build["push"]
    assert build["sbom"]
    assert build["provenance"] == "mode=max"


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
