"""A real browser in front of a real server."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Playwright,
    WebSocket,
    expect,
    sync_playwright,
)

from tests.browser.http_requests import http_client, http_get
from tests.browser.pages import Presentation, ReviewPage
from tests.browser.windows import Windows
from tests.cassandra_fixture import RunningCassandra, cassandra
from tests.conftest import unavailable
from tools.chromium import ChromiumNotFoundError, launch
from tools.dev_server import Server, running_server
from tools.inkling_page import InklingPage
from tools.sample_strokes import Stroke

__all__ = ["cassandra"]

PASSWORD = "a password of the tests"
START_SECONDS = 180  # until the schema is created
OpenPage = Callable[..., InklingPage]
OpenReview = Callable[..., ReviewPage]
expect.set_options(timeout=45_000)  # ms; generous, because the machine may be busy


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run a browser test that fails once more, as Playwright does with retries.

    On a busy machine a browser can be slow in ways that no test foresees. The summary lists what
    was run again: a test that is often there has a race, or the page has.
    """
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of browsers."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium."""
    try:
        chromium = launch(playwright)
    except ChromiumNotFoundError:
        unavailable("Chromium")
    yield chromium
    chromium.close()


@pytest.fixture(scope="package")
def package_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that all tests of this package share."""
    with running_server(tmp_path_factory.mktemp("page")) as running:
        yield running


@pytest.fixture(scope="package")
def package_cassandra_server(
    cassandra: RunningCassandra, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The server with its history in Cassandra that the tests of this package share."""
    with running_server(tmp_path_factory.mktemp("page"), cassandra.environment) as running:
        deadline = time.monotonic() + START_SECONDS
        while not http_get(f"{running.url}/api/health/ready").json()["history"]["reachable"]:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield running


@pytest.fixture
def server(package_server: Server) -> Server:
    """A server with an empty history."""
    clear_history(package_server)
    return package_server


@pytest.fixture(scope="package")
def package_protected_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Server, httpx.Cookies]]:
    """The server with access rules that the tests of this package share; cookies of a reviewer."""
    settings = {"REVIEWER_PASSWORD": PASSWORD}
    with running_server(tmp_path_factory.mktemp("protected"), settings) as running:
        form = {"name": "Eve", "password": PASSWORD}
        with http_client(base_url=running.url) as http:
            http.post("/sign-in", data=form)
            yield running, http.cookies


@pytest.fixture
def protected_server(package_protected_server: tuple[Server, httpx.Cookies]) -> Server:
    """A server with access rules and an empty history."""
    running, reviewer = package_protected_server
    clear_history(running, reviewer)
    return running


@pytest.fixture
def cassandra_server(package_cassandra_server: Server) -> Server:
    """A server with an empty history in Cassandra."""
    clear_history(package_cassandra_server)
    return package_cassandra_server


def clear_history(server: Server, reviewer: httpx.Cookies | None = None) -> None:
    """Delete all predictions; reviewer: cookies of one, where access is restricted.

    A page that was closed just before may still be saving one, so the history has to be found
    empty twice.
    """
    times_empty = 0
    with (
        http_client(base_url=server.url, cookies=reviewer) as http,
        ThreadPoolExecutor(4) as pool,
    ):
        while times_empty < 2:
            items = http.get("/api/history", params={"limit": 500}).json()["items"]
            paths = [f"/api/history/{item['id']}" for item in items]
            for response in pool.map(http.delete, paths):
                response.raise_for_status()
            times_empty = 0 if items else times_empty + 1
            if times_empty < 2:
                time.sleep(0.1)


def save_drawings(server: Server, *drawings: list[Stroke]) -> None:
    """Save predictions of these drawings over HTTP, the last one as the newest."""
    with http_client(base_url=server.url) as http:
        for strokes in drawings:
            http.post("/api/strokes", json={"strokes": strokes}).raise_for_status()


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    """Browser contexts to borrow."""
    return Windows(browser)


@pytest.fixture
def open_page(windows: Windows, server: Server) -> Iterator[OpenPage]:
    """A function that opens the drawing page; JavaScript errors fail the test.

    Pages with the same options share a window, as tabs do.
    """
    opened: list[InklingPage] = []
    contexts: dict[str, BrowserContext] = {}

    with ExitStack() as borrowed:

        def open_one(
            url: str = server.url,
            watch: Callable[[WebSocket], None] | None = None,
            media: Mapping[str, Any] = {},  # of `Page.emulate_media`
            **options: Any,
        ) -> InklingPage:
            options = {"locale": "en-GB"} | options
            key = repr(sorted(options.items()))
            if key not in contexts:
                contexts[key] = borrowed.enter_context(windows.lend(**options))
            page = contexts[key].new_page()
            page.emulate_media(**media)
            opened.append(InklingPage(page, url, watch))
            return opened[-1]

        yield open_one
    assert [problem for page in opened for problem in page.problems] == []


@pytest.fixture
def page(open_page: OpenPage) -> InklingPage:
    """The drawing page on a desktop."""
    return open_page()


@pytest.fixture
def open_review(windows: Windows, server: Server) -> Iterator[OpenReview]:
    """A function that saves drawings and opens the review; JavaScript errors fail the test.

    path: of the page. script: runs before those of the page. Other options are the window's; each
    call gets a window of its own, as another person has.
    """
    problems: list[str] = []

    with ExitStack() as borrowed:

        def open_one(
            *drawings: list[Stroke], path: str = "/review", script: str = "", **options: Any
        ) -> ReviewPage:
            save_drawings(server, *drawings)
            window = borrowed.enter_context(windows.lend(**{"locale": "en-GB"} | options))
            page = window.new_page()
            if script:
                page.add_init_script(script)
            page.on("pageerror", lambda error: problems.append(error.stack or str(error)))
            return ReviewPage(page, server.url, path)

        yield open_one
    assert problems == []


@pytest.fixture
def presentation(windows: Windows, cassandra_server: Server) -> Iterator[Presentation]:
    """A presentation; a JavaScript error in any of its windows fails the test."""
    running = Presentation(windows, cassandra_server.url)
    yield running
    running.close()
