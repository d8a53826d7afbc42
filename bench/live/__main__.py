"""How quickly the bars follow the pen, beside other pages, and how many pens one server serves.

`python -m bench.live` measures all but the ten minutes of `--only soak`; `--only inkling load` a
part of it. The peers are installed on first use into `.venv-peers`; without them the tables show
Inkling alone. The bare page shows what the browser itself takes: a line, ten bars, no server.
`far` is Inkling over a link that delays every message.
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

from bench.live.browser import STAGES, Figures, Subject, measure
from bench.live.far import far_away
from bench.live.load import PEN_COUNTS, Load, load
from bench.live.peers import UnavailableError, running_peers
from bench.live.plot import plot_load
from bench.table import median, percentile, show
from core.settings import ROOT
from tools.dev_server import running_server

PARTS = ["bare", "inkling", "far", "peers", "load", "soak"]
STROKES = 30
CROWD = 8  # pages at once
CROWD_STROKES = 5
FAR = 0.025  # seconds each way to a server that is far away
LOAD_SECONDS = 20.0
SOAK_PENS = 50
SOAK_MINUTES = 10
BARE_PAGE = Path(__file__).with_name("bare_page.html")
LOAD_COLUMNS = (
    "answers a second",
    "p50",
    "p95",
    "p99",
    "processor, cores",
    "memory, MB",
    "fewest to most answers of a pen",
    "lost",
    "out of order",
)
STOLEN = "taken by the host, %"  # processor time while the pens drew
PLOT = ROOT / "docs" / "live-load.svg"


def main() -> None:
    """Print the tables and write the plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS[:-1])
    parser.add_argument("--strokes", type=int, default=STROKES)
    parser.add_argument("--load-seconds", type=float, default=LOAD_SECONDS)
    arguments = parser.parse_args()
    parts = arguments.only
    if {"bare", "inkling", "far", "peers"} & set(parts):
        show_latency(parts, arguments.strokes)
    if "load" in parts:
        show_load(arguments.load_seconds)
    if "soak" in parts:
        show_soak(SOAK_MINUTES)


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
            rows="ol",
            follows=True,
        )


def bare_page() -> Subject:
    """A line and ten bars that move with the mouse, without a server."""
    return Subject("a bare page", BARE_PAGE.as_uri(), "canvas", "#bars", _press_clear, None)


async def _press_clear(page: Page) -> None:
    await page.keyboard.press("c")


def show_latency(parts: list[str], strokes: int) -> None:
    """Pen to bars, one page and several at once, Inkling and its peers in one run."""
    one: list[list[object]] = []
    many: list[list[object]] = []
    stages: list[list[object]] = []

    def take(subject: Subject) -> None:
        alone = asyncio.run(measure(subject, strokes))
        crowd = asyncio.run(measure(subject, CROWD_STROKES, CROWD))
        one.append(_row(subject.name, alone))
        many.append([subject.name, *_halves(crowd.lift), mean(crowd.stolen)])
        if subject.follows:
            for name in STAGES:
                stages.append([name, *_halves(alone.stages[name]), *_halves(crowd.stages[name])])
        print(*one[-1], *many[-1][1:], file=sys.stderr, flush=True)

    if "bare" in parts:
        take(bare_page())
    if "inkling" in parts:
        with inkling() as subject:
            take(subject)
    if "far" in parts:
        with inkling() as subject:
            far = asyncio.run(measure_from_afar(subject, strokes))
        one.append(_row(f"{subject.name}, {2000 * FAR:g} ms away", far))
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
        "pen-up to the row in the history p95",
        STOLEN,
    ]
    show(f"Pen to bars, ms ({strokes} strokes of 0.3 s)", columns, one)
    if many:
        title = f"{CROWD} pages drawing at once, pen-up to bars, ms"
        show(title, ["page", "p50", "p95", STOLEN], many)
    if stages:
        columns = ["after pen-up waiting for", "p50", "p95", f"{CROWD} pages p50", "p95"]
        show("What Inkling's bars wait for, ms", columns, stages)


async def measure_from_afar(subject: Subject, strokes: int) -> Figures:
    """One page of a server that every message takes FAR to reach."""
    async with far_away(subject.url, FAR) as url:
        return await measure(replace(subject, url=url), strokes)


def _row(name: str, figures: Figures) -> list[object]:
    return [
        name,
        *_halves(figures.lift),
        *(_halves(figures.move) if figures.move else ("–", "–")),
        percentile(figures.updates, 0.5),
        median(figures.processor) if figures.processor else "–",
        percentile(figures.record, 0.95) if figures.record else "–",
        mean(figures.stolen),
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
    rows = [[one.pens, *_load_row(one, seconds)] for one in loads]
    title = f"Pens at 30 messages a second, ms ({seconds:g} s each)"
    show(title, ["pens", *LOAD_COLUMNS], rows)
    plot_load(loads, PLOT)


def show_soak(minutes: int) -> None:
    """Whether memory stays and nothing is lost: pens that draw on, over new links each minute."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        for minute in range(1, minutes + 1):
            one = asyncio.run(load(server.url, server.process.pid, SOAK_PENS, 60.0))
            rows.append([minute, *_load_row(one, 60.0)])
            print(*rows[-1], file=sys.stderr, flush=True)
    title = f"{SOAK_PENS} pens at 30 messages a second for {minutes} minutes, ms"
    show(title, ["minute", *LOAD_COLUMNS], rows)


def _load_row(one: Load, seconds: float) -> list[object]:
    return [
        len(one.latencies) / seconds,
        *(percentile(one.latencies, share) for share in (0.5, 0.95, 0.99)),
        one.processor,
        one.memory,
        f"{min(one.answered)}-{max(one.answered)}",
        one.lost,
        one.disordered,
    ]


if __name__ == "__main__":
    main()
