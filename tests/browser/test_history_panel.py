"""A person looks for earlier readings."""

import re

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tools.dev_server import Server
from tools.inkling_page import InklingPage
from tools.sample_strokes import ONE, SEVEN, THREE


def keep(server: Server, *drawings: list[list[list[float]]]) -> None:
    for strokes in drawings:
        httpx.post(f"{server.url}/api/strokes", json={"strokes": strokes}).raise_for_status()


def test_a_first_visit_explains_itself(page: InklingPage) -> None:
    area = page.page.locator(".st-key-history_area")
    expect(area.get_by_text("No readings yet")).to_be_visible()
    expect(area.get_by_role("radio")).to_have_count(0)
    expect(page.page.get_by_text("Draw a digit here")).to_be_visible()
    expect(page.page.get_by_text("Nothing to read yet")).to_be_visible()


def test_newest_first(server: Server, open_page: OpenPage) -> None:
    keep(server, ONE, THREE, SEVEN)
    open_page().expect_rows("7", "3", "1")


def test_more_are_shown_on_demand(server: Server, open_page: OpenPage) -> None:
    keep(server, *[ONE] * 13, *[SEVEN] * 13)
    page = open_page()
    expect(page.rows).to_have_count(12)
    page.button("Show more").click()
    expect(page.rows).to_have_count(24)
    page.button("Show more").click()
    page.expect_rows(*["7"] * 13, *["1"] * 13)
    expect(page.button("Show more")).to_be_hidden()


def test_a_new_reading_joins_those_shown(server: Server, open_page: OpenPage) -> None:
    keep(server, *[ONE] * 14)
    page = open_page()
    expect(page.rows).to_have_count(12)
    page.button("Show more").click()
    expect(page.rows).to_have_count(14)
    page.draw(SEVEN)
    page.expect_rows("7", *["1"] * 14)


def test_filter_by_digit(server: Server, open_page: OpenPage) -> None:
    keep(server, ONE, SEVEN, ONE, THREE)
    page = open_page()
    expect(page.rows).to_have_count(4)
    page.page.get_by_role("radio", name="1", exact=True).check()
    page.expect_rows("1", "1")
    page.page.get_by_role("radio", name="5", exact=True).check()
    expect(page.page.get_by_text("No reading with a 5")).to_be_visible()
    page.page.get_by_role("radio", name="All", exact=True).check()
    page.expect_rows("3", "1", "7", "1")


def test_times_are_told_as_people_do(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_rows("7")
    time = page.rows.first.locator("time")
    expect(time).to_have_text("just now")
    expect(time).to_have_attribute("title", re.compile(r"^\d+ \w+ 20\d\d, \d\d:\d\d:\d\d$"))
    expect(page.rows.first).to_contain_text("drawn")


def test_old_readings_tell_their_age(server: Server, open_page: OpenPage) -> None:
    keep(server, SEVEN)
    page = open_page()
    page.page.clock.install()
    page.page.reload()
    page.wait_until_ready()
    time = page.rows.first.locator("time")
    for passed, words in (("05:00", "5 min ago"), ("02:00:00", "2 h ago"), ("48:00:00", "2 d ago")):
        page.page.clock.fast_forward(passed)
        expect(time).to_have_text(words)


def test_readings_made_elsewhere_come_when_the_page_is_looked_at(
    server: Server, open_page: OpenPage
) -> None:
    page = open_page()
    keep(server, THREE)
    page.draw(SEVEN)
    page.expect_rows("7", "3")


def test_the_history_is_looked_after_again_once_the_page_is_seen(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_rows("7")
    page.page.wait_for_load_state("networkidle")
    with page.page.expect_request("**/api/health/ready", timeout=5_000):
        page.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
