"""Inkling's page in a browser, in a person's words."""

from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, WebSocket, expect

from tools.sample_strokes import Path

PAD = 300  # pixels: the pad that the strokes of tools.sample_strokes are made for


class InklingPage:
    """The page at `url`, open and ready to draw on."""

    def __init__(
        self, page: Page, url: str, watch: Callable[[WebSocket], None] | None = None
    ) -> None:
        self.page = page
        self.url = url
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(error.stack or str(error)))
        if watch is not None:
            page.on("websocket", watch)
        page.goto(url)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait for the pad and the tools to be there, and the link for the bars."""
        expect(self.pad).to_have_attribute("role", "img", timeout=30_000)
        expect(self.page.locator(".st-key-bars_area section")).to_have_attribute(
            "data-link", "up", timeout=30_000
        )

    @property
    def pad(self) -> Locator:
        """The canvas."""
        return self.page.locator(".st-key-paper .upper-canvas")

    @property
    def text(self) -> Locator:
        """What was read, in large type."""
        return self.page.locator(".st-key-bars_area .text")

    @property
    def bars(self) -> Locator:
        """The ten bars."""
        return self.page.locator(".st-key-bars_area .bars li")

    @property
    def error(self) -> Locator:
        """The sentence about what went wrong."""
        return self.page.locator(".st-key-bars_area .error")

    @property
    def rows(self) -> Locator:
        """The rows of the history."""
        return self.page.locator(".st-key-history_area li")

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of a PAD-wide pad lies in the window."""
        box = self.pad.bounding_box()
        assert box
        scale = box["height"] / PAD
        return box["x"] + (box["width"] - box["height"]) / 2 + x * scale, box["y"] + y * scale

    def pen_down(self, stroke: Path, steps: int = 3) -> None:
        """Draw a stroke with the mouse and stay on the paper at its end."""
        self.pad.scroll_into_view_if_needed()
        self.page.mouse.move(*self.place(*stroke[0]))
        self.page.mouse.down()
        for x, y in stroke[1:]:
            self.page.mouse.move(*self.place(x, y), steps=steps)

    def draw(self, strokes: list[Path], steps: int = 3) -> None:
        """Draw strokes with the mouse."""
        for stroke in strokes:
            self.pen_down(stroke, steps)
            self.page.mouse.up()

    def expect_read(self, text: str) -> None:
        """Wait until `text` is read."""
        expect(self.text).to_have_text(text)

    def expect_rows(self, *texts: str) -> None:
        """Wait until the history shows just these readings, newest first."""
        expect(self.rows.locator("b")).to_have_text(list(texts))

    def shares(self) -> list[float]:
        """The ten chances as the bars show them."""
        return [float(bar.get_attribute("data-share") or "nan") for bar in self.bars.all()]

    def button(self, name: str) -> Locator:
        """A button by its name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def kept(self) -> list[dict[str, Any]]:
        """What HTTP says the history holds."""
        items: list[dict[str, Any]] = httpx.get(f"{self.url}/api/history").json()["items"]
        return items


def chances(digit: dict[str, Any]) -> list[float]:
    """What the bars show for a digit of HTTP's answer: that it is this digit and a digit at all."""
    probabilities: list[float] = digit["probabilities"]
    scale = min(1.0, digit["confidence"] / probabilities[digit["value"]])
    return [probability * scale for probability in probabilities]
