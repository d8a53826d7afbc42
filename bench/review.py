"""Measure the Review page with many predictions in Cassandra: `python -m bench.review`.

Times run from a click, a changed filter or a key press to the painted frame, in a browser. `ROWS`
predictions are loaded first (default: a million); with `--folder` they are reused by the next run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Literal

import httpx
from playwright.sync_api import Page, sync_playwright

from bench.table import percentile, print_table
from services.local_cassandra import LocalCassandra, free_port
from tools.chromium import launch
from tools.dev_server import UNLIMITED, running_server
from tools.sample_strokes import FOUR, ONE, SEVEN

PROBE = Path(__file__).with_name("review_probe.js").read_text(encoding="utf-8")
ROWS = 1_000_000
WARM_UP = 3  # repetitions that are not measured
DRAWINGS = 120  # newer than the loaded predictions, with strokes to show and to correct
PAUSE = 700  # ms between two measurements, so that the work of the last one is over
TARGETS = {  # ms
    "first rows": 500.0,
    "filter": 300.0,
    "most useful": 1000.0,
    "next": 100.0,
    "saved": 1000.0,
}

# Values for each filter; consecutive values differ, so that every change loads another view.
SELECTIONS = {
    "Contains digit": ["1", "4", "7"],
    "Verdict": ["digit", "unsure"],
    "Source": ["uploaded", "drawn"],
    "Label status": ["labelled", "prediction wrong", "not labelled"],
    "Model": ["cnn-0", "cnn-1"],
}
INPUTS = {
    "Prediction": ["42", "07"],
    "Label": ["8"],
    "Confidence at most, %": ["1", "50"],
}


def main() -> None:
    """Load missing rows, measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.review", description=__doc__)
    parser.add_argument("--rows", type=int, default=int(os.environ.get("ROWS", ROWS)))
    parser.add_argument("--folder", type=Path, help="reuse the rows loaded there, and keep them")
    parser.add_argument("--times", type=int, default=20, help="repetitions of each action")
    options = parser.parse_args()
    with ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix="inkling-bench-")
        files = Path(stack.enter_context(temporary))
        url = stack.enter_context(_server(options.folder or files, files, options.rows))
        stack.enter_context(_temporary_drawings(url))
        durations = _measure_all(url, options.times)
    rows = [
        [
            name,
            TARGETS[kind],
            percentile(times, 0.5),
            percentile(times, 0.95),
            max(times),
            len(times),
        ]
        for (kind, name), times in durations.items()
    ]
    columns = ["action", "target", "p50", "p95", "slowest", "repetitions"]
    title = f"Review with {options.rows:,} predictions in Cassandra, ms until painted"
    print_table(title, columns, rows)


@contextmanager
def _server(folder: Path, files: Path, rows: int) -> Iterator[str]:
    """Yield the URL of a server on a Cassandra with `rows` predictions."""
    _load(folder, rows)
    with ExitStack() as stack:
        node = LocalCassandra(
            folder / "node", port=free_port(), storage_port=free_port(), heap_megabytes=2048
        )
        stack.callback(node.stop)
        print("Starting Cassandra …", flush=True)
        node.start()
        environment = {
            **UNLIMITED,
            "CASSANDRA_CONTACT_POINTS": node.address,
            "CASSANDRA_PORT": str(node.port),
            "CASSANDRA_KEYSPACE": f"rows_{rows}",
        }
        server = stack.enter_context(running_server(files, environment))
        with httpx.Client(base_url=server.url, timeout=120) as http:
            while not http.get("/api/health/ready").json()["history"]["reachable"]:
                time.sleep(0.1)
            total = http.get("/api/history/summary").raise_for_status().json()["total"]
        print(f"{total:,} predictions", flush=True)
        yield server.url


def _load(folder: Path, rows: int) -> None:
    """Load predictions into the folder's Cassandra until it holds `rows`."""
    state_file = folder / "loaded.json"
    loaded = json.loads(state_file.read_text())["rows"] if state_file.exists() else {}
    if loaded.get(f"Cassandra {rows}", 0) < rows:
        loader = [sys.executable, "-m", "bench.history", "--load", "--rows", str(rows)]
        subprocess.run([*loader, "--folder", str(folder)], check=True)


@contextmanager
def _temporary_drawings(url: str) -> Iterator[None]:
    """Save DRAWINGS newer predictions with strokes; delete them at the end."""
    with httpx.Client(base_url=url, timeout=120) as http:
        for index in range(DRAWINGS):
            strokes = (ONE, FOUR, SEVEN)[index % 3]
            http.post("/api/strokes", json={"strokes": strokes}).raise_for_status()
        yield
        http.delete("/api/history/mine").raise_for_status()


def _measure_all(url: str, times: int) -> dict[tuple[str, str], list[float]]:
    """Return the milliseconds of each repetition, by target and action."""
    durations: dict[tuple[str, str], list[float]] = {}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        context.add_init_script(PROBE)
        page = context.new_page()
        durations["first rows", "Review clicked, first rows"] = _measure_opening(page, url, times)
        for name, filter_times in _measure_filters(page, times):
            durations["filter", name] = filter_times
        page.goto(f"{url}/review")
        page.locator("[role=option]").first.click()
        durations["most useful", "20 most useful clicked, first rows"] = _measure_most_useful(
            page, times
        )
        durations["next", "key pressed, next item selected"] = _measure_keys(
            page, times, "probe.next()"
        )
        durations["saved", "key pressed, saved"] = _measure_keys(page, times, "probe.saved()")
        browser.close()
    return durations


def _measure(page: Page, probe: str, act: Callable[[], object]) -> float:
    """Return the milliseconds that the probe measures for `act`."""
    page.wait_for_timeout(PAUSE)
    page.evaluate(f"() => void (window.measured = {probe})")
    act()
    return float(page.evaluate("() => window.measured"))


def _measure_opening(page: Page, url: str, times: int) -> list[float]:
    """Return the ms from a click on the front page's link to the first painted predictions."""
    durations = []
    for _ in range(WARM_UP + times):
        page.goto(url)
        page.locator(".st-key-history_area li").first.wait_for(timeout=60_000)
        link = page.get_by_role("link", name="Review", exact=True)
        durations.append(_measure(page, 'probe.first("click")', link.click))
    return durations[WARM_UP:]


def _measure_filters(page: Page, times: int) -> Iterator[tuple[str, list[float]]]:
    """Yield each filter's name and the ms from its changes to the first painted predictions."""
    for label, values in {**SELECTIONS, **INPUTS}.items():
        typed = label in INPUTS
        role: Literal["textbox", "combobox"] = "textbox" if typed else "combobox"
        field = page.get_by_role(role, name=label, exact=True)
        durations = []
        for index in range(times):
            value = values[index % len(values)]
            change = partial(field.fill, value) if typed else partial(field.select_option, value)
            event = "input" if typed else "change"
            durations.append(_measure(page, f'probe.first("{event}")', change))
            page.get_by_role("button", name="Show all").click()
            page.get_by_role("button", name="Show all").wait_for(state="hidden")
        yield f"{label} {'typed' if typed else 'selected'}", durations


def _measure_most_useful(page: Page, times: int) -> list[float]:
    """Return the ms from a click on the view to the first painted predictions.

    The first click, not measured, reads all candidates; the others find them in memory.
    """
    button = page.get_by_role("button", name="20 most useful", exact=True)
    durations = []
    for _ in range(WARM_UP + times):
        durations.append(_measure(page, 'probe.first("click")', button.click))
        _measure(page, 'probe.first("click")', button.click)  # back to the newest
    return durations[WARM_UP:]


def _measure_keys(page: Page, times: int, probe: str) -> list[float]:
    """Return the ms from a digit key to what the probe waits for."""
    keys = [str(index % 10) for index in range(WARM_UP + times)]
    durations = [_measure(page, probe, partial(page.keyboard.press, key)) for key in keys]
    return durations[WARM_UP:]


if __name__ == "__main__":
    main()
