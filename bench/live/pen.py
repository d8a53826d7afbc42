"""A pen that moves in real time, whatever the page does."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

from playwright.async_api import CDPSession, Page

Point = tuple[float, float]
RATE = 120  # moves a second, as a good mouse or tablet


class Pen:
    """The mouse of a page; it does not wait for the page to keep up."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self._page = page
        self._session = session
        self._sent: list[asyncio.Task[object]] = []

    @classmethod
    async def of(cls, page: Page) -> "Pen":
        """The pen of a page."""
        return cls(page, await page.context.new_cdp_session(page))

    async def stroke(self, points: Sequence[Point], seconds: float) -> None:
        """Draw through `points` of the window at a steady pace; returns when the page knows."""
        path = spread(points, max(2, round(seconds * RATE)))
        clock = asyncio.get_running_loop()
        self._tell("mousePressed", path[0])
        begun = clock.time()
        for number, point in enumerate(path[1:], start=1):
            await asyncio.sleep(max(0.0, begun + number / RATE - clock.time()))
            self._tell("mouseMoved", point)
        self._tell("mouseReleased", path[-1])
        await asyncio.gather(*self._sent)
        self._sent.clear()

    def _tell(self, kind: str, point: Point) -> None:
        message = {"type": kind, "x": point[0], "y": point[1], "button": "left", "clickCount": 1}
        message["buttons"] = 0 if kind == "mouseReleased" else 1
        task = asyncio.ensure_future(self._session.send("Input.dispatchMouseEvent", message))
        self._sent.append(task)


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
