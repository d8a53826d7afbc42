"""How quickly the bars follow the pen, beside other pages, and how many pens one server serves.

`python -m bench.live` measures all; `python -m bench.live --only inkling load` a part of it. The
peers are installed on first use into `.venv-peers`; without them the tables show Inkling alone.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.async_api import Page

from bench.live.browser import Figures, Subject, measure
from bench.live.load import PEN_COUNTS, Load, load
from bench.live.peers import UnavailableError, running_peers
from bench.live.plot import plot_load
from bench.table import percentile, show
from settings import ROOT
from tests.server import running_server

STROKES = 30
CROWD = 8  # pages at once
CROWD_STROKES = 5
LOAD_SECONDS = 20.0
PLOT = ROOT / "docs" / "live-load.svg"


def main() -> None:
    """Print the tables and write the plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", choices=["inkling", "peers", "load"])
    parser.add_argument("--strokes", type=int, default=STROKES)
    parser.add_argument("--load-seconds", type=float, default=LOAD_SECONDS)
    arguments = parser.parse_args()
    parts = arguments.only or ["inkling", "peers", "load"]
    if {"inkling", "peers"} & set(parts):
        show_latency(parts, arguments.strokes)
    if "load" in parts:
        show_load(arguments.load_seconds)


@contextmanager
def inkling() -> Iterator[Subject]:
    """Our own page with an empty history."""
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        yield Subject(
            name="Inkling",
            url=server.url,
            pad=".st-key-paper .upper-canvas",
            bars=".bars",
            clear=_press_clear,
            pid=server.process.pid,
            follows=True,
        )


async def _press_clear(page: Page) -> None:
    await page.keyboard.press("c")


def show_latency(parts: list[str], strokes: int) -> None:
    """Pen to bars, one page and several at once, Inkling and its peers in one run."""
    one: list[list[object]] = []
    many: list[list[object]] = []

    def take(subject: Subject) -> None:
        alone = asyncio.run(measure(subject, strokes))
        crowd = asyncio.run(measure(subject, CROWD_STROKES, CROWD))
        one.append(_row(subject.name, alone))
        many.append([subject.name, *_halves(crowd.lift)])
        print(*one[-1], *many[-1][1:], file=sys.stderr, flush=True)

    if "inkling" in parts:
        with inkling() as subject:
            take(subject)
    if "peers" in parts:
        try:
            for running in running_peers():
                with running as subject:
                    take(subject)
        except UnavailableError as reason:
            print(f"The peers are left out: {reason}")
    columns = [
        "page",
        "pen-up to bars p50",
        "p95",
        "pen move to bars p50",
        "p95",
        "updates a second, pen down",
        "server's processor time a stroke",
    ]
    show(f"Pen to bars, ms ({strokes} strokes of 0.3 s)", columns, one)
    show(f"{CROWD} pages drawing at once, pen-up to bars, ms", ["page", "p50", "p95"], many)


def _row(name: str, figures: Figures) -> list[object]:
    return [
        name,
        *_halves(figures.lift),
        *(_halves(figures.move) if figures.move else ("–", "–")),
        percentile(figures.updates, 0.5),
        percentile(figures.processor, 0.5),
    ]


def _halves(values: list[float]) -> tuple[float, float]:
    return percentile(values, 0.5), percentile(values, 0.95)


def show_load(seconds: float) -> None:
    """One server under many pens."""
    loads: list[Load] = []
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        asyncio.run(load(server.url, server.process.pid, 1, 2.0))
        for pens in PEN_COUNTS:
            loads.append(asyncio.run(load(server.url, server.process.pid, pens, seconds)))
    columns = ["pens", "answers a second", "p50", "p95", "p99", "processor, cores", "memory, MB"]
    columns += ["fewest to most answers of a pen", "out of order"]
    rows = [
        [
            one.pens,
            len(one.latencies) / seconds,
            *(percentile(one.latencies, share) for share in (0.5, 0.95, 0.99)),
            one.processor,
            one.memory,
            f"{min(one.answered)}-{max(one.answered)}",
            one.disordered,
        ]
        for one in loads
    ]
    show(f"Pens at 30 messages a second, ms ({seconds:g} s each)", columns, rows)
    plot_load(loads, PLOT)


if __name__ == "__main__":
    main()
