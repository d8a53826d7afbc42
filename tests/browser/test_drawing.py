"""Drawing on the pad: predictions, history records, undo, clear and the tools."""

import re
from functools import partial

import pytest
from playwright.sync_api import Route, expect

from tests.browser.http_requests import http_get
from tests.browser.windows import Windows
from tools.dev_server import Server
from tools.inkling_page import InklingPage, expected_bar_lengths, wait_until
from tools.sample_strokes import FOUR, ONE, SEVEN, THREE, ZERO, Stroke


def test_a_drawn_digit_is_predicted_and_saved(page: InklingPage) -> None:
    digits: dict[str, list[Stroke]] = {"0": ZERO, "1": ONE, "3": THREE, "7": SEVEN}
    for count, (text, strokes) in enumerate(digits.items(), start=1):
        page.draw(strokes)
        page.expect_prediction(text)
        page.expect_history(*list(digits)[:count][::-1])
        saved = expected_bar_lengths(page.saved()[0]["digits"][0])
        page.expect_bar_lengths(saved)
        assert max(range(11), key=saved.__getitem__) == int(text)
        page.button("Clear").click()


def test_the_pad_is_as_wide_as_its_column(page: InklingPage) -> None:
    for window, expected in ((390, 358), (820, 480), (1280, 480), (1920, 720)):
        page.page.set_viewport_size({"width": window, "height": 900})
        wait_until(page.page, partial(pad_has_size, page, expected, expected * 0.75))


def pad_has_size(page: InklingPage, width: float, height: float) -> bool:
    """Return whether the pad has about this size in CSS pixels."""
    return pad_size(page) == pytest.approx((width, height), abs=2)


def pad_size(page: InklingPage) -> tuple[float, float]:
    """Return the width and height of the pad in CSS pixels."""
    box = page.pad.bounding_box()
    assert box
    return box["width"], box["height"]


def test_bars_have_their_digit_and_percentage_as_text(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_history("7")
    page.expect_bar_lengths(expected_bar_lengths(page.saved()[0]["digits"][0]))
    percent = page.bars.nth(7).locator("span").inner_text()
    assert float(percent.strip(">%")) / 100 == pytest.approx(page.bar_lengths()[7], abs=0.006)
    expect(page.bars.nth(7).locator("b")).to_have_text("7")


def test_strokes_of_one_drawing_are_one_record(page: InklingPage) -> None:
    page.draw(FOUR[:1])
    expect(page.rows).to_have_count(1)
    first = page.saved()[0]["id"]
    page.draw(FOUR[1:])
    page.expect_history("4")
    assert [item["id"] for item in page.saved()] == [first]


def test_clear_starts_a_new_record(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_history("7")
    page.button("Clear").click()
    expect(page.bars.first).to_have_attribute("data-share", "")
    page.expect_history("7")
    page.draw(THREE)
    page.expect_prediction("3")
    page.expect_history("3", "7")


def test_clear_right_after_a_stroke_loses_no_stroke(page: InklingPage) -> None:
    for strokes in (FOUR, SEVEN):
        page.draw(strokes)
        page.page.keyboard.press("c")
    page.expect_history("7", "4")
    page.draw(THREE)
    page.expect_history("3", "7", "4")  # nothing was saved twice


def test_the_same_digit_drawn_again_is_another_record(page: InklingPage) -> None:
    page.draw(ONE)
    expect(page.rows).to_have_count(1)
    page.button("Clear").click()
    page.draw(ONE)
    expect(page.rows).to_have_count(2)


def test_undo_removes_the_last_stroke(page: InklingPage) -> None:
    page.draw(FOUR)
    page.expect_history("4")
    before = page.saved()[0]["text"]
    page.button("Undo").click()
    expect(page.rows.locator("b")).not_to_have_text(before)
    page.button("Undo").click()
    expect(page.button("Undo")).to_be_disabled()
    expect(page.page.locator("div.hint")).to_be_visible()


def test_keys_undo_and_clear(page: InklingPage) -> None:
    page.draw(FOUR)
    page.expect_prediction("4")
    page.page.keyboard.press("u")
    expect(page.text).not_to_have_text("4")
    page.page.keyboard.press("c")
    expect(page.button("Clear")).to_be_disabled()
    page.draw(THREE)
    page.expect_prediction("3")
    page.page.keyboard.press("Control+z")
    expect(page.button("Clear")).to_be_disabled()
    page.page.keyboard.press("Control+y")
    page.expect_prediction("3")


def test_scripts_that_fail_to_load_are_requested_again(windows: Windows, server: Server) -> None:
    refused: list[str] = []

    def refuse_first(route: Route) -> None:
        if re.search(r"/assets/\w+-0/", route.request.url):
            refused.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    with windows.lend(locale="en-GB") as window:
        browser_page = window.new_page()
        browser_page.route("**/assets/**/*.js", refuse_first)
        page = InklingPage(browser_page, server.url)
        page.draw(SEVEN)
        page.expect_history("7")
    assert len(refused) > 3


def test_undo_right_after_a_stroke_removes_that_stroke(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_history("7")
    page.draw([[[20, 280], [60, 280]]])
    page.page.keyboard.press("u")
    page.expect_prediction("7")
    page.button("Clear").click()
    page.draw(THREE)
    page.expect_history("3", "7")  # the undone stroke was not saved


def test_a_number_shows_a_row_for_each_digit(page: InklingPage) -> None:
    number = [
        [[x * 0.5 + 80 * index - 60, y * 0.5 + 70] for x, y in stroke]
        for index, digit in enumerate((SEVEN, ONE, ZERO))
        for stroke in digit
    ]
    page.draw(number)
    page.expect_prediction("710")
    rows = page.page.locator(".st-key-prediction_area .rows > li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_have_attribute("aria-label", re.compile(r"^Digit 1 of 3: 7, >?\d"))
    page.expect_history("710")


def test_changing_the_pen_width_keeps_the_drawing(page: InklingPage) -> None:
    with page.expect_rerun():
        page.page.get_by_role("radio", name="Broad pen").check()
    page.draw(SEVEN)
    page.expect_history("7")
    with page.expect_rerun():
        page.page.get_by_role("radio", name="Fine pen").check()
    page.expect_prediction("7")
    page.expect_history("7")


def test_the_model_input_is_shown(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_history("7")
    glyph = page.page.locator(".st-key-prediction_area .seen .glyph")
    expect(glyph).to_be_visible()
    is_drawn = "c => c.getContext('2d').getImageData(0, 0, 28, 28).data"
    is_drawn += ".some((value, index) => index % 4 === 0 && value > 200)"
    wait_until(page.page, lambda: bool(glyph.evaluate(is_drawn)))


def test_the_image_of_a_row_is_a_png(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_history("7")
    path = page.rows.first.locator("img").get_attribute("src")
    response = http_get(f"{page.url}/{path}")
    assert response.headers["content-type"] == "image/png"
