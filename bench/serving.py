"""Start, memory and HTTP of the served process: `python -m bench.serving`."""

import json
import socket
import tempfile
import time
from contextlib import closing
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

import httpx
import psutil
from playwright.sync_api import BrowserContext, Playwright, sync_playwright

from bench.table import median, milliseconds, percentile, show
from tools.chromium import launch, launch_with_profile
from tools.dev_server import START_SECONDS, Server, free_port, running_server
from tools.sample_strokes import SEVEN

STARTS = 5
VISITS = 5  # before the cache of a browser holds all of the page, its compiled scripts too
REQUESTS = 500


def main() -> None:
    """Print the tables."""
    with sync_playwright() as playwright:
        show_start(playwright)
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        show_memory(server)
        show_requests(server)


def show_start(playwright: Playwright) -> None:
    """Seconds from process start until the server listens, and to a pad that can be drawn on: in a
    browser that has never seen the page, and in one that has, at the same address.
    """
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        known = launch_with_profile(playwright, Path(folder))
        for _ in range(VISITS):
            start(known, port)
        browser = launch(playwright)
        listening, first, again = [], [], []
        for _ in range(STARTS):
            with browser.new_context() as new:
                listens, usable = start(new, port)
            listening.append(listens)
            first.append(usable)
            again.append(start(known, port)[1])
        known.close()
        browser.close()
    show(
        f"From process start, seconds ({STARTS} starts)",
        ["until", "median", "slowest"],
        [
            ["the server listens", median(listening), max(listening)],
            ["a pad, on the browser's first visit", median(first), max(first)],
            [f"a pad, after {VISITS} visits or more", median(again), max(again)],
        ],
    )


def start(window: BrowserContext, port: int) -> tuple[float, float]:
    """Start a server, open its page; seconds until it listened and until there was a pad."""
    page = window.new_page()
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        with running_server(Path(folder), port=port, ready=False) as server:
            wait_until_it_listens(port)
            listens = time.perf_counter() - begun
            page.goto(server.url)
            page.locator("canvas").first.wait_for()
            usable = time.perf_counter() - begun
            page.close()
    return listens, usable


def wait_until_it_listens(port: int) -> None:
    """Return when a connection is accepted."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def show_memory(server: Server) -> None:
    """Resident memory after the start and after 100 readings, MB."""
    process = psutil.Process(server.process.pid)
    started = process.memory_info().rss / 1e6
    for _ in range(100):
        httpx.post(f"{server.url}/api/strokes", json={"strokes": SEVEN}).raise_for_status()
    after = process.memory_info().rss / 1e6
    show("Resident memory, MB", ["after the start", "after 100 readings"], [[started, after]])


def show_requests(server: Server) -> None:
    """Milliseconds of one POST /api/strokes after another, on loopback.

    By the standard library's client: httpx alone would add a millisecond.
    """
    rows = []
    with closing(HTTPConnection(httpx.URL(server.url).netloc.decode())) as client:
        for save in (True, False, True, False):
            body = json.dumps({"strokes": SEVEN, "save": save})
            taken = milliseconds(partial(post, client, body), REQUESTS)
            rows.append([f"save={str(save).lower()}", median(taken), percentile(taken, 0.95)])
    show(
        f"POST /api/strokes, milliseconds ({REQUESTS} requests, embedded history)",
        ["", "p50", "p95"],
        rows,
    )


def post(client: HTTPConnection, body: str) -> None:
    """POST strokes and read the answer."""
    client.request("POST", "/api/strokes", body, {"Content-Type": "application/json"})
    answer = client.getresponse()
    answer.read()
    assert answer.status == HTTPStatus.OK


if __name__ == "__main__":
    main()
