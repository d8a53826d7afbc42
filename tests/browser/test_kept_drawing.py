"""The pad keeps its drawing: clear, replace, reload, other pages, and undo after each."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser.conftest import OpenPage
from tools.inkling_page import InklingPage, wait_until
from tools.sample_strokes import FOUR, ONE, SEVEN, encoded, picture

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}
LAPTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


def test_drawing_undo_and_clear_send_nothing_to_streamlit(open_page: OpenPage) -> None:
    messages: list[BackMsg] = []

    def watch(socket: WebSocket) -> None:
        if socket.url.endswith("/_stcore/stream"):
            socket.on("framesent", lambda data: messages.append(BackMsg.FromString(data)))

    page = open_page(watch=watch)
    messages.clear()
    for _ in range(2):
        page.draw(FOUR)
        page.button("Undo").click()
        page.draw(FOUR[-1:])
        clear(page)
    wait_until(page.page, lambda: drawn_pixels(page) == 0)
    page.expect_history("4", "4")
    assert [message for message in messages if message.HasField("rerun_script")] == []


def choose_sample(page: InklingPage) -> None:
    page.page.keyboard.press("n")
    page.expect_prediction("0")


def choose_file(page: InklingPage) -> None:
    file = {"name": "one.png", "mimeType": "image/png", "buffer": encoded(picture(ONE))}
    page.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.expect_prediction("1")


def clear(page: InklingPage) -> None:
    page.button("Clear").click()
    expect(page.text).to_have_text("–")


def drawn_pixels(page: InklingPage) -> int:
    """Return how many pixels of the pad are drawn on."""
    canvas = page.page.locator(".st-key-paper .stroke-layer")
    count: int = canvas.evaluate(
        """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
            .data.filter((value, index) => index % 4 === 3 && value > 0).length"""
    )
    return count


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_what_was_cleared_or_replaced_comes_back_by_undo(
    open_page: OpenPage, size: dict[str, Any]
) -> None:
    page = open_page(**size)
    page.draw(FOUR)
    page.expect_history("4")
    for replace in (clear, choose_sample, choose_file):
        check_undo(page, replace)


def check_undo(page: InklingPage, replace: Callable[[InklingPage], None]) -> None:
    """Replace the drawing of a four, which is the oldest in the history, and undo that."""
    pixels = drawn_pixels(page)
    drawing = page.saved()[-1]
    replace(page)
    wait_until(page.page, lambda: drawn_pixels(page) == 0)
    page.button("Undo").click()
    page.expect_prediction("4")
    wait_until(page.page, lambda: abs(drawn_pixels(page) - pixels) < pixels / 50)
    page.draw([[[20, 280], [60, 280]]])  # the same drawing goes on
    page.button("Undo").click()
    page.expect_prediction("4")
    wait_until(page.page, lambda: page.saved()[-1]["text"] == "4")
    assert page.saved()[-1]["id"] == drawing["id"]


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_the_drawing_stays_over_a_reload_and_another_page(
    open_page: OpenPage, size: dict[str, Any]
) -> None:
    page = open_page(**size)
    page.draw(FOUR[:1])
    expect(page.rows).to_have_count(1)
    pixels = drawn_pixels(page)
    page.page.reload()
    page.wait_until_ready()
    wait_until(page.page, lambda: abs(drawn_pixels(page) - pixels) < pixels / 50)
    page.page.get_by_role("link", name="Review", exact=True).click()
    expect(page.pad).to_have_count(0)
    page.page.get_by_role("link", name="Draw", exact=True).click()
    page.wait_until_ready()
    page.draw(FOUR[1:])
    page.expect_prediction("4")
    page.expect_history("4")  # one drawing, one record
    page.button("Undo").click()
    page.button("Undo").click()
    expect(page.button("Clear")).to_be_disabled()


def test_the_drawing_stays_when_streamlit_removes_the_canvas_before_the_pad_is_left(
    page: InklingPage,
) -> None:
    page.draw(FOUR[:1])
    page.page.evaluate("document.querySelector('.st-key-paper').remove()")
    page.page.wait_for_timeout(200)  # in which the pad looks for its canvas
    page.page.reload()
    page.wait_until_ready()
    page.draw(FOUR[1:])
    page.expect_prediction("4")


def test_an_image_that_was_shown_does_not_come_back_over_a_newer_drawing(
    page: InklingPage,
) -> None:
    choose_sample(page)
    page.draw(SEVEN)
    page.expect_prediction("7")
    page.page.get_by_role("link", name="Review", exact=True).click()
    expect(page.pad).to_have_count(0)
    page.page.get_by_role("link", name="Draw", exact=True).click()
    page.wait_until_ready()
    page.expect_prediction("7")


def test_a_copy_of_a_tab_begins_a_drawing_of_its_own(page: InklingPage) -> None:
    page.draw(FOUR[:1])
    expect(page.rows).to_have_count(1)
    assert page.page.evaluate("sessionStorage.getItem('inkling.drawing')") is None


def test_deleted_drawings_do_not_come_back(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_history("7")
    clear(page)
    page.button("Delete my drawings").click()
    page.button("Delete permanently").click()
    expect(page.rows).to_have_count(0)
    expect(page.button("Undo")).to_be_disabled()
    assert page.saved() == []
