"""Fingers, pens and palms on a phone."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import OpenPage
from tests.browser.windows import Windows
from tools.dev_server import Server
from tools.inkling_page import InklingPage, wait_for_frames
from tools.sample_strokes import SEVEN, Stroke

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "has_touch": True,
    "is_mobile": True,
}
PALM_RADIUS = 45  # CSS pixels


class Hand:
    """Fingers on a touch screen. Coordinates are those of the sample drawings."""

    def __init__(self, page: InklingPage) -> None:
        self.page = page
        self.session: CDPSession = page.page.context.new_cdp_session(page.page)
        self.touching: dict[int, dict[str, Any]] = {}

    def _dispatch(self, type: str, points: list[dict[str, Any]]) -> None:
        self.session.send("Input.dispatchTouchEvent", {"type": type, "touchPoints": points})

    def touch(self, finger: int, x: float, y: float, radius: float = 5) -> None:
        """Put a finger down at a point of the pad, or move it there."""
        type = "touchMove" if finger in self.touching else "touchStart"
        left, top = self.page.window_position(x, y)
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


# In every frame, record the width of the canvas and whether the pad is ready.
WATCH_CANVAS = """
window.canvases = [];
(function look() {
  const hosts = [...document.querySelectorAll(".st-key-paper *")];
  const canvas = hosts.map((host) => host.shadowRoot?.querySelector(".upper-canvas")).find(Boolean);
  if (canvas) window.canvases.push([canvas.width, canvas.getAttribute("role") === "img"]);
  requestAnimationFrame(look);
})();
"""


@pytest.fixture
def page(open_page: OpenPage) -> InklingPage:
    """The drawing page on a phone."""
    return open_page(**PHONE)


def test_a_finger_draws(page: InklingPage) -> None:
    Hand(page).draw(SEVEN[0])
    page.expect_prediction("7")
    page.expect_history("7")


def test_a_second_finger_is_ignored(page: InklingPage) -> None:
    hand = Hand(page)

    def move_second_finger() -> None:
        for y in range(50, 250, 20):
            hand.touch(2, 40, y)

    hand.draw(SEVEN[0], midway=move_second_finger)
    page.expect_prediction("7")
    hand.lift(2)
    page.expect_history("7")


def test_a_palm_does_not_draw(page: InklingPage) -> None:
    hand = Hand(page)
    hand.touch(1, 150, 220, radius=PALM_RADIUS)
    hand.touch(1, 160, 240, radius=PALM_RADIUS)
    hand.lift(1)
    expect(page.page.locator(".hint")).to_be_visible()


def test_a_palm_may_rest_on_the_pad_while_a_finger_draws(page: InklingPage) -> None:
    hand = Hand(page)
    hand.touch(1, 150, 290, radius=PALM_RADIUS)
    hand.draw(SEVEN[0], finger=2)
    page.expect_prediction("7")
    page.expect_history("7")
    hand.lift(1)
    page.expect_history("7")


def test_a_swipe_scrolls_the_page_only_outside_the_pad(page: InklingPage) -> None:
    def swipe_up(start: int) -> None:
        hand = Hand(page)
        for y in range(start, start - 150, -15):
            hand.touch(1, 150, y)
        hand.lift(1)
        wait_for_frames(page.page)

    scroll_top = "document.querySelector('[data-testid=stMain]').scrollTop"
    swipe_up(150)
    assert page.page.evaluate(scroll_top) == 0
    swipe_up(420)
    page.page.wait_for_function(f"{scroll_top} > 0")


def test_the_pad_is_crisp_on_a_dense_screen(page: InklingPage) -> None:
    box = page.pad.bounding_box()
    assert box
    assert page.pad.evaluate("canvas => canvas.width") >= 2 * box["width"]


def test_the_pad_is_ready_only_with_a_canvas_as_dense_as_the_screen(
    windows: Windows, server: Server
) -> None:
    with windows.lend(**PHONE) as window:
        phone = window.new_page()
        phone.add_init_script(WATCH_CANVAS)
        page = InklingPage(phone, server.url)
        phone.wait_for_function("window.canvases.some(([, ready]) => ready)")
        seen = phone.evaluate("window.canvases")
        assert {width for width, ready in seen if ready} == {960}
        assert page.problems == []
