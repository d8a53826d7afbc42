"""From a phone's stroke to ink on the big screen, in a real browser: `python -m bench.present`."""

import asyncio
import json
import random
import tempfile
import time
from pathlib import Path

from playwright.async_api import Page, async_playwright
from websockets.asyncio.client import ClientConnection, connect

from api.rooms.room import public_id
from bench.table import percentile, show
from tools.chromium import FLAGS, find_chromium
from tools.dev_server import running_server

CROWDS = (1, 10, 50)  # phones that draw at once
SECONDS = 12.0  # that they draw for
PACES = {1: 0.016, 10: 0.024, 50: 0.040}  # seconds between a phone's messages, as the room asks for
POINTS_PER_SECOND = 60

# Keeps when each number of points of each phone was painted; the frame is on its way to the glass
# when the task after it runs.
WATCH = """() => {
  window.seen = [];
  document.addEventListener("inkling:painted", ({ detail }) => {
    const channel = new MessageChannel();
    const now = () => performance.timeOrigin + performance.now();
    channel.port1.onmessage = () => window.seen.push([now(), detail]);
    channel.port2.postMessage(0);
  });
}"""


async def main() -> None:
    """Print the table."""
    rows = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
            for phones in CROWDS:
                page = await browser.new_page(viewport={"width": 1920, "height": 1080})
                rows.append([phones, *await measure(page, server.url, phones)])
                await page.close()
        await browser.close()
    show(
        f"Phone's stroke to ink on the big screen, ms ({SECONDS:g} s, 60 points a second each)",
        ["phones drawing", "p50", "p95", "slowest", "points seen", "frames a second"],
        rows,
    )


async def measure(page: Page, url: str, phones: int) -> tuple[float, float, float, str, float]:
    """p50, p95 and the slowest in ms, how many points arrived, painted frames a second."""
    await page.goto(f"{url}/present")
    await page.locator('.stage[data-link="up"]').wait_for(timeout=60_000)
    code = await page.locator(".invitation .code").inner_text()
    await page.keyboard.press("g")
    await page.evaluate(WATCH)
    sent: dict[str, dict[int, float]] = {}
    await asyncio.gather(
        *(draw(url, code, number, PACES[phones], sent) for number in range(phones))
    )
    await asyncio.sleep(1)
    seen: list[tuple[float, dict[str, int]]] = await page.evaluate("() => window.seen")
    delays = sorted(delays_of(sent, seen))
    count = sum(map(len, sent.values()))
    return (
        percentile(delays, 0.5),
        percentile(delays, 0.95),
        delays[-1],
        f"{len(delays)} of {count} messages",
        len(seen) / SECONDS,
    )


async def draw(
    url: str, code: str, number: int, pace: float, sent: dict[str, dict[int, float]]
) -> None:
    """Draw wavy lines as one phone for a while; when each number of points was sent, in ms."""
    async with connect(f"{url.replace('http', 'ws')}/api/rooms/{code}") as socket:
        key = f"phone-of-the-benchmark-{number}"
        await socket.send(json.dumps({"hello": "guest", "key": key, "name": f"{number}"}))
        draining = asyncio.create_task(drain(socket))
        await asyncio.sleep(2 + random.random())  # seconds, until all have joined
        times = sent.setdefault(public_id(key), {})
        begun, points = time.monotonic(), 0
        while time.monotonic() - begun < SECONDS:
            stroke, known = divmod(points, 60)
            wanted = min(60, int((time.monotonic() - begun) * POINTS_PER_SECOND) - stroke * 60)
            new = [
                [100 + known * 13 + place * 13, 100 + stroke * 60]
                for place in range(max(0, wanted - known))
            ]
            if new:
                points += len(new)
                times[points] = time.time() * 1000
                await socket.send(json.dumps({"ink": [[stroke, known, new]]}))
            await asyncio.sleep(pace)
        draining.cancel()


def delays_of(
    sent: dict[str, dict[int, float]], seen: list[tuple[float, dict[str, int]]]
) -> list[float]:
    """For each message, ms from sending until the first frame with at least its points."""
    delays = []
    for phone, times in sent.items():
        frames = [(at, points[phone]) for at, points in seen if phone in points]
        place = 0
        for points, moment in times.items():
            while place < len(frames) and frames[place][1] < points:
                place += 1
            if place < len(frames):
                delays.append(frames[place][0] - moment)
    return delays


async def drain(socket: ClientConnection) -> None:
    """Take what the room says."""
    async for _ in socket:
        pass


if __name__ == "__main__":
    asyncio.run(main())
