"""Start one compose project for all tests of this folder and remove it at the end."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import browser, playwright, windows
from tests.conftest import unavailable
from tools.compose_stack import ComposeStack, docker_available

__all__ = ["browser", "playwright", "stack", "windows"]


@pytest.fixture(scope="session")
def stack() -> Iterator[ComposeStack]:
    """Return the project of docker-compose.yml, built, started and healthy."""
    if not docker_available():
        unavailable("A Docker engine with compose (docker info, docker compose version)")
    stack = ComposeStack("inkling-test")
    try:
        stack.compose("build")
        stack.compose("up", "--detach", "--wait")
        yield stack
    finally:
        stack.compose("down", "--volumes", "--remove-orphans")
