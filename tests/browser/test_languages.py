"""English and Chinese, light and dark, desktop and phone."""

import pytest
from playwright.sync_api import expect

from core.version import VERSION
from tests.browser.conftest import OpenPage
from tools.inkling_page import InklingPage, wait_until
from tools.sample_strokes import SEVEN

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}


@pytest.mark.parametrize(
    ("locale", "text"), [("en-US", "Draw a digit here"), ("zh-CN", "在这里写一个数字")]
)
def test_the_browser_chooses_the_language(open_page: OpenPage, locale: str, text: str) -> None:
    expect(open_page(locale=locale).page.get_by_text(text)).to_be_visible()


def test_a_chosen_language_survives_a_reload(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_history("7")
    page.page.get_by_role("radio", name="中文").click()
    expect(page.button("清空")).to_be_visible()
    expect(page.page.locator("html")).to_have_attribute("lang", "zh")
    expect(page.rows.first).to_contain_text("手写")
    page.expect_prediction("7")
    page.expect_history("7")
    page.page.reload()
    page.wait_until_ready()
    expect(page.button("清空")).to_be_visible()


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_a_phone_needs_no_sideways_scrolling(open_page: OpenPage, locale: str) -> None:
    page = open_page(locale=locale, **PHONE)
    page.draw(SEVEN)
    page.expect_history("7")
    assert page.page.evaluate("document.documentElement.scrollWidth") == 390
    pad = page.pad.bounding_box()
    assert pad
    assert pad["x"] >= 0
    assert pad["x"] + pad["width"] <= 390
    prediction = page.text.bounding_box()
    assert prediction
    assert prediction["y"] < 844, "the prediction must be visible without scrolling"


def test_dark_mode_follows_the_system(open_page: OpenPage) -> None:
    light = open_page(media={"color_scheme": "light"})
    wait_until(light.page, lambda: card_brightness(light) > 600)
    dark = open_page(media={"color_scheme": "dark"})
    wait_until(dark.page, lambda: card_brightness(dark) < 200)


def card_brightness(page: InklingPage) -> int:
    """Return the sum of red, green and blue of the card with the prediction, 0 to 765."""
    card = page.page.locator(".st-key-prediction_area .card")
    color: str = card.evaluate("card => getComputedStyle(card).backgroundColor")
    return sum(map(int, color.strip("rgb()").split(",")))


def test_strokes_are_visible_in_dark_mode(open_page: OpenPage) -> None:
    page = open_page(media={"color_scheme": "dark"})
    expect(page.page.locator(".dc-root")).to_have_attribute("data-dark", "")


def test_the_footer_shows_the_version(page: InklingPage) -> None:
    expect(page.page.get_by_text(f"Inkling {VERSION}", exact=True)).to_be_visible()
