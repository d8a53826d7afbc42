"""Fingers, palms and pens on a page."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Protocol

from playwright.sync_api import Locator, Page

from tools.mouse import SAMPLE_SIZE
from tools.sample_strokes import Stroke


class Surface(Protocol):
    """What hands draw on, such as an InklingPage."""

    @property
    def page(self) -> Page:
        """The page."""

    def window_position(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of a sample drawing lies in the window."""


class Sheet:
    """A square drawing surface as wide as a sample drawing."""

    def __init__(self, canvas: Locator) -> None:
        self.canvas = canvas
        self.page = canvas.page

    def window_position(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of a sample drawing lies in the window."""
        box = self.canvas.bounding_box()
        assert box
        scale = box["width"] / SAMPLE_SIZE
        return box["x"] + x * scale, box["y"] + y * scale


class Hand:
    """Fingers on a touch screen. Coordinates are those of the sample drawings."""

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.session = surface.page.context.new_cdp_session(surface.page)
        self.touching: dict[int, dict[str, Any]] = {}

    def _dispatch(self, type: str, points: list[dict[str, Any]]) -> None:
        self.session.send("Input.dispatchTouchEvent", {"type": type, "touchPoints": points})

    def touch(self, finger: int, x: float, y: float, radius: float = 5) -> None:
        """Put a finger down at a point of the pad, or move it there."""
        type = "touchMove" if finger in self.touching else "touchStart"
        left, top = self.surface.window_position(x, y)
        self.touching[finger] = {
            "id": finger,
            "x": left,
            "y": top,
            "radiusX": radius,
            "radiusY": radius,
        }
        self._dispatch(type, list(self.touching.values()))

    def lift(self, finger: int) -> None:
        """Lift a finger."""
        self._dispatch("touchEnd", [self.touching.pop(finger)])

    def cancel(self) -> None:
        """Let the system take back all touches."""
        self.touching.clear()
        self._dispatch("touchCancel", [])

    def draw(
        self, stroke: Stroke, finger: int = 1, midway: Callable[[], None] | None = None
    ) -> None:
        """Draw a stroke, and call `midway` after its first segment."""
        for (x, y), (to_x, to_y) in pairwise(stroke):
            for step in range(8):
                self.touch(finger, x + (to_x - x) * step / 7, y + (to_y - y) * step / 7)
            if midway:
                midway()
                midway = None
        self.lift(finger)


class Pen:
    """A pen that measures its pressure. Its contacts are those of a mouse, as on Windows."""

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.session = surface.page.context.new_cdp_session(surface.page)

    def draw(self, stroke: Stroke, pressures: Sequence[float] = (0.5, 0.5)) -> None:
        """Draw a stroke whose pressure goes evenly from the first value to the second."""
        points = [
            (x + (to_x - x) * step / 8, y + (to_y - y) * step / 8)
            for (x, y), (to_x, to_y) in pairwise(stroke)
            for step in range(9)
        ]
        first, last = pressures
        for index, (x, y) in enumerate(points):
            force = min(1.0, first + (last - first) * index / (len(points) - 1))
            self._dispatch("mousePressed" if index == 0 else "mouseMoved", x, y, force)
        self._dispatch("mouseReleased", *points[-1], 0)

    def _dispatch(self, type: str, x: float, y: float, force: float) -> None:
        left, top = self.surface.window_position(x, y)
        buttons = 0 if type == "mouseReleased" else 1
        event = {"type": type, "x": left, "y": top, "button": "left", "buttons": buttons}
        pen = {"pointerType": "pen", "force": force, "clickCount": 1}
        self.session.send("Input.dispatchMouseEvent", event | pen)
