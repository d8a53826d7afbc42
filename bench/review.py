"""The review with many readings in Cassandra, in a real browser: `python -m bench.review`.

From a click, a choice or a key to the painted frame. `ROWS` readings are loaded first (a million
where it is not set); with `--folder` they stay there for the next run, as with bench.history.
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

from bench.table import percentile, show
from services.local_cassandra import LocalCassandra, free_port
from tools.chromium import launch
from tools.dev_server import running_server
from tools.sample_strokes import FOUR, ONE, SEVEN

PROBE = Path(__file__).with_name("review_probe.js").read_text(encoding="utf-8")
ROWS = 1_000_000
WARM_UP = 3  # times that do not count
DRAWINGS = 120  # newer than the loaded readings, with ink to look at and to correct
REST = 700  # ms between two measurements: what came with the last one is over
OWNER = {"inkling_owner": "the-benchmark-of-the-review"}
GOALS = {"first rows": 500.0, "filter": 300.0, "next": 100.0, "saved": 1000.0}  # ms

# What is chosen in the form, a few of each so that every choice is another view.
CHOICES = {
    "Contains digit": ["1", "4", "7"],
    "Verdict": ["digit", "unsure"],
    "Source": ["uploaded", "drawn"],
    "Label status": ["labelled", "prediction wrong", "not labelled"],
    "Model": ["cnn-0", "cnn-1"],
}
TYPED = {
    "Prediction": ["42", "07"],
    "Label": ["8"],
    "Confidence at most, %": ["1", "50"],
}


def main() -> None:
    """Load what is missing, measure, print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.review", description=__doc__)
    parser.add_argument("--rows", type=int, default=int(os.environ.get("ROWS", ROWS)))
    parser.add_argument("--folder", type=Path, help="keep what is loaded there for the next run")
    parser.add_argument("--times", type=int, default=20, help="that each thing is done")
    options = parser.parse_args()
    with ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix="inkling-bench-")
        files = Path(stack.enter_context(temporary))
        url = stack.enter_context(_server(options.folder or files, files, options.rows))
        stack.enter_context(_drawings(url))
        taken_of = _measure_all(url, options.times)
    rows = [
        [name, GOALS[kind], percentile(taken, 0.5), percentile(taken, 0.95), max(taken), len(taken)]
        for (kind, name), taken in taken_of.items()
    ]
    columns = ["", "goal", "p50", "p95", "slowest", "times"]
    show(f"Review with {options.rows:,} readings in Cassandra, ms until painted", columns, rows)


@contextmanager
def _server(folder: Path, files: Path, rows: int) -> Iterator[str]:
    """The address of a server on a Cassandra that holds so many readings."""
    _load(folder, rows)
    with ExitStack() as stack:
        node = LocalCassandra(
            folder / "node", port=free_port(), storage_port=free_port(), heap_megabytes=2048
        )
        stack.callback(node.stop)
        print("Starting Cassandra …", flush=True)
        node.start()
        environment = {
            "CASSANDRA_CONTACT_POINTS": node.address,
            "CASSANDRA_PORT": str(node.port),
            "CASSANDRA_KEYSPACE": f"rows_{rows}",
        }
        server = stack.enter_context(running_server(files, environment))
        with httpx.Client(base_url=server.url, timeout=120) as http:
            while not http.get("/api/health/ready").json()["history"]["reachable"]:
                time.sleep(0.1)
            total = http.get("/api/history/summary").raise_for_status().json()["total"]
        print(f"{total:,} readings", flush=True)
        yield server.url


def _load(folder: Path, rows: int) -> None:
    """Have so many readings in the folder's Cassandra."""
    file = folder / "loaded.json"
    loaded = json.loads(file.read_text())["rows"] if file.exists() else {}
    if loaded.get(f"Cassandra {rows}", 0) < rows:
        loader = [sys.executable, "-m", "bench.history", "--load", "--rows", str(rows)]
        subprocess.run([*loader, "--folder", str(folder)], check=True)


@contextmanager
def _drawings(url: str) -> Iterator[None]:
    """Newer readings with ink, gone again at the end."""
    with httpx.Client(base_url=url, cookies=OWNER, timeout=120) as http:
        for number in range(DRAWINGS):
            strokes = (ONE, FOUR, SEVEN)[number % 3]
            http.post("/api/strokes", json={"strokes": strokes}).raise_for_status()
        yield
        http.delete("/api/history/mine").raise_for_status()


def _measure_all(url: str, times: int) -> dict[tuple[str, str], list[float]]:
    """Milliseconds by goal and name."""
    taken_of: dict[tuple[str, str], list[float]] = {}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        context.add_init_script(PROBE)
        page = context.new_page()
        taken_of["first rows", "Review clicked, first rows"] = _opened(page, url, times)
        for name, taken in _filtered(page, times):
            taken_of["filter", name] = taken
        page.goto(f"{url}/review")
        page.locator("[role=option]").first.click()
        taken_of["next", "key pressed, next one selected"] = _pressed(page, times, "probe.next()")
        taken_of["saved", "key pressed, saved"] = _pressed(page, times, "probe.saved()")
        browser.close()
    return taken_of


def _timed(page: Page, probe: str, act: Callable[[], object]) -> float:
    """Milliseconds that the probe measures while a person acts."""
    page.wait_for_timeout(REST)
    page.evaluate(f"() => void (window.timed = {probe})")
    act()
    return float(page.evaluate("() => window.timed"))


def _opened(page: Page, url: str, times: int) -> list[float]:
    """From the front page's link to the first painted readings."""
    taken = []
    for _ in range(WARM_UP + times):
        page.goto(url)
        page.locator(".st-key-history_area li").first.wait_for(timeout=60_000)
        link = page.get_by_role("link", name="Review", exact=True)
        taken.append(_timed(page, 'probe.first("click")', link.click))
    return taken[WARM_UP:]


def _filtered(page: Page, times: int) -> Iterator[tuple[str, list[float]]]:
    """For every filter its name and the times from its change to the first painted readings."""
    for label, choices in {**CHOICES, **TYPED}.items():
        typed = label in TYPED
        role: Literal["textbox", "spinbutton", "combobox"] = "combobox"
        if typed:
            role = "spinbutton" if label.endswith("%") else "textbox"
        field = page.get_by_role(role, name=label, exact=True)
        taken = []
        for number in range(times):
            value = choices[number % len(choices)]
            choose = partial(field.fill, value) if typed else partial(field.select_option, value)
            event = "input" if typed else "change"
            taken.append(_timed(page, f'probe.first("{event}")', choose))
            page.get_by_role("button", name="Show all").click()
            page.get_by_role("button", name="Show all").wait_for(state="hidden")
        yield f"{label} {'typed' if typed else 'chosen'}", taken


def _pressed(page: Page, times: int, probe: str) -> list[float]:
    """From a digit's key to what the probe waits for."""
    keys = [str(number % 10) for number in range(WARM_UP + times)]
    taken = [_timed(page, probe, partial(page.keyboard.press, key)) for key in keys]
    return taken[WARM_UP:]


if __name__ == "__main__":
    main()
