"""The container, workflow and configuration files are valid."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import unavailable
from tools.compose_stack import docker_available
from tools.dev_server import ROOT

ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
COMPOSE_FILES = {
    "one node": ["docker-compose.yml"],
    "three nodes": ["docker-compose.yml", "docker-compose.cluster.yml"],
    "HTTPS": ["docker-compose.yml", "docker-compose.tls.yml"],
}


@pytest.mark.parametrize("file", ["Dockerfile", "deploy/trainer.Dockerfile"])
def test_hadolint_finds_nothing_in_the_dockerfile(file: str) -> None:
    hadolint = shutil.which("hadolint") or str(Path(sys.executable).with_name("hadolint"))
    result = subprocess.run([hadolint, file], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
    assert result.stdout == ""


def test_actionlint_finds_nothing_in_the_workflows(tmp_path: Path) -> None:
    actionlint = shutil.which("actionlint") or str(tmp_path / "actionlint")
    if not Path(actionlint).exists():
        if not shutil.which("go"):
            pytest.skip("actionlint needs Go, which this machine lacks; GitHub's runners have it")
        environment = os.environ | {"GOBIN": str(tmp_path), "GOFLAGS": "-modcacherw"}
        subprocess.run(["go", "install", ACTIONLINT], env=environment, check=True)
    result = subprocess.run([actionlint, "-no-color"], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_ci_step_is_a_make_target() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "check.yml").read_text())["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    targets = {command for command in commands if not command.startswith("sudo apt-get")}
    assert targets == {"make check", "make test", "make coverage", "make test-docker"}
    assert targets == set(re.findall(r"make [a-z-]+", (ROOT / ".ci" / "run").read_text()))


def test_published_images_cover_both_architectures_and_carry_provenance() -> None:
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


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_compose_accepts_the_files(name: str) -> None:
    if not docker_available():
        unavailable("A Docker engine with compose")
    files = [part for file in COMPOSE_FILES[name] for part in ("-f", file)]
    command = ["docker", "compose", *files, "--profile", "trainer", "config", "--format", "json"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    services = yaml.safe_load(result.stdout)["services"]
    assert {"gateway", "web", "cassandra", "trainer"} <= set(services)
    for service in services.values():
        assert {"cpus", "memory", "pids"} <= service["deploy"]["resources"]["limits"].keys()
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert [name for name in services if "ports" in services[name]] == ["gateway"]
    assert "history" not in services["gateway"]["networks"]


def test_stack_keeps_the_limits_of_the_replaced_service() -> None:
    stack = yaml.safe_load((ROOT / "deploy" / "stack.yml").read_text())
    web = stack["services"]["web"]["deploy"]
    assert web["replicas"] == 5
    assert web["resources"]["limits"] == {"cpus": "0.5", "memory": "512M", "pids": 512}
    assert web["restart_policy"]["condition"] == "on-failure"
    assert stack["networks"]["webnet"] == {"driver": "overlay"}


def test_stack_is_hardened_like_the_compose_file() -> None:
    stack = yaml.safe_load((ROOT / "deploy" / "stack.yml").read_text())
    services = stack["services"]
    for service in services.values():
        assert service["cap_drop"] == ["ALL"]
        assert service["deploy"]["resources"]["limits"]["pids"] > 0
    assert stack["networks"]["history"]["internal"]
    assert services["cassandra"]["networks"] == ["history"]
    assert services["gateway"]["networks"] == ["webnet"]
    assert all(secret["external"] for secret in stack["secrets"].values())
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    options = "JVM_EXTRA_OPTS"  # with authentication
    assert "PasswordAuthenticator" in services["cassandra"]["environment"][options]
    assert (
        services["cassandra"]["environment"][options]
        == compose["cassandra"]["environment"][options]
    )


def test_the_example_settings_hold_no_secret() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    values = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    assert values
    assert not [name for name in values if re.search("SECRET|PASSWORD|TOKEN", name)]


def test_packages_image_and_code_are_scanned_every_week() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "security.yml").read_text())
    events = workflow[True]  # YAML 1.1 reads the key `on` as a boolean
    assert {"push", "pull_request", "schedule"} <= events.keys()
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    scanners = {step["uses"].partition("@")[0] for step in steps}
    assert {
        "pypa/gh-action-pip-audit",
        "aquasecurity/trivy-action",
        "github/codeql-action/analyze",
    } <= scanners
    audited = next(step["with"]["inputs"] for step in steps if "pip-audit" in step["uses"])
    for file in audited.split():
        assert (ROOT / file).is_file()
