"""Measure how quickly the bars follow the pen, and how many pens one server can handle.

`python -m bench.live` runs everything except the ten-minute `soak`; `python -m bench.live inkling
load` runs parts. The peers (other pages that recognize digits) are installed into `.venv-peers` on
first use; without them the tables show Inkling alone. The bare page, a line and ten bars without a
server, shows what the browser itself needs. `far` is Inkling behind a proxy that delays all data.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import mean

from playwright.async_api import Page

from bench.live.delayed_proxy import delayed_proxy
from bench.live.latency import STAGES, Measurements, Subject, measure
from bench.live.load import PEN_COUNTS, LoadResult, run_load
from bench.live.peers import UnavailableError, running_peers
from bench.live.plot import plot_load
from bench.table import median, percentile, print_table
from core.settings import ROOT
from tools.dev_server import UNLIMITED, running_server

PARTS = ["bare", "inkling", "far", "peers", "load", "soak"]
STROKES = 30
PAGES = 8  # pages drawn on at the same time
STROKES_PER_PAGE = 5  # while all pages are drawn on
ROUND_TRIPS = (0, 50, 150)  # ms that the way to the server and back adds
FAR_STROKE_SECONDS = 1.0  # longer than the others: until the first answer no update can be seen
LOAD_SECONDS = 20.0
SOAK_PENS = 50
SOAK_MINUTES = 10
BARE_PAGE = Path(__file__).with_name("bare_page.html")
LOAD_COLUMNS = (
    "answers a second",
    "p50",
    "p95",
    "p99",
    "server CPU, cores",
    "memory, MB",
    "answers per pen, min to max",
    "lost",
    "out of order",
)
STEAL_COLUMN = (
    "CPU steal, %"  # CPU time that the hypervisor gave to other machines while the pens drew
)
PLOT = ROOT / "docs" / "live-load.svg"


def main() -> None:
    """Print the tables and write the plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--strokes", type=int, default=STROKES)
    parser.add_argument("--load-seconds", type=float, default=LOAD_SECONDS)
    arguments = parser.parse_args()
    parts = arguments.parts or PARTS[:-1]
    if unknown := set(parts) - set(PARTS):
        parser.error(f"unknown part {min(unknown)!r}: choose from {', '.join(PARTS)}")
    if {"bare", "inkling", "peers"} & set(parts):
        report_latency(parts, arguments.strokes)
    if "far" in parts:
        report_far(arguments.strokes)
    if "load" in parts:
        report_load(arguments.load_seconds)
    if "soak" in parts:
        report_soak(SOAK_MINUTES)


@contextmanager
def inkling() -> Iterator[Subject]:
    """Yield our own page with an empty history."""
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder), UNLIMITED) as server:
        yield Subject(
            name="Inkling",
            url=server.url,
            pad=".st-key-paper .upper-canvas",
            bars=".bars",
            clear=_press_clear,
            pid=server.process.pid,
            rows="ol",
            is_live=True,
        )


def bare_page() -> Subject:
    """Return the page with a line and ten bars that follow the mouse, without a server."""
    return Subject("a bare page", BARE_PAGE.as_uri(), "canvas", "#bars", _press_clear, None)


async def _press_clear(page: Page) -> None:
    await page.keyboard.press("c")


def report_latency(parts: list[str], strokes: int) -> None:
    """Print the time from pen to bars, for one page and several in parallel, all in one run."""
    single: list[list[object]] = []
    parallel: list[list[object]] = []
    stages: list[list[object]] = []

    def measure_subject(subject: Subject) -> None:
        alone = asyncio.run(measure(subject, strokes))
        together = asyncio.run(measure(subject, STROKES_PER_PAGE, PAGES))
        single.append(_latency_row(subject.name, alone))
        parallel.append([subject.name, *_p50_p95(together.lift), mean(together.steal)])
        if subject.is_live:
            for name in STAGES:
                row = [name, *_p50_p95(alone.stages[name]), *_p50_p95(together.stages[name])]
                stages.append(row)
        print(*single[-1], *parallel[-1][1:], file=sys.stderr, flush=True)

    if "bare" in parts:
        measure_subject(bare_page())
    if "inkling" in parts:
        with inkling() as subject:
            measure_subject(subject)
    if "peers" in parts:
        try:
            for peer in running_peers():
                with peer as subject:
                    measure_subject(subject)
        except UnavailableError as error:
            print(f"The peers were not measured: {error}")
    columns = [
        "page",
        "pen-up to bars p50",
        "p95",
        "pen move to bars p50",
        "p95",
        "updates a second, pen down",
        "server CPU time a stroke",
        "pen-up to history row p95",
        STEAL_COLUMN,
    ]
    print_table(f"Pen to bars, ms ({strokes} strokes of 0.3 s)", columns, single)
    if parallel:
        title = f"{PAGES} pages drawn on at the same time, pen-up to bars, ms"
        print_table(title, ["page", "p50", "p95", STEAL_COLUMN], parallel)
    if stages:
        columns = ["stage after pen-up", "p50", "p95", f"{PAGES} pages p50", "p95"]
        print_table("What Inkling's bars wait for, ms", columns, stages)


def report_far(strokes: int) -> None:
    """Print the same for one page whose server is near or far away, drawn on with long strokes."""
    rows = []
    with inkling() as subject:
        for round_trip in ROUND_TRIPS:
            result = asyncio.run(measure_far(subject, strokes, round_trip))
            updates = (percentile(result.updates, share) for share in (0.5, 0.05))
            rows.append([round_trip, *updates, *_p50_p95(result.lift), mean(result.steal)])
            print(*rows[-1], file=sys.stderr, flush=True)
    columns = [
        "round trip to the server",
        "updates a second, pen down, p50",
        "p5",
        "pen-up to bars p50",
        "p95",
        STEAL_COLUMN,
    ]
    print_table(f"Far away, ms ({strokes} strokes of {FAR_STROKE_SECONDS:g} s)", columns, rows)


async def measure_far(subject: Subject, strokes: int, round_trip: float) -> Measurements:
    """Measure one page of a server that is `round_trip` ms away, there and back."""
    async with delayed_proxy(subject.url, round_trip / 2000) as url:
        return await measure(replace(subject, url=url), strokes, seconds=FAR_STROKE_SECONDS)


def _latency_row(name: str, result: Measurements) -> list[object]:
    return [
        name,
        *_p50_p95(result.lift),
        *(_p50_p95(result.move) if result.move else ("–", "–")),
        percentile(result.updates, 0.5),
        median(result.cpu) if result.cpu else "–",
        percentile(result.record, 0.95) if result.record else "–",
        mean(result.steal),
    ]


def _p50_p95(values: list[float]) -> tuple[float, float]:
    return percentile(values, 0.5), percentile(values, 0.95)


def report_load(seconds: float) -> None:
    """Print the answer latency of one server under a growing number of pens."""
    results: list[LoadResult] = []
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder), UNLIMITED) as server:
        asyncio.run(run_load(server.url, server.process.pid, 1, 2.0))  # warm-up
        for pens in PEN_COUNTS:
            results.append(asyncio.run(run_load(server.url, server.process.pid, pens, seconds)))
    rows = [[result.pens, *_load_row(result, seconds)] for result in results]
    title = f"Pens at 30 messages a second, ms ({seconds:g} s each)"
    print_table(title, ["pens", *LOAD_COLUMNS], rows)
    plot_load(results, PLOT)


def report_soak(minutes: int) -> None:
    """Print latency, memory and losses for each minute of pens that reconnect every minute."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder), UNLIMITED) as server:
        for minute in range(1, minutes + 1):
            result = asyncio.run(run_load(server.url, server.process.pid, SOAK_PENS, 60.0))
            rows.append([minute, *_load_row(result, 60.0)])
            print(*rows[-1], file=sys.stderr, flush=True)
    title = f"{SOAK_PENS} pens at 30 messages a second for {minutes} minutes, ms"
    print_table(title, ["minute", *LOAD_COLUMNS], rows)


def _load_row(result: LoadResult, seconds: float) -> list[object]:
    return [
        len(result.latencies) / seconds,
        *(percentile(result.latencies, share) for share in (0.5, 0.95, 0.99)),
        result.cpu,
        result.memory,
        f"{min(result.answers_per_pen)}-{max(result.answers_per_pen)}",
        result.lost,
        result.out_of_order,
    ]


if __name__ == "__main__":
    main()
