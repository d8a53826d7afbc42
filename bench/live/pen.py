"""A pen that moves in real time, whatever the page does."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise

from playwright.async_api import Page
from websockets.asyncio.client import ClientConnection, connect

Point = tuple[float, float]
RATE = 120  # reports a second, as a good mouse or tablet


class Pen:
    """The mouse of a page; it does not wait for the page to keep up.

    It speaks to the browser by a line of its own: the way through the test driver would cost as
    much processor time as the page itself.
    """

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._sent = 0

    @classmethod
    @asynccontextmanager
    async def of(cls, page: Page, debugging_port: int) -> AsyncIterator["Pen"]:
        """The pen of a page of a browser that listens for debuggers on this port."""
        session = await page.context.new_cdp_session(page)
        target = (await session.send("Target.getTargetInfo"))["targetInfo"]["targetId"]
        await session.detach()
        async with connect(f"ws://127.0.0.1:{debugging_port}/devtools/page/{target}") as line:
            yield cls(line)

    async def stroke(self, points: Sequence[Point], seconds: float) -> None:
        """Draw through `points` of the window at a steady pace; returns when the page knows.

        Every move is a report of its own and so is the lift, as devices tell them.
        """
        path = spread(points, max(2, round(seconds * RATE)))
        clock = asyncio.get_running_loop()
        await self._tell("mousePressed", path[0])
        begun = clock.time()
        reports = [*(("mouseMoved", point) for point in path[1:]), ("mouseReleased", path[-1])]
        for number, (kind, point) in enumerate(reports, start=1):
            await asyncio.sleep(max(0.0, begun + number / RATE - clock.time()))
            await self._tell(kind, point)
        while json.loads(await self._line.recv())["id"] != self._sent:
            pass

    async def _tell(self, kind: str, point: Point) -> None:
        self._sent += 1
        event = {"type": kind, "x": point[0], "y": point[1], "button": "left", "clickCount": 1}
        event["buttons"] = 0 if kind == "mouseReleased" else 1
        message = {"id": self._sent, "method": "Input.dispatchMouseEvent", "params": event}
        await self._line.send(json.dumps(message))


def spread(points: Sequence[Point], count: int) -> list[Point]:
    """`count` points at even steps along the lines through `points`."""
    legs = list(pairwise(points))
    lengths = [abs(complex(b[0] - a[0], b[1] - a[1])) for a, b in legs]
    total = sum(lengths)
    spaced = []
    for number in range(count):
        way = total * number / (count - 1)
        for (start, end), length in zip(legs, lengths, strict=True):
            if way <= length or (start, end) == legs[-1]:
                share = min(1.0, way / length)
                break
            way -= length
        spaced.append(
            (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        )
    return spaced
