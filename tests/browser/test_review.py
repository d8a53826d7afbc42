"""A person goes through what was read."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.ink import FOUR, ONE, SEVEN, Path
from tests.server import Server

CORRECTIONS = 500


class ReviewPage:
    """The review, open in a browser."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        page.goto(f"{url}/review")
        expect(page.get_by_role("listbox")).to_be_visible(timeout=30_000)

    @property
    def tiles(self) -> Locator:
        """The readings that are shown."""
        return self.page.get_by_role("listbox").locator("li")

    @property
    def address(self) -> dict[str, list[str]]:
        """The query of the address."""
        return parse_qs(urlsplit(self.page.url).query)

    def select(self, place: int, **options: Any) -> None:
        """Click a tile."""
        self.tiles.nth(place).click(**options)

    def expect_selected(self, place: int) -> None:
        """Wait until this tile is selected."""
        expect(self.tiles.nth(place)).to_have_attribute("aria-selected", "true")

    def expect_saved(self) -> None:
        """Wait until nothing waits to be saved."""
        expect(self.page.locator(".bar .state")).to_have_attribute(
            "data-state", "saved", timeout=60_000
        )

    def labels(self) -> list[str | None]:
        """What the history says of all readings, newest first."""
        items = httpx.get(f"{self.url}/api/history", params={"limit": 500}).json()["items"]
        return [item["label"] for item in items]


@pytest.fixture
def review(browser: Browser, server: Server) -> Any:
    """Opens the review; what its scripts stumble over fails the test."""
    context = browser.new_context(locale="en-GB")
    problems: list[str] = []

    def open_review(*drawings: list[Path]) -> ReviewPage:
        for strokes in drawings:
            httpx.post(f"{server.url}/api/strokes", json={"strokes": strokes}).raise_for_status()
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        return ReviewPage(page, server.url)

    yield open_review
    context.close()
    assert problems == []


def test_a_key_corrects_and_moves_on(review: Any) -> None:
    page = review(SEVEN, FOUR, ONE)
    page.select(0)
    page.page.keyboard.press("2")
    page.expect_selected(1)
    page.page.keyboard.press("x")
    page.expect_selected(2)
    page.page.keyboard.press("y")
    page.expect_saved()
    assert page.labels() == ["2", "?", "7"]


def test_several_are_corrected_at_once_and_taken_back(review: Any) -> None:
    page = review(SEVEN, FOUR, ONE)
    page.select(0)
    page.select(2, modifiers=["Shift"])
    page.page.keyboard.press("5")
    page.expect_saved()
    assert page.labels() == ["5", "5", "5"]
    page.page.keyboard.press("Control+z")
    expect(page.page.locator("[data-label=none]")).to_have_count(3)
    page.expect_saved()
    assert page.labels() == [None, None, None]


def test_a_correction_keeps_who_made_it(review: Any) -> None:
    page = review(SEVEN)
    page.page.get_by_label("Your name").fill("Ada")
    page.page.get_by_label("Your name").press("Tab")
    page.select(0)
    page.page.keyboard.press("1")
    page.expect_saved()
    (item,) = httpx.get(f"{page.url}/api/history").json()["items"]
    assert (item["label"], item["labelled_by"]) == ("1", "Ada")


def test_filters_are_in_the_address_and_the_back_button_works(review: Any) -> None:
    page = review(SEVEN, FOUR, ONE)
    page.page.get_by_label("Read as").fill("4")
    expect(page.tiles).to_have_count(1)
    assert page.address["text"] == ["4"]
    page.page.reload()
    expect(page.tiles).to_have_count(1)
    page.page.go_back()
    expect(page.tiles).to_have_count(3)


def test_a_reading_opens_at_its_own_address(review: Any) -> None:
    page = review(SEVEN, SEVEN)
    page.select(0)
    page.page.keyboard.press("Enter")
    dialog = page.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Reading 7")).to_be_visible()
    expect(dialog.get_by_role("img", name="What spoke for 7")).to_be_visible()
    expect(dialog.locator(".similar a")).to_have_count(1)
    assert len(page.address["id"]) == 1
    page.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert "id" not in page.address


def test_a_deletion_can_be_undone(review: Any) -> None:
    page = review(SEVEN, FOUR)
    page.select(0)
    page.page.keyboard.press("Delete")
    expect(page.tiles).to_have_count(1)
    page.page.keyboard.press("u")
    expect(page.tiles).to_have_count(2)
    assert len(page.labels()) == 2


def test_a_cell_of_the_matrix_opens_its_readings(review: Any) -> None:
    page = review(SEVEN)
    page.select(0)
    page.page.keyboard.press("1")
    page.expect_saved()
    page.page.get_by_role("link", name="Accuracy").click()
    cell = page.page.get_by_role("link", name="1 read as 7: 1")
    expect(cell).to_have_attribute("href", re.compile("confused=1%3E7"))


def test_five_hundred_corrections_and_none_is_lost(review: Any) -> None:
    page = review(*[ONE] * CORRECTIONS)
    page.select(0)
    keys = [str(place % 10) for place in range(CORRECTIONS)]
    for place, key in enumerate(keys):
        page.page.keyboard.press(key)
        if place + 1 < CORRECTIONS:
            page.expect_selected(place + 1)
    page.expect_saved()
    assert page.labels() == keys
