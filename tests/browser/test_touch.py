"""Fingers, pens and palms on a phone."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import OpenPage
from tests.browser.windows import Windows
from tools.dev_server import Server
from tools.inkling_page import InklingPage
from tools.sample_strokes import SEVEN, Path

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "has_touch": True,
    "is_mobile": True,
}
PALM = 45  # CSS pixels


class Hand:
    """Fingers on the glass of a page."""

    def __init__(self, page: InklingPage) -> None:
        self.page = page
        self.session: CDPSession = page.page.context.new_cdp_session(page.page)
        self.down: dict[int, dict[str, Any]] = {}

    def _tell(self, kind: str, points: list[dict[str, Any]]) -> None:
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def touch(self, finger: int, x: float, y: float, radius: float = 5) -> None:
        """Put a finger down at a place of the pad, or move it there."""
        kind = "touchMove" if finger in self.down else "touchStart"
        left, top = self.page.place(x, y)
        self.down[finger] = {
            "id": finger,
            "x": left,
            "y": top,
            "radiusX": radius,
            "radiusY": radius,
        }
        self._tell(kind, list(self.down.values()))

    def lift(self, finger: int) -> None:
        """Take a finger off."""
        self._tell("touchEnd", [self.down.pop(finger)])

    def draw(
        self, stroke: Path, finger: int = 1, meanwhile: Callable[[], None] | None = None
    ) -> None:
        """Draw a stroke, doing something else in its middle."""
        for (x, y), (to_x, to_y) in pairwise(stroke):
            for step in range(8):
                self.touch(finger, x + (to_x - x) * step / 7, y + (to_y - y) * step / 7)
            if meanwhile:
                meanwhile()
                meanwhile = None
        self.lift(finger)


# At every frame the width of the canvas, and whether the pad is ready.
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
    """The page on a phone."""
    return open_page(**PHONE)


def test_a_finger_draws(page: InklingPage) -> None:
    Hand(page).draw(SEVEN[0])
    page.expect_read("7")
    page.expect_rows("7")


def test_a_second_finger_is_ignored(page: InklingPage) -> None:
    hand = Hand(page)

    def second() -> None:
        for y in range(50, 250, 20):
            hand.touch(2, 40, y)

    hand.draw(SEVEN[0], meanwhile=second)
    page.expect_read("7")
    hand.lift(2)
    page.expect_rows("7")


def test_a_palm_does_not_draw(page: InklingPage) -> None:
    hand = Hand(page)
    hand.touch(1, 150, 220, radius=PALM)
    hand.touch(1, 160, 240, radius=PALM)
    hand.lift(1)
    expect(page.page.locator(".hint")).to_be_visible()


def test_a_palm_may_rest_while_a_finger_draws(page: InklingPage) -> None:
    hand = Hand(page)
    hand.touch(1, 150, 290, radius=PALM)
    hand.draw(SEVEN[0], finger=2)
    page.expect_read("7")
    page.expect_rows("7")
    hand.lift(1)
    page.expect_rows("7")


def test_the_page_scrolls_outside_the_pad_only(page: InklingPage) -> None:
    scroller = page.page.locator("[data-testid=stMain]")
    for place, scrolls in ((150, False), (420, True)):
        hand = Hand(page)
        for y in range(place, place - 150, -15):
            hand.touch(1, 150, y)
        hand.lift(1)
        page.page.wait_for_timeout(300)
        assert (scroller.evaluate("main => main.scrollTop") > 0) is scrolls


def test_the_pad_is_crisp_on_a_dense_screen(page: InklingPage) -> None:
    box = page.pad.bounding_box()
    assert box
    assert page.pad.evaluate("canvas => canvas.width") >= 2 * box["width"]


def test_ink_waits_for_a_canvas_as_dense_as_the_screen(windows: Windows, server: Server) -> None:
    with windows.lend(**PHONE) as window:
        phone = window.new_page()
        phone.add_init_script(WATCH_CANVAS)
        page = InklingPage(phone, server.url)
        phone.wait_for_function("window.canvases.some(([, ready]) => ready)")  # looks once a frame
        seen = phone.evaluate("window.canvases")
        assert {width for width, ready in seen if ready} == {960}
        assert page.problems == []
