"""Fingers, pens and palms on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.hands import Hand, Pen
from tests.browser.pages import PHONE
from tests.browser.windows import Windows
from tools.dev_server import Server
from tools.inkling_page import InklingPage, wait_for_frames
from tools.sample_strokes import SEVEN

PALM_RADIUS = 45  # CSS pixels


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


# The strokes of the newest drawing that was announced.
WATCH_STROKES = """document.addEventListener("inkling:ink", ({ detail }) => {
  window.padStrokes = detail.strokes;
});"""
PAD_STROKES = "window.padStrokes"


@pytest.fixture
def page(open_page: OpenPage) -> InklingPage:
    """The drawing page on a phone."""
    page = open_page(**PHONE)
    page.page.evaluate(WATCH_STROKES)
    return page


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
    expect(page.page.locator("div.hint")).to_be_visible()


def test_a_palm_may_rest_on_the_pad_while_a_finger_draws(page: InklingPage) -> None:
    hand = Hand(page)
    hand.touch(1, 150, 290, radius=PALM_RADIUS)
    hand.draw(SEVEN[0], finger=2)
    page.expect_prediction("7")
    page.expect_history("7")
    hand.lift(1)
    page.expect_history("7")


@pytest.mark.parametrize("lifted", [False, True])
def test_a_palm_that_rests_before_the_pen_comes_neither_draws_nor_blocks_it(
    page: InklingPage, lifted: bool
) -> None:
    hand = Hand(page)
    for x in range(200, 220, 4):
        hand.touch(1, x, 250, radius=20)  # as small as a finger, until the pen comes
    if lifted:  # by the system, which sees the pen
        hand.cancel()
    Pen(page).draw(SEVEN[0])
    page.expect_prediction("7")
    page.expect_history("7")
    assert len(page.page.evaluate(PAD_STROKES)) == 1


def test_a_touch_that_grows_to_a_palm_does_not_draw(page: InklingPage) -> None:
    hand = Hand(page)
    hand.touch(1, 150, 220)
    hand.touch(1, 160, 230)
    expect(page.page.locator("div.hint")).to_be_hidden()
    hand.touch(1, 165, 235, radius=PALM_RADIUS)
    expect(page.page.locator("div.hint")).to_be_visible()
    hand.lift(1)
    expect(page.button("Undo")).to_be_disabled()


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
