"""Measure a phone's stroke to the big screen, in a browser: `python -m bench.present`."""

import asyncio
import json
import random
import tempfile
import time
from pathlib import Path

from playwright.async_api import Page, async_playwright
from websockets.asyncio.client import ClientConnection, connect

from api.rooms.room import public_id
from bench.table import percentile, print_table
from tools.chromium import FLAGS, find_chromium
from tools.dev_server import UNLIMITED, running_server

PHONE_COUNTS = (1, 10, 50)  # phones that draw at the same time
SECONDS = 12.0  # seconds that each phone draws
# Seconds between two messages of a phone: the intervals that a room of that size requests.
INTERVALS = {1: 0.016, 10: 0.024, 50: 0.040}
POINTS_PER_SECOND = 60
POINTS_PER_STROKE = 60

# Records when each number of points of each phone was painted. The page reports the paint in the
# frame; a message posted there is delivered right after the frame was handed to the compositor.
RECORD_PAINTS = """() => {
  window.paints = [];
  document.addEventListener("inkling:painted", ({ detail }) => {
    const channel = new MessageChannel();
    const now = () => performance.timeOrigin + performance.now();
    channel.port1.onmessage = () => window.paints.push([now(), detail]);
    channel.port2.postMessage(0);
  });
}"""


async def main() -> None:
    """Print the table."""
    rows = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        with (
            tempfile.TemporaryDirectory() as folder,
            running_server(Path(folder), UNLIMITED) as server,
        ):
            for phones in PHONE_COUNTS:
                page = await browser.new_page(viewport={"width": 1920, "height": 1080})
                rows.append([phones, *await measure(page, server.url, phones)])
                await page.close()
        await browser.close()
    print_table(
        f"Phone to big screen, ms ({SECONDS:g} s, {POINTS_PER_SECOND} points a second each)",
        ["phones drawing", "p50", "p95", "slowest", "messages painted", "frames a second"],
        rows,
    )


async def measure(page: Page, url: str, phones: int) -> tuple[float, float, float, str, float]:
    """Return p50, p95 and maximum in ms, how many messages were painted, and frames per second."""
    await page.goto(f"{url}/present")
    await page.locator('.stage[data-link="up"]').wait_for(timeout=60_000)
    code = await page.locator(".invitation .code").inner_text()
    await page.keyboard.press("g")
    await page.evaluate(RECORD_PAINTS)
    sent: dict[str, dict[int, float]] = {}
    await asyncio.gather(
        *(draw(url, code, index, INTERVALS[phones], sent) for index in range(phones))
    )
    await asyncio.sleep(1)
    paints: list[tuple[float, dict[str, int]]] = await page.evaluate("() => window.paints")
    delays = sorted(paint_delays(sent, paints))
    count = sum(map(len, sent.values()))
    return (
        percentile(delays, 0.5),
        percentile(delays, 0.95),
        delays[-1],
        f"{len(delays)} of {count}",
        len(paints) / SECONDS,
    )


async def draw(
    url: str, code: str, index: int, interval: float, sent: dict[str, dict[int, float]]
) -> None:
    """Draw horizontal lines as one phone for SECONDS.

    Stores in `sent`, by the phone's public id, the time in ms at which each number of points was
    sent.
    """
    async with connect(f"{url.replace('http', 'ws')}/api/rooms/{code}") as socket:
        key = f"phone-of-the-benchmark-{index}"
        await socket.send(json.dumps({"hello": "guest", "key": key, "name": f"{index}"}))
        draining = asyncio.create_task(drain(socket))
        await asyncio.sleep(2 + random.random())  # so that all phones join first
        times = sent.setdefault(public_id(key), {})
        start, points = time.monotonic(), 0
        while time.monotonic() - start < SECONDS:
            stroke, drawn = divmod(points, POINTS_PER_STROKE)
            due = int((time.monotonic() - start) * POINTS_PER_SECOND) - stroke * POINTS_PER_STROKE
            new_points = [
                [100 + x * 13, 100 + stroke * 60] for x in range(drawn, min(POINTS_PER_STROKE, due))
            ]
            if new_points:
                points += len(new_points)
                times[points] = time.time() * 1000
                await socket.send(json.dumps({"ink": [[stroke, drawn, new_points]]}))
            await asyncio.sleep(interval)
        draining.cancel()


def paint_delays(
    sent: dict[str, dict[int, float]], paints: list[tuple[float, dict[str, int]]]
) -> list[float]:
    """Return for each message the ms from sending it to the first frame with all its points."""
    delays = []
    for phone, times in sent.items():
        frames = [(at, points[phone]) for at, points in paints if phone in points]
        index = 0
        for points, sent_at in times.items():
            while index < len(frames) and frames[index][1] < points:
                index += 1
            if index < len(frames):
                delays.append(frames[index][0] - sent_at)
    return delays


async def drain(socket: ClientConnection) -> None:
    """Read and discard the room's messages, so that its send buffer never fills."""
    async for _ in socket:
        pass


if __name__ == "__main__":
    asyncio.run(main())
