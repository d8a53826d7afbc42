"""The trainer's container: a profile of its own, limits, no port, and no part of the web image."""

import re
from typing import Any

import yaml

from core.settings import ROOT


def compose_services() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())[
        "services"
    ]
    return services


def sent_to_build(file: str) -> set[str]:
    """The paths that an ignore file lets through, and those that it takes back."""
    lines = (ROOT / file).read_text().splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def test_the_trainer_starts_only_with_its_profile() -> None:
    services = compose_services()
    assert services["trainer"]["profiles"] == ["trainer"]
    assert [name for name in services if "profiles" in services[name]] == ["trainer"]


def test_the_trainer_has_limits_and_listens_on_no_port() -> None:
    trainer = compose_services()["trainer"]
    assert {"cpus", "memory", "pids"} <= trainer["deploy"]["resources"]["limits"].keys()
    assert "ports" not in trainer
    assert "expose" not in trainer
    assert trainer["networks"] == ["history"]
    assert trainer["cap_drop"] == ["ALL"]
    assert trainer["read_only"]
    assert "EXPOSE" not in (ROOT / "deploy" / "trainer.Dockerfile").read_text()


def test_the_trainer_judges_labels_by_the_access_rules_of_the_server() -> None:
    services = compose_services()
    web, trainer = (services[name]["environment"] for name in ("web", "trainer"))
    assert {name: web[name] for name in trainer} == trainer
    assert {"REVIEWER_PASSWORD_FILE", "OPEN"} <= trainer.keys()


def test_each_image_gets_only_its_own_requirements() -> None:
    web, trainer = (
        sent_to_build(file) for file in (".dockerignore", "deploy/trainer.Dockerfile.dockerignore")
    )
    assert "!requirements/runtime.txt" in web
    assert {"!requirements/training.txt", "!trainer"}.isdisjoint(web)
    assert "model/training" in web
    assert "!requirements/training.txt" in trainer
    assert "model/training" not in trainer


def test_the_trainer_image_has_every_package_that_the_trainer_imports() -> None:
    sent = sent_to_build("deploy/trainer.Dockerfile.dockerignore")
    imported = {
        match
        for package in ("trainer", "services", "model", "db", "core")
        for file in (ROOT / package).rglob("*.py")
        for match in re.findall(r"^\s*(?:from|import) (\w+)", file.read_text(), re.MULTILINE)
        if (ROOT / match / "__init__.py").exists()
    }
    assert {f"!{package}" for package in imported} <= sent
