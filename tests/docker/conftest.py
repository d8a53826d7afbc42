"""One compose project for all tests of this folder, taken down at the end."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import launch
from tests.conftest import unavailable
from tests.docker.stack import ComposeStack, docker_is_here


@pytest.fixture(scope="session")
def stack() -> Iterator[ComposeStack]:
    """The project of docker-compose.yml, built, up and healthy."""
    if not docker_is_here():
        unavailable("A Docker engine with compose (docker info, docker compose version)")
    running = ComposeStack("inkling-test")
    try:
        running.compose("build")
        running.compose("up", "--detach", "--wait")
        yield running
    finally:
        running.compose("down", "--volumes", "--remove-orphans")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()
