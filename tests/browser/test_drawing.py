"""A person draws on the pad."""

import re

import httpx
import pytest
from playwright.sync_api import Route, expect

from tests.browser.windows import Windows
from tools.dev_server import Server
from tools.inkling_page import InklingPage, chances
from tools.sample_strokes import FOUR, ONE, SEVEN, THREE, ZERO, Path


@pytest.mark.parametrize(("strokes", "text"), [(ZERO, "0"), (ONE, "1"), (THREE, "3"), (SEVEN, "7")])
def test_a_drawn_digit_is_read_and_kept(page: InklingPage, strokes: list[Path], text: str) -> None:
    page.draw(strokes)
    page.expect_read(text)
    page.expect_rows(text)
    shares = page.shares()
    assert max(range(10), key=shares.__getitem__) == int(text)
    assert 0.99 < sum(shares) + (1 - max(chances(page.kept()[0]["digits"][0]))) < 1.01 + sum(shares)


def test_bars_show_what_was_kept(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_rows("7")
    assert page.shares() == pytest.approx(chances(page.kept()[0]["digits"][0]), abs=1e-12)


def test_bars_tell_their_length_in_numbers(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_rows("7")
    percent = page.bars.nth(7).locator("span").inner_text()
    assert float(percent.strip(">%")) / 100 == pytest.approx(page.shares()[7], abs=0.006)
    assert page.bars.nth(7).locator("b").inner_text() == "7"


def test_strokes_of_one_drawing_are_one_row(page: InklingPage) -> None:
    page.draw(FOUR[:1])
    expect(page.rows).to_have_count(1)
    first = page.kept()[0]["id"]
    page.draw(FOUR[1:])
    page.expect_rows("4")
    assert [item["id"] for item in page.kept()] == [first]


def test_clearing_begins_the_next_row(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_rows("7")
    page.button("Clear").click()
    expect(page.bars.first).to_have_attribute("data-share", "")
    page.expect_rows("7")
    page.draw(THREE)
    page.expect_read("3")
    page.expect_rows("3", "7")


def test_clearing_at_once_loses_no_stroke(page: InklingPage) -> None:
    for strokes in (FOUR, SEVEN):
        page.draw(strokes)
        page.page.keyboard.press("c")
    page.expect_rows("7", "4")
    page.page.wait_for_timeout(500)
    page.expect_rows("7", "4")


def test_the_same_digit_drawn_again_is_another_row(page: InklingPage) -> None:
    for count in (1, 2):
        page.draw(ONE)
        expect(page.rows).to_have_count(count)
        page.button("Clear").click()
        expect(page.button("Clear")).to_be_disabled()
        page.page.wait_for_timeout(300)


def test_undo_takes_a_stroke_back(page: InklingPage) -> None:
    page.draw(FOUR)
    page.expect_rows("4")
    before = page.kept()[0]["text"]
    page.button("Undo").click()
    expect(page.rows.locator("b")).not_to_have_text(before)
    page.button("Undo").click()
    expect(page.button("Undo")).to_be_disabled()
    expect(page.page.locator(".hint")).to_be_visible()


def test_keys_undo_and_clear(page: InklingPage) -> None:
    page.draw(FOUR)
    page.expect_read("4")
    page.page.keyboard.press("u")
    expect(page.text).not_to_have_text("4")
    page.page.keyboard.press("c")
    expect(page.button("Clear")).to_be_disabled()
    page.draw(THREE)
    page.expect_read("3")
    page.page.keyboard.press("Control+z")
    expect(page.button("Undo")).to_be_disabled()


def test_scripts_that_do_not_come_at_once_are_asked_for_again(
    windows: Windows, server: Server
) -> None:
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
        page.expect_rows("7")
    assert len(refused) > 3


def test_undo_right_after_the_pen_lifts_takes_the_last_stroke(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_rows("7")
    page.draw([[[20, 280], [60, 280]]])
    page.page.keyboard.press("u")
    page.expect_read("7")
    page.page.wait_for_timeout(600)
    page.expect_rows("7")


def test_a_number_has_a_row_a_digit(page: InklingPage) -> None:
    narrow = [[[[x * 0.5 + 80 * place - 60, y * 0.5 + 70] for x, y in stroke] for stroke in digit]
              for place, digit in enumerate((SEVEN, ONE, ZERO))]  # fmt: skip
    page.draw([stroke for digit in narrow for stroke in digit])
    page.expect_read("710")
    rows = page.page.locator(".st-key-bars_area .rows > li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_have_attribute("aria-label", re.compile(r"^Digit 1 of 3: 7, >?\d"))
    page.expect_rows("710")


def test_the_pen_has_three_widths(page: InklingPage) -> None:
    page.page.get_by_role("radio", name="Broad pen").check()
    page.page.wait_for_timeout(300)
    page.draw(SEVEN)
    page.expect_rows("7")
    page.page.get_by_role("radio", name="Fine pen").check()
    page.page.wait_for_timeout(300)
    page.expect_read("7")
    page.expect_rows("7")


def test_the_network_input_is_shown(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_rows("7")
    glyph = page.page.locator(".st-key-bars_area .seen .glyph")
    expect(glyph).to_be_visible()
    pixels = glyph.evaluate("c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data]")
    assert max(pixels[::4]) > 200


def test_a_row_can_be_fetched_with_its_picture(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_rows("7")
    address = page.rows.first.locator("img").get_attribute("src")
    answer = httpx.get(f"{page.url}/{address}")
    assert answer.headers["content-type"] == "image/png"
