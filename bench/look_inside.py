"""Measure the scene "Look inside", from the pen to its maps: `python -m bench.look_inside`.

One viewer is a browser; the others send the requests of a viewer, 20 a second each.
"""

import asyncio
import multiprocessing
import tempfile
import time
from base64 import b64encode
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

from bench.table import percentile, print_table
from model import Recognizer
from tools.chromium import launch
from tools.dev_server import UNLIMITED, running_server
from tools.sample_strokes import SEVEN

VIEWERS = (1, 10)
FRAMES_PER_SECOND = 20  # of the viewers that are not a browser
STROKES = 40
STROKE_SECONDS, PAUSE_SECONDS = 0.4, 0.5
DRAWING_SECONDS = 8.0  # that the pen moves without a lift, to count frames
POINT_INTERVAL = 1 / 60  # seconds between two points of the pen

# When the pen moved last, and when each of the feature maps was painted: a message that is posted
# in a frame is delivered right after the frame was handed to the compositor.
RECORD = """() => {
  window.record = { moved: 0, painted: [] };
  addEventListener("pointermove", ({ buttons, timeStamp }) => {
    if (buttons) window.record.moved = timeStamp;
  }, true);
  document.addEventListener("inkling:inside", () => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => window.record.painted.push(performance.now());
    channel.port2.postMessage(0);
  }));
}"""


def main() -> None:
    """Print the table."""
    rows = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder), UNLIMITED) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for viewers in VIEWERS:
            others = multiprocessing.Process(target=request_maps, args=[server.url, viewers - 1])
            others.start()
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            rows.append([viewers, *measure(page, server.url)])
            page.close()
            others.terminate()
            others.join()
        browser.close()
    print_table(
        f"Pen to feature maps, ms ({STROKES} strokes)",
        ["viewers", "p50", "p95", "slowest", "frames a second while the pen moves"],
        rows,
    )


def measure(page: Page, url: str) -> tuple[float, float, float, float]:
    """Return p50, p95 and maximum in ms from the last point to its maps; frames per second."""
    page.goto(f"{url}/present?lang=en&scene=inside")
    page.locator('.stage[data-link="up"]').wait_for(timeout=60_000)
    page.evaluate(RECORD)
    delays = []
    for index in range(-3, STROKES):  # three to warm up
        draw_line(page, STROKE_SECONDS)
        time.sleep(PAUSE_SECONDS)
        record = page.evaluate("() => window.record")
        if index >= 0:
            delays.append(record["painted"][-1] - record["moved"])
        page.keyboard.press("c")
    before = page.evaluate("() => window.record.painted.length")
    draw_line(page, DRAWING_SECONDS)
    frames = page.evaluate("() => window.record.painted.length") - before
    delays.sort()
    return (
        percentile(delays, 0.5),
        percentile(delays, 0.95),
        delays[-1],
        frames / DRAWING_SECONDS,
    )


def draw_line(page: Page, seconds: float) -> None:
    """Draw with the mouse for `seconds`: down, up and down again on the pad."""
    box = page.locator(".view .paper").first.bounding_box()
    assert box
    x, top, height = (
        box["x"] + box["width"] / 2,
        box["y"] + box["height"] * 0.2,
        box["height"] * 0.6,
    )
    page.mouse.move(x, top)
    page.mouse.down()
    start = time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        share = elapsed % 2
        page.mouse.move(x + elapsed * 8, top + height * min(share, 2 - share))
        time.sleep(POINT_INTERVAL)
    page.mouse.up()


def request_maps(url: str, viewers: int) -> None:
    """Request the maps of a seven as this many viewers do, until the process is stopped."""
    (digit,) = Recognizer.load().predict_strokes(SEVEN).digits
    body = {"glyph": b64encode(digit.glyph.tobytes()).decode()}

    async def view() -> None:
        async with httpx.AsyncClient(base_url=url) as client:
            while True:
                start = time.monotonic()
                (await client.post("/api/feature-maps", json=body)).raise_for_status()
                await asyncio.sleep(max(0, start + 1 / FRAMES_PER_SECOND - time.monotonic()))

    async def view_all() -> None:
        await asyncio.gather(*(view() for _ in range(viewers)))

    asyncio.run(view_all())


if __name__ == "__main__":
    main()
