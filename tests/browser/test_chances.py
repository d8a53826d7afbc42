"""What the page says of chances: they add up, and its words hold for whatever was drawn."""

import re
from functools import partial

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenPage, OpenReview, save_drawings
from tests.browser.pages import PHONE
from tools.dev_server import Server
from tools.inkling_page import wait_until
from tools.sample_strokes import ONE, SEVEN, Stroke


def moved(strokes: list[Stroke], right: float, scale: float = 1) -> list[Stroke]:
    """Return strokes scaled and moved."""
    return [[[x * scale + right, y * scale] for x, y in stroke] for stroke in strokes]


SCRIBBLE: list[Stroke] = [[[float(40 + 7 * i), float(60 + (i * 53) % 180)] for i in range(25)]]
STAR: list[Stroke] = [
    [[60, 60], [200, 240]],
    [[200, 60], [60, 240]],
    [[130, 40], [130, 260]],
    [[30, 150], [230, 150]],
]
# A star between two ones.
MIXED = [*moved(ONE, -130), *moved(STAR, 90, 0.5), *moved(ONE, 130)]
DRAWINGS = {"digit": SEVEN, "rejected": SCRIBBLE}
PERCENT = re.compile(r"\d%")


@pytest.mark.parametrize("kind", DRAWINGS)
def test_the_bars_of_the_ten_digits_and_of_none_add_up(open_page: OpenPage, kind: str) -> None:
    page = open_page(**PHONE)
    page.draw(DRAWINGS[kind])
    expect(page.rows).to_have_count(1)
    page.expect_prediction("7" if kind == "digit" else "?")
    expect(page.bars).to_have_count(11)
    expect(page.bars.last).to_contain_text("Not a digit")
    expect(page.bars.last).to_have_class("" if kind == "digit" else "first")
    lengths = page.bar_lengths()
    assert sum(lengths) == pytest.approx(1, abs=1e-9)
    assert max(range(11), key=lengths.__getitem__) == (7 if kind == "digit" else 10)


@pytest.mark.parametrize(
    ("locale", "sentence", "note", "each"),
    [
        ("en-GB", "Not a digit", r"^>?\d+(\.\d)?% confidence$", "for each digit"),
        ("zh-CN", "不是数字", r"^置信度 >?\d+(\.\d)?%$", "每个数字"),
    ],
)
def test_no_word_claims_to_see_a_digit_in_what_is_none(
    open_page: OpenPage, locale: str, sentence: str, note: str, each: str
) -> None:
    page = open_page(locale=locale, **PHONE)
    answer = page.page.locator(".st-key-prediction_area .summary-text")
    page.draw(SCRIBBLE)
    expect(answer.locator(".sure")).to_have_text(sentence)
    expect(answer.locator(".note")).to_have_text(re.compile(note))
    wait_until(page.page, lambda: page.bar_lengths()[10] > 0.9)
    expect(page.rows.first.locator(".sure")).to_be_empty()
    page.page.keyboard.press("c")
    page.draw(MIXED)
    page.expect_prediction("1?1")
    expect(answer.locator(".sure")).to_contain_text(each)
    expect(answer.locator(".note")).to_contain_text("?")
    page.expect_history("1?1", "?")
    digits = page.saved()[0]["digits"]
    sure = min(digits[0]["confidence"], digits[2]["confidence"])
    assert digits[1]["confidence"] < 0.06, "the test needs a sure rejection"
    for place in (answer.locator(".sure"), page.rows.first.locator(".sure")):
        wait_until(page.page, partial(shows_percentage, place, sure))


def shows_percentage(place: Locator, value: float) -> bool:
    """Return whether a text has this percentage, rounded."""
    shown = re.search(r"([\d.]+)%", place.inner_text())
    return shown is not None and abs(float(shown[1]) / 100 - value) < 0.006


def test_the_columns_of_a_number_include_none(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    page.draw(MIXED)
    page.expect_prediction("1?1")
    rows = page.page.locator(".st-key-prediction_area .rows > li")
    expect(rows).to_have_count(3)
    for row in rows.all():
        expect(row.locator(".columns > div")).to_have_count(11)
    expect(rows.nth(1).locator(".columns .first")).to_have_text("?")
    expect(rows.nth(1).locator(".columns .first")).to_be_visible()


@pytest.mark.parametrize(("locale", "none"), [("en-GB", "not a digit"), ("zh-CN", "不是数字")])
def test_the_review_does_not_call_a_rejection_sure(
    open_review: OpenReview, server: Server, locale: str, none: str
) -> None:
    save_drawings(server, SCRIBBLE)
    page = open_review(MIXED, locale=locale)
    expect(page.tiles.first.locator("b")).to_have_text("1?1")
    expect(page.tiles.first.locator(".sure")).to_have_text(PERCENT)
    expect(page.tiles.last.locator(".sure")).to_be_empty()
    page.select(0)
    page.page.keyboard.press("Enter")
    confidence = page.dialog.locator("dd").nth(3)
    expect(confidence).to_have_text(re.compile(rf"^>?[1-9]\d(\.\d)?%, “\?”.*{none[-4:]}$"))
    expect(page.dialog.locator(".bars li")).to_have_count(11)
    page.page.keyboard.press("ArrowRight")
    expect(confidence).to_have_text(none)
    expect(page.dialog.locator(".bars .first")).to_contain_text(none)
