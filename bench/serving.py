"""Start, memory and HTTP of the served process: `python -m bench.serving`."""

import socket
import tempfile
import time
from pathlib import Path

import httpx
import psutil
from playwright.sync_api import Page, sync_playwright

from bench.table import median, milliseconds, percentile, show
from tests.browser.chromium import launch
from tests.ink import SEVEN
from tests.server import START_SECONDS, Server, free_port, running_server

STARTS = 5
REQUESTS = 500


def main() -> None:
    """Print the tables."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        show_start(page)
        browser.close()
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        show_memory(server)
        show_requests(server)


def show_start(page: Page) -> None:
    """Seconds from process start until the server listens, and to a pad that can be drawn on."""
    listening, usable = [], []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            begun = time.perf_counter()
            with running_server(Path(folder), port=port, ready=False) as server:
                wait_until_it_listens(port)
                listening.append(time.perf_counter() - begun)
                page.goto(server.url)
                page.locator("canvas").first.wait_for()
                usable.append(time.perf_counter() - begun)
                page.goto("about:blank")
    show(
        f"From process start, seconds ({STARTS} starts)",
        ["until", "median", "slowest"],
        [
            ["the server listens", median(listening), max(listening)],
            ["a pad in the browser", median(usable), max(usable)],
        ],
    )


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
    """Milliseconds of one POST /api/strokes after another, on loopback."""
    rows = []
    with httpx.Client(base_url=server.url) as client:
        for save in (True, False, True, False):
            body = {"strokes": SEVEN, "save": save}
            taken = milliseconds(lambda body=body: client.post("/api/strokes", json=body), REQUESTS)  # type: ignore[misc]
            rows.append([f"save={str(save).lower()}", median(taken), percentile(taken, 0.95)])
    show(
        f"POST /api/strokes, milliseconds ({REQUESTS} requests, embedded history)",
        ["", "p50", "p95"],
        rows,
    )


if __name__ == "__main__":
    main()
