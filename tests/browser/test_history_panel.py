"""The history panel: paging, filter, times and refreshing."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, save_drawings
from tests.browser.held_timers import SHOW_AGES, HeldTimers
from tools.dev_server import Server
from tools.inkling_page import InklingPage
from tools.sample_strokes import ONE, SEVEN, THREE


def test_an_empty_page_explains_itself(page: InklingPage) -> None:
    history = page.page.locator(".st-key-history_area")
    expect(history.get_by_text("No predictions yet")).to_be_visible()
    expect(history.get_by_role("radio")).to_have_count(0)
    expect(page.page.get_by_text("Draw a digit here")).to_be_visible()
    expect(page.page.get_by_text("Nothing to recognize yet")).to_be_visible()


def test_newest_predictions_come_first(server: Server, open_page: OpenPage) -> None:
    save_drawings(server, ONE, THREE, SEVEN)
    open_page().expect_history("7", "3", "1")


def test_show_more_loads_the_next_page(server: Server, open_page: OpenPage) -> None:
    save_drawings(server, *[ONE] * 13, *[SEVEN] * 13)
    page = open_page()
    expect(page.rows).to_have_count(12)
    page.button("Show more").click()
    expect(page.rows).to_have_count(24)
    page.button("Show more").click()
    page.expect_history(*["7"] * 13, *["1"] * 13)
    expect(page.button("Show more")).to_be_hidden()


def test_a_new_prediction_keeps_the_loaded_pages(server: Server, open_page: OpenPage) -> None:
    save_drawings(server, *[ONE] * 14)
    page = open_page()
    expect(page.rows).to_have_count(12)
    page.button("Show more").click()
    expect(page.rows).to_have_count(14)
    page.draw(SEVEN)
    page.expect_history("7", *["1"] * 14)


def test_the_filter_shows_predictions_with_a_digit(server: Server, open_page: OpenPage) -> None:
    save_drawings(server, ONE, SEVEN, ONE, THREE)
    page = open_page()
    expect(page.rows).to_have_count(4)
    page.page.get_by_role("radio", name="1", exact=True).check()
    page.expect_history("1", "1")
    page.page.get_by_role("radio", name="5", exact=True).check()
    expect(page.page.get_by_text("No prediction contains a 5")).to_be_visible()
    page.page.get_by_role("radio", name="All", exact=True).check()
    page.expect_history("3", "1", "7", "1")


def test_a_row_shows_relative_time_exact_time_and_source(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_history("7")
    time = page.rows.first.locator("time")
    expect(time).to_have_text("just now")
    expect(time).to_have_attribute("title", re.compile(r"^\d+ \w+ 20\d\d, \d\d:\d\d:\d\d$"))
    expect(page.rows.first).to_contain_text("drawn")


LET_TIME_PASS = """minutes => {
  const { now } = Date;
  Date.now = () => now() + minutes * 60_000;
}"""


def test_relative_times_advance(server: Server, open_page: OpenPage) -> None:
    save_drawings(server, SEVEN)
    page = open_page()
    timers = HeldTimers(page.page, SHOW_AGES, reload=True)
    page.wait_until_ready()
    time = page.rows.first.locator("time")
    expect(time).to_have_text("just now")
    for minutes, text in ((5, "5 min ago"), (120, "2 h ago"), (48 * 60, "2 d ago")):
        page.page.evaluate(LET_TIME_PASS, minutes)
        timers.fire()
        expect(time).to_have_text(text)


def test_predictions_made_elsewhere_appear_with_the_next_refresh(
    server: Server, open_page: OpenPage
) -> None:
    page = open_page()
    save_drawings(server, THREE)
    page.draw(SEVEN)
    page.expect_history("7", "3")


def test_health_is_checked_again_when_the_tab_becomes_visible(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_history("7")
    with page.page.expect_request("**/api/health/ready"):
        page.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
