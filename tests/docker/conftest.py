"""One compose project for all tests of this folder, taken down at the end."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import browser, windows
from tests.conftest import unavailable
from tools.compose_stack import ComposeStack, docker_is_here

__all__ = ["browser", "stack", "windows"]


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
