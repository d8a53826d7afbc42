"""Move a page's mouse like a pen, in real time."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise

from playwright.async_api import Page
from websockets.asyncio.client import ClientConnection, connect

Point = tuple[float, float]
EVENTS_PER_SECOND = 120  # the report rate of a good mouse or tablet


class MousePen:
    """The mouse of a page; it does not wait for the page to keep up.

    Events go to the browser over a separate DevTools connection: sending them through the test
    driver would cost as much CPU time as the page itself.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._last_id = 0

    @classmethod
    @asynccontextmanager
    async def connect(cls, page: Page, debugging_port: int) -> AsyncIterator["MousePen"]:
        """Yield the pen of a page whose browser accepts DevTools connections on this port."""
        session = await page.context.new_cdp_session(page)
        target = (await session.send("Target.getTargetInfo"))["targetInfo"]["targetId"]
        await session.detach()
        async with connect(f"ws://127.0.0.1:{debugging_port}/devtools/page/{target}") as socket:
            yield cls(socket)

    async def draw_stroke(self, points: Sequence[Point], seconds: float) -> None:
        """Draw through `points` (window pixels) at a constant speed.

        Each move and the release are separate events at EVENTS_PER_SECOND, as devices send them.
        Returns when the browser has confirmed all events.
        """
        path = resample(points, max(2, round(seconds * EVENTS_PER_SECOND)))
        loop = asyncio.get_running_loop()
        await self._dispatch("mousePressed", path[0])
        start = loop.time()
        events = [*(("mouseMoved", point) for point in path[1:]), ("mouseReleased", path[-1])]
        for index, (kind, point) in enumerate(events, start=1):
            await asyncio.sleep(max(0.0, start + index / EVENTS_PER_SECOND - loop.time()))
            await self._dispatch(kind, point)
        while json.loads(await self._socket.recv())["id"] != self._last_id:
            pass

    async def _dispatch(self, kind: str, point: Point) -> None:
        self._last_id += 1
        event = {"type": kind, "x": point[0], "y": point[1], "button": "left", "clickCount": 1}
        event["buttons"] = 0 if kind == "mouseReleased" else 1
        message = {"id": self._last_id, "method": "Input.dispatchMouseEvent", "params": event}
        await self._socket.send(json.dumps(message))


def resample(points: Sequence[Point], count: int) -> list[Point]:
    """Return `count` points at equal distances along the polyline through `points`."""
    segments = list(pairwise(points))
    lengths = [abs(complex(b[0] - a[0], b[1] - a[1])) for a, b in segments]
    total = sum(lengths)
    path = []
    for index in range(count):
        distance = total * index / (count - 1)
        for (start, end), length in zip(segments, lengths, strict=True):
            if distance <= length or (start, end) == segments[-1]:
                share = min(1.0, distance / length)
                break
            distance -= length
        path.append(
            (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        )
    return path
