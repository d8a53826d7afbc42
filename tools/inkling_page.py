"""Page object of the drawing page, and waits that tests and tools share."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tools.mouse import SAMPLE_SIZE
from tools.sample_strokes import Stroke

_TWO_FRAMES = """() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(done)))"""
_BAR_LENGTHS = "bars => bars.map((bar) => Number.parseFloat(bar.dataset.share))"


class InklingPage:
    """The drawing page at `url`, open and ready to draw on.

    problems: the stack traces of all uncaught JavaScript errors.
    """

    def __init__(
        self, page: Page, url: str, watch: Callable[[WebSocket], None] | None = None
    ) -> None:
        self.page = page
        self.url = url
        self.problems: list[str] = []
        self._streamlit_socket: WebSocket | None = None
        page.on("pageerror", lambda error: self.problems.append(error.stack or str(error)))
        page.on("websocket", self._websocket_opened)
        if watch is not None:
            page.on("websocket", watch)
        page.goto(url)
        self.wait_until_ready()

    def _websocket_opened(self, socket: WebSocket) -> None:
        if socket.url.endswith("/_stcore/stream"):
            self._streamlit_socket = socket

    def wait_until_ready(self) -> None:
        """Wait for the pad, its tools and keys, the samples, and the live connection."""
        expect(self.pad).to_have_attribute("role", "img", timeout=60_000)
        expect(self.page.locator(".st-key-prediction_area section")).to_have_attribute(
            "data-link", "up", timeout=60_000
        )
        samples = self.page.locator(".st-key-image_area [aria-keyshortcuts=N] .tile")
        expect(samples.first).to_be_attached(timeout=60_000)

    @contextmanager
    def expect_rerun(self) -> Iterator[None]:
        """Wait for the end of a Streamlit run after the block."""
        assert self._streamlit_socket is not None
        with self._streamlit_socket.expect_event("framereceived", _ends_run):
            yield

    @property
    def pad(self) -> Locator:
        """The canvas."""
        return self.page.locator(".st-key-paper .upper-canvas")

    @property
    def text(self) -> Locator:
        """The predicted text, in large type."""
        return self.page.locator(".st-key-prediction_area .text")

    @property
    def bars(self) -> Locator:
        """The bars: one for each digit, the last for "not a digit"."""
        return self.page.locator(".st-key-prediction_area .bars li")

    @property
    def error(self) -> Locator:
        """The error message."""
        return self.page.locator(".st-key-prediction_area .error")

    @property
    def correction(self) -> Locator:
        """What the visitor says of the prediction: "Right?" and what it was."""
        return self.page.locator(".st-key-prediction_area .correction")

    @property
    def rows(self) -> Locator:
        """The rows of the history."""
        return self.page.locator(".st-key-history_area .rows > li")

    @property
    def history_status(self) -> Locator:
        """The line that tells whether the history is reachable; empty when all is well."""
        return self.page.locator(".st-key-history_area .line").first

    def window_position(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of a sample drawing lies in the window."""
        box = self.pad.bounding_box()
        assert box
        scale = box["height"] / SAMPLE_SIZE
        return box["x"] + (box["width"] - box["height"]) / 2 + x * scale, box["y"] + y * scale

    def pen_down(self, stroke: Stroke, steps: int = 3) -> None:
        """Draw a stroke with the mouse and keep the button pressed at its end."""
        self.pad.scroll_into_view_if_needed()
        self.page.mouse.move(*self.window_position(*stroke[0]))
        self.page.mouse.down()
        for x, y in stroke[1:]:
            self.page.mouse.move(*self.window_position(x, y), steps=steps)

    def draw(self, strokes: list[Stroke], steps: int = 3) -> None:
        """Draw strokes with the mouse."""
        for stroke in strokes:
            self.pen_down(stroke, steps)
            self.page.mouse.up()

    def expect_prediction(self, text: str) -> None:
        """Wait until the prediction panel shows `text`."""
        expect(self.text).to_have_text(text)

    def expect_history(self, *texts: str) -> None:
        """Wait until the history shows exactly these predictions, newest first."""
        expect(self.rows.locator("b")).to_have_text(list(texts))

    def bar_lengths(self) -> list[float]:
        """Return the eleven probabilities that the bars show."""
        lengths: list[float] = self.bars.evaluate_all(_BAR_LENGTHS)
        return lengths

    def expect_bar_lengths(self, expected: list[float]) -> None:
        """Wait until the bars show these eleven probabilities."""
        with suppress(AssertionError):
            wait_until(self.page, lambda: _are_close(self.bar_lengths(), expected))
        assert _are_close(self.bar_lengths(), expected), (self.bar_lengths(), expected)

    def button(self, name: str) -> Locator:
        """Return the button with this name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def saved(self) -> list[dict[str, Any]]:
        """Return the newest page of GET /api/history, as this browser may see it."""
        cookies = {cookie["name"]: cookie["value"] for cookie in self.page.context.cookies()}
        response = httpx.get(f"{self.url}/api/history", cookies=cookies, timeout=60)
        items: list[dict[str, Any]] = response.json()["items"]
        return items


def expected_bar_lengths(digit: dict[str, Any]) -> list[float]:
    """Return what the bars show for a digit prediction as /api sends it.

    This is the probability of each value times the probability that the glyph is a digit at all,
    and at last the probability that it is not.
    """
    probabilities: list[float] = digit["probabilities"]
    scale = min(1.0, digit["confidence"] / probabilities[digit["value"]])
    joint = [probability * scale for probability in probabilities]
    return [*joint, max(0.0, 1 - sum(joint))]


def wait_until(page: Page, holds: Callable[[], bool], seconds: float = 45) -> None:
    """Let the page run until `holds` returns True; raise AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "the condition does not become true"
        page.wait_for_timeout(40)


def wait_for_frames(page: Page) -> None:
    """Wait until the page has painted twice, and so handled every event sent before."""
    page.evaluate(_TWO_FRAMES)


def _are_close(lengths: list[float], expected: list[float]) -> bool:
    return len(lengths) == len(expected) and all(
        math.isclose(length, value, rel_tol=0, abs_tol=1e-12)
        for length, value in zip(lengths, expected, strict=True)
    )


def _ends_run(frame: str | bytes) -> bool:
    return isinstance(frame, bytes) and ForwardMsg.FromString(frame).HasField("script_finished")
