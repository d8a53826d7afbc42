"""What a person sees: pen to painted bars, in a real browser."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import Browser, Page, TimeoutError, async_playwright

from bench.live.pen import Pen, Point
from tools.chromium import FLAGS, find_chromium
from tools.dev_server import free_port

PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
SEVEN: Sequence[Point] = ((0.3, 0.22), (0.72, 0.22), (0.42, 0.85))
ONE: Sequence[Point] = ((0.5, 0.2), (0.5, 0.5), (0.5, 0.85))
STROKE_SECONDS = 0.3
PATIENCE_SECONDS = 10  # for bars that are later still
START_SECONDS = 90  # in which eight slow pages come to rest for the first time
QUIET_SECONDS = 1.6  # after a stroke, in which the slowest page comes to rest
# What bars wait for after a lift, one after the other.
STAGES = ("the pen event to reach the page", "a message in flight", "the answer", "the frame")
_PAINTED = """() => probe.paints.at(-1) > probe.pens.find(([kind]) => kind === "mouseup")?.[1]"""
_AT_REST = "() => !(performance.now() - probe.paints.at(-1) < 1000)"


@dataclass(frozen=True)
class Subject:
    """A page to measure: where it is, its pad, its bars, what empties it, its server's process.

    rows: the list of what was recorded, where the page has one.
    """

    name: str
    url: str
    pad: str
    bars: str
    clear: Callable[[Page], Awaitable[None]]
    pid: int | None
    rows: str | None = None
    follows: bool = False  # bars follow the pen and tell which ink they are of


@dataclass
class Figures:
    """What was measured, in milliseconds unless said otherwise."""

    move: list[float] = field(default_factory=list)
    lift: list[float] = field(default_factory=list)
    updates: list[float] = field(default_factory=list)  # a second, pen down
    processor: list[float] = field(default_factory=list)  # of the server, a stroke
    record: list[float] = field(default_factory=list)  # pen-up to the row in the history
    stolen: list[float] = field(default_factory=list)  # % of a stroke that the host was elsewhere
    stages: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in STAGES})


async def measure(subject: Subject, strokes: int, pages: int = 1) -> Figures:
    """Draw `strokes` strokes on each of `pages` pages at once, after two that do not count."""
    figures = Figures()
    async with async_playwright() as playwright:
        port = free_port()
        flags = [*FLAGS, f"--remote-debugging-port={port}"]
        chromium = await playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(chromium.close)
            hands = []
            for _ in range(pages):
                page = await open_page(chromium, subject)
                hands.append((page, await stack.enter_async_context(Pen.of(page, port))))
            await asyncio.gather(*(_draw(*hand, subject, 2, Figures()) for hand in hands))
            await asyncio.gather(*(_draw(*hand, subject, strokes, figures) for hand in hands))
    return figures


async def open_page(chromium: Browser, subject: Subject) -> Page:
    context = await chromium.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    await page.add_init_script(PROBE)
    await page.goto(subject.url)
    await page.locator(subject.pad).first.wait_for(timeout=120_000)
    await page.wait_for_timeout(2500)
    return page


async def _draw(page: Page, pen: Pen, subject: Subject, strokes: int, figures: Figures) -> None:
    server = psutil.Process(subject.pid) if subject.pid else None
    for number in range(strokes):
        await subject.clear(page)
        await page.wait_for_timeout(QUIET_SECONDS * 1000)
        box = await page.locator(subject.pad).first.bounding_box()
        assert box
        shape = (SEVEN, ONE)[number % 2]
        side = min(box["width"], box["height"])
        left, top = box["x"] + (box["width"] - side) / 2, box["y"] + (box["height"] - side) / 2
        points = [(left + x * side, top + y * side) for x, y in shape]
        await page.wait_for_function(_AT_REST, timeout=START_SECONDS * 1000)
        await page.evaluate("forgetProbe()")
        if not await page.evaluate("selector => watchBars(selector)", subject.bars):
            await page.evaluate("() => watchBars('body')")
        if subject.rows:
            await page.evaluate("selector => watchRows(selector)", subject.rows)
        used = _processor(server) if server else 0.0
        before = psutil.cpu_times()
        await pen.stroke(points, STROKE_SECONDS)
        figures.stolen.append(_stolen(before, psutil.cpu_times()))
        await page.wait_for_timeout(QUIET_SECONDS * 1000)
        with suppress(TimeoutError):  # then it never came, and counts as infinitely late
            await page.wait_for_function(_PAINTED, timeout=PATIENCE_SECONDS * 1000)
        if server:
            figures.processor.append((_processor(server) - used) * 1000)
        _note(await page.evaluate("probe"), subject, figures)


def _processor(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _stolen(before: Any, after: Any) -> float:
    """The share of the processors' time, in %, that the host gave to other machines."""
    passed = sum(after) - sum(before)
    steal = getattr(after, "steal", 0.0) - getattr(before, "steal", 0.0)
    return float(100 * steal / max(passed, 0.01))


def _note(probe: dict[str, list[Any]], subject: Subject, figures: Figures) -> None:
    pens = [(str(kind), float(at)) for kind, at in probe["pens"]]
    paints: list[float] = probe["paints"]
    lifted = next(at for kind, at in pens if kind == "mouseup")
    pressed = next(at for kind, at in pens if kind == "mousedown")
    during = [at for at in paints if pressed < at <= lifted]
    figures.updates.append(len(during) / (lifted - pressed) * 1000)
    if subject.rows:
        figures.record.append(_first(probe["rows"], lifted) - lifted)
    if not subject.follows:
        # The last change: some pages draw their old bars once more before the new ones.
        figures.lift.append((paints[-1] if paints and paints[-1] > lifted else math.inf) - lifted)
        return
    _note_inks(probe, figures)


def _note_inks(probe: dict[str, list[Any]], figures: Figures) -> None:
    """How long bars took to be of each ink."""
    paints: list[float] = probe["paints"]
    for number, (phase, at, ink, heard) in enumerate(probe["inks"], start=1):
        held = (send for send in probe["sends"] if send[1] >= number or send[2] == ink)
        seq, _, _, sent = next(held, (math.inf, 0, "", math.inf))
        answered = next((when for known, when in probe["answers"] if known >= seq), math.inf)
        painted = max(at, _first(paints, answered))  # at once: the pen lifted from where it rested
        (figures.lift if phase == "up" else figures.move).append(painted - at)
        if phase == "up" and painted < math.inf:
            moments = accumulate((at, heard, sent, answered, painted), max)
            spans = pairwise(min(moment, painted) for moment in moments)
            for stage, (begun, ended) in zip(STAGES, spans, strict=True):
                figures.stages[stage].append(ended - begun)


def _first(moments: Sequence[float], after: float) -> float:
    return next((moment for moment in moments if moment > after), math.inf)
