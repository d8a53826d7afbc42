"""A real browser before a real server."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, WebSocket, expect, sync_playwright

from tests.browser.windows import Windows
from tests.cassandra_fixture import RunningCassandra, cassandra
from tests.conftest import unavailable
from tools.chromium import ChromiumNotFoundError, launch
from tools.dev_server import Server, running_server
from tools.inkling_page import InklingPage

__all__ = ["cassandra"]

START_SECONDS = 60  # for the schema to be made
OpenPage = Callable[..., InklingPage]
expect.set_options(timeout=15_000)  # ms; a machine may be busy, a page that never gets there fails


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        try:
            chromium = launch(playwright)
        except ChromiumNotFoundError:
            unavailable("Chromium")
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def package_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that all tests here share."""
    with running_server(tmp_path_factory.mktemp("page")) as running:
        yield running


@pytest.fixture(scope="package")
def on_cassandra(
    cassandra: RunningCassandra, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server whose history is in Cassandra, for all tests that want one."""
    with running_server(tmp_path_factory.mktemp("page"), cassandra.environment) as server:
        deadline = time.monotonic() + START_SECONDS
        while not httpx.get(f"{server.url}/api/health/ready").json()["history"]["reachable"]:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield server


@pytest.fixture
def server(package_server: Server) -> Server:
    """That server with an empty history."""
    return emptied(package_server)


def emptied(server: Server) -> Server:
    """The server, after all readings have been taken out of its history.

    A page that was closed a moment ago may be recording still, hence two looks that find nothing.
    """
    looks_in_vain = 0
    with httpx.Client(base_url=server.url, timeout=30) as http, ThreadPoolExecutor(4) as hands:
        while looks_in_vain < 2:
            items = http.get("/api/history", params={"limit": 500}).json()["items"]
            addresses = [f"/api/history/{item['id']}" for item in items]
            for answer in hands.map(http.delete, addresses):
                answer.raise_for_status()
            looks_in_vain = 0 if items else looks_in_vain + 1
            time.sleep(0.1)
    return server


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    """Windows of people, each with what it has cached."""
    return Windows(browser)


@pytest.fixture
def open_page(windows: Windows, server: Server) -> Iterator[OpenPage]:
    """Opens the page; what its scripts stumble over fails the test.

    Pages of one kind share a window, as tabs do.
    """
    opened: list[InklingPage] = []
    kinds: dict[str, BrowserContext] = {}

    with ExitStack() as lent:

        def open_one(
            url: str = server.url,
            watch: Callable[[WebSocket], None] | None = None,
            media: Mapping[str, Any] = {},  # of `Page.emulate_media`
            **options: Any,
        ) -> InklingPage:
            options = {"locale": "en-GB"} | options
            kind = repr(sorted(options.items()))
            if kind not in kinds:
                kinds[kind] = lent.enter_context(windows.lend(**options))
            page = kinds[kind].new_page()
            page.emulate_media(**media)
            opened.append(InklingPage(page, url, watch))
            return opened[-1]

        yield open_one
    assert [problem for page in opened for problem in page.problems] == []


@pytest.fixture
def page(open_page: OpenPage) -> InklingPage:
    """The page on a desktop."""
    return open_page()
