"""Measure start-up time, memory and HTTP latency of the server: `python -m bench.serving`."""

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

from bench.table import median, percentile, print_table, time_calls
from tools.chromium import launch, launch_with_profile
from tools.dev_server import START_SECONDS, UNLIMITED, Server, free_port, running_server
from tools.sample_strokes import SEVEN

STARTS = 5
VISITS = 5  # visits that fill a browser's cache, including the compiled scripts
REQUESTS = 500


def main() -> None:
    """Print the tables."""
    with sync_playwright() as playwright:
        report_start(playwright)
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder), UNLIMITED) as server:
        report_memory(server)
        report_requests(server)


def report_start(playwright: Playwright) -> None:
    """Print the seconds from process start until the server listens and until the pad is usable.

    The second is measured in a browser with an empty cache, and in one that has visited the same
    address before.
    """
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        returning_browser = launch_with_profile(playwright, Path(folder))
        for _ in range(VISITS):
            measure_start(returning_browser, port)
        browser = launch(playwright)
        listening, first_visit, repeat_visit = [], [], []
        for _ in range(STARTS):
            with browser.new_context() as new_browser:
                listens, usable = measure_start(new_browser, port)
            listening.append(listens)
            first_visit.append(usable)
            repeat_visit.append(measure_start(returning_browser, port)[1])
        returning_browser.close()
        browser.close()
    print_table(
        f"From process start, seconds ({STARTS} starts)",
        ["until", "median", "slowest"],
        [
            ["the server listens", median(listening), max(listening)],
            ["the pad is usable, first visit", median(first_visit), max(first_visit)],
            [
                f"the pad is usable, after {VISITS} visits or more",
                median(repeat_visit),
                max(repeat_visit),
            ],
        ],
    )


def measure_start(context: BrowserContext, port: int) -> tuple[float, float]:
    """Start a server and open its page; return the seconds until it listens and until the pad."""
    page = context.new_page()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        with running_server(Path(folder), UNLIMITED, port=port, ready=False) as server:
            wait_for_port(port)
            listens = time.perf_counter() - start
            page.goto(server.url)
            page.locator("canvas:visible").first.wait_for()
            usable = time.perf_counter() - start
            page.close()
    return listens, usable


def wait_for_port(port: int) -> None:
    """Return when a connection is accepted; raise ConnectionRefusedError after START_SECONDS."""
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


def report_memory(server: Server) -> None:
    """Print the resident memory after the start and after 100 predictions, in MB."""
    process = psutil.Process(server.process.pid)
    after_start = process.memory_info().rss / 1e6
    for _ in range(100):
        httpx.post(f"{server.url}/api/strokes", json={"strokes": SEVEN}).raise_for_status()
    after_predictions = process.memory_info().rss / 1e6
    print_table(
        "Resident memory, MB",
        ["after the start", "after 100 predictions"],
        [[after_start, after_predictions]],
    )


def report_requests(server: Server) -> None:
    """Print the latency of sequential POST /api/strokes requests on loopback, in ms.

    Uses the standard library's client because httpx itself takes about a millisecond.
    """
    rows = []
    with closing(HTTPConnection(httpx.URL(server.url).netloc.decode())) as client:
        for save in (True, False, True, False):
            body = json.dumps({"strokes": SEVEN, "save": save})
            durations = time_calls(partial(post_strokes, client, body), REQUESTS)
            rows.append(
                [f"save={str(save).lower()}", median(durations), percentile(durations, 0.95)]
            )
    print_table(
        f"POST /api/strokes, ms ({REQUESTS} requests, SQLite history)",
        ["parameter", "p50", "p95"],
        rows,
    )


def post_strokes(client: HTTPConnection, body: str) -> None:
    """Post the strokes and read the response."""
    client.request("POST", "/api/strokes", body, {"Content-Type": "application/json"})
    response = client.getresponse()
    response.read()
    assert response.status == HTTPStatus.OK


if __name__ == "__main__":
    main()
