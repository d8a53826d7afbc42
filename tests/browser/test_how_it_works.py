"""The section "How does it work?": the steps of the drawing on the page."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenPage
from tests.browser.pages import BlockedRequests
from tools.inkling_page import InklingPage
from tools.sample_strokes import FOUR, SEVEN

SIZES = [(390, 844), (1280, 900)]


def section(page: InklingPage) -> Locator:
    """Return the section, opened."""
    details = page.page.locator("details", has=page.page.locator(".steps"))
    details.locator("summary").click()
    return details


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_it_shows_the_steps_of_this_drawing(open_page: OpenPage, width: int, height: int) -> None:
    page = open_page(viewport={"width": width, "height": height})
    details = section(page)
    expect(details.get_by_text("Draw a digit or choose a sample")).to_be_visible()
    page.draw(SEVEN)
    steps = details.locator(".steps > li")
    expect(steps).to_have_count(8)
    expect(details.locator(".segments button")).to_have_count(1)
    counts = [32, 32, 96, 96, 16]
    for grid, count in zip(details.locator(".maps").all(), counts, strict=True):
        expect(grid.locator("canvas")).to_have_count(count)
    expect(steps.nth(6)).to_contain_text("These 16 add most to 7.")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.page.evaluate(overflow) == 0


def test_looking_at_a_map_says_what_it_responds_to(page: InklingPage) -> None:
    details = section(page)
    page.draw(SEVEN)
    page.expect_history("7")
    expect(details.locator(".steps")).not_to_have_attribute("data-loading", "")
    important = details.locator(".maps").nth(4)
    important.locator("canvas").first.hover()
    look = details.locator(".steps > li").nth(6).locator("figcaption")
    expect(look).to_have_text(re.compile(r"Map \d+ of 64\. It adds \+\d\.\d\d to 7\."))
    first = look.inner_text()
    important.focus()
    page.page.keyboard.press("ArrowRight")
    expect(look).not_to_have_text(first)
    page.page.keyboard.press("ArrowLeft")
    expect(look).to_have_text(first)


def test_each_digit_of_a_number_and_each_new_drawing_is_explained(page: InklingPage) -> None:
    details = section(page)
    left, right = (
        [[[0.45 * x + shift, 0.6 * y + 40] for x, y in stroke] for stroke in digit]
        for digit, shift in ((SEVEN, 0), (FOUR, 150))
    )
    page.draw(left)
    heat = details.locator(".steps > li").nth(7)
    expect(heat).to_contain_text("what glows speaks for 7.")
    page.draw(right)
    expect(details.locator(".segments button")).to_have_count(2)
    details.get_by_role("button", name="Digit 2 of 2").click()
    expect(heat).to_contain_text("what glows speaks for 4.")
    page.button("Sample 4: a handwritten 3").click()
    expect(heat).to_contain_text("what glows speaks for 3.")


def test_a_server_that_does_not_answer_is_said(page: InklingPage) -> None:
    details = section(page)
    maps = BlockedRequests(page.page, "**/api/feature-maps")
    page.draw(SEVEN)
    expect(details.get_by_text("The server does not answer.")).to_be_visible()
    maps.unblock()
    page.draw([[[10, 10], [12, 12]]])
    expect(details.locator(".maps").first.locator("canvas")).to_have_count(32)


def test_the_tour_is_one_click_away(page: InklingPage) -> None:
    section(page).get_by_role("link", name="Six-step tour").click()
    expect(page.page.locator(".stage")).to_have_attribute("data-scene", "tour1")


def test_nothing_is_computed_until_somebody_looks(page: InklingPage) -> None:
    requested: list[str] = []
    page.page.on("request", lambda request: requested.append(request.url))
    page.draw(SEVEN)
    page.expect_history("7")
    assert not [url for url in requested if url.endswith("/feature-maps")]
