"""Measure the time from pen events to painted bars in a real browser."""

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

from bench.live.pen import MousePen, Point
from tools.chromium import FLAGS, find_chromium
from tools.dev_server import free_port

PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
SEVEN: Sequence[Point] = ((0.3, 0.22), (0.72, 0.22), (0.42, 0.85))
ONE: Sequence[Point] = ((0.5, 0.2), (0.5, 0.5), (0.5, 0.85))
STROKE_SECONDS = 0.3
BARS_TIMEOUT = 10  # seconds to wait for late bars after the settle time
START_TIMEOUT = 90  # seconds for eight slow pages to become idle for the first time
SETTLE_SECONDS = 1.6  # after a stroke, until the slowest page is idle
# What the bars wait for after pen-up, in this order.
STAGES = ("pen event delivered to the page", "previous answer in flight", "answer", "frame")
# Whether the bars show the whole stroke. Where the pen lifted without moving, a live page may have
# painted them before.
_PAINTED = """() => {
    const up = probe.drawings.findLast(([phase]) => phase === "up");
    const send = probe.sends.findLast(([, , strokes]) => strokes === up?.[2]);
    const answer = probe.answers.find(([seq]) => seq >= send?.[0]);
    const since = up ? answer?.[1] : probe.pens.find(([kind]) => kind === "mouseup")?.[1];
    return probe.paints.at(-1) > since;
}"""
_IDLE = "() => !(performance.now() - probe.paints.at(-1) < 1000)"


@dataclass(frozen=True)
class Subject:
    """A page to measure.

    pad, bars: CSS selectors. clear: empties the pad. pid: the server's process, if there is one.
    rows: selector of the history list, where the page has one. is_live: the bars follow the pen
    and the page reports which drawing they show.
    """

    name: str
    url: str
    pad: str
    bars: str
    clear: Callable[[Page], Awaitable[None]]
    pid: int | None
    rows: str | None = None
    is_live: bool = False


@dataclass
class Measurements:
    """The measured values, in milliseconds unless noted; inf where nothing was painted in time."""

    move: list[float] = field(default_factory=list)  # pen move to bars
    lift: list[float] = field(default_factory=list)  # pen-up to bars
    updates: list[float] = field(default_factory=list)  # a second, pen down
    cpu: list[float] = field(default_factory=list)  # CPU time of the server for each stroke
    record: list[float] = field(default_factory=list)  # pen-up to the history row
    steal: list[float] = field(default_factory=list)  # % of CPU time, for each stroke
    stages: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in STAGES})


async def measure(
    subject: Subject, strokes: int, pages: int = 1, seconds: float = STROKE_SECONDS
) -> Measurements:
    """Draw `strokes` strokes on each of `pages` pages in parallel, after two unmeasured ones.

    seconds: that a stroke takes.
    """
    result = Measurements()
    async with async_playwright() as playwright:
        port = free_port()
        flags = [*FLAGS, f"--remote-debugging-port={port}"]
        chromium = await playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(chromium.close)
            pens = []
            for _ in range(pages):
                page = await open_page(chromium, subject)
                pens.append((page, await stack.enter_async_context(MousePen.connect(page, port))))
            await asyncio.gather(
                *(_draw(*pen, subject, 2, seconds, Measurements()) for pen in pens)
            )
            await asyncio.gather(*(_draw(*pen, subject, strokes, seconds, result) for pen in pens))
    return result


async def open_page(chromium: Browser, subject: Subject) -> Page:
    """Open the page in a new context with the probe installed, and wait for its pad."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    await page.add_init_script(PROBE)
    await page.goto(subject.url)
    await page.locator(subject.pad).first.wait_for(timeout=120_000)
    await page.wait_for_timeout(2500)
    return page


async def _draw(
    page: Page,
    pen: MousePen,
    subject: Subject,
    strokes: int,
    seconds: float,
    result: Measurements,
) -> None:
    server = psutil.Process(subject.pid) if subject.pid else None
    for index in range(strokes):
        await subject.clear(page)
        await page.wait_for_timeout(SETTLE_SECONDS * 1000)
        points = await _on_pad(page, subject, (SEVEN, ONE)[index % 2])
        await page.wait_for_function(_IDLE, timeout=START_TIMEOUT * 1000)
        await page.evaluate("resetProbe()")
        if not await page.evaluate("selector => watchBars(selector)", subject.bars):
            await page.evaluate("() => watchBars('body')")
        if subject.rows:
            await page.evaluate("selector => watchRows(selector)", subject.rows)
        cpu_before = _cpu_seconds(server) if server else 0.0
        times_before = psutil.cpu_times()
        await pen.draw_stroke(points, seconds)
        result.steal.append(_steal_percent(times_before, psutil.cpu_times()))
        await page.wait_for_timeout(SETTLE_SECONDS * 1000)
        with suppress(TimeoutError):  # bars that were never painted count as infinitely late
            await page.wait_for_function(_PAINTED, timeout=BARS_TIMEOUT * 1000)
        if server:
            result.cpu.append((_cpu_seconds(server) - cpu_before) * 1000)
        _add_stroke(await page.evaluate("probe"), subject, result)


async def _on_pad(page: Page, subject: Subject, shape: Sequence[Point]) -> list[Point]:
    """Scale a shape of the unit square to the largest centered square on the pad, in pixels."""
    box = await page.locator(subject.pad).first.bounding_box()
    assert box
    side = min(box["width"], box["height"])
    left, top = box["x"] + (box["width"] - side) / 2, box["y"] + (box["height"] - side) / 2
    return [(left + x * side, top + y * side) for x, y in shape]


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _steal_percent(before: Any, after: Any) -> float:
    """Return the share of CPU time, in percent, that the hypervisor gave to other machines."""
    elapsed = sum(after) - sum(before)
    steal = getattr(after, "steal", 0.0) - getattr(before, "steal", 0.0)
    return float(100 * steal / max(elapsed, 0.01))


def _add_stroke(probe: dict[str, list[Any]], subject: Subject, result: Measurements) -> None:
    """Add what the probe recorded during one stroke."""
    pens = [(str(kind), float(at)) for kind, at in probe["pens"]]
    paints: list[float] = probe["paints"]
    lifted = next(at for kind, at in pens if kind == "mouseup")
    pressed = next(at for kind, at in pens if kind == "mousedown")
    during = [at for at in paints if pressed < at <= lifted]
    result.updates.append(len(during) / (lifted - pressed) * 1000)
    if subject.rows:
        result.record.append(_first_after(probe["rows"], lifted) - lifted)
    if subject.is_live:
        _add_drawing_latencies(probe, result)
    else:
        # The last paint: some pages draw their old bars once more before the new ones.
        result.lift.append((paints[-1] if paints and paints[-1] > lifted else math.inf) - lifted)


def _add_drawing_latencies(probe: dict[str, list[Any]], result: Measurements) -> None:
    """Add the time from each pen event to the first paint after the answer to its drawing.

    A drawing may never be sent, because only the newest one is: then the answer to the first
    message sent later counts. For pen-up the time is also split into STAGES.
    """
    paints: list[float] = probe["paints"]
    for count, (phase, at, strokes, announced) in enumerate(probe["drawings"], start=1):
        # sends: (seq, number of drawings announced before it, strokes, time)
        carriers = (send for send in probe["sends"] if send[1] >= count or send[2] == strokes)
        seq, _, _, sent = next(carriers, (math.inf, 0, "", math.inf))
        answered = next((when for answer, when in probe["answers"] if answer >= seq), math.inf)
        # max: where the pen lifts without moving, its drawing was answered before the event.
        painted = max(at, _first_after(paints, answered))
        (result.lift if phase == "up" else result.move).append(painted - at)
        if phase == "up" and painted < math.inf:
            moments = accumulate((at, announced, sent, answered, painted), max)
            spans = pairwise(min(moment, painted) for moment in moments)
            for stage, (start, end) in zip(STAGES, spans, strict=True):
                result.stages[stage].append(end - start)


def _first_after(moments: Sequence[float], after: float) -> float:
    return next((moment for moment in moments if moment > after), math.inf)
