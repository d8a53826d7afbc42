"""A person goes through what was read; all of it stands in Cassandra."""

import csv
import io
import re
import zipfile
from pathlib import Path as FilePath
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import numpy as np
import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from tests.browser.conftest import OpenPage, emptied
from tests.browser.windows import Windows
from tools.dev_server import Server
from tools.sample_strokes import FOUR, ONE, SEVEN, Path

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

    def saved_as(self, link: str, folder: FilePath) -> bytes:
        """What a link of the export brings."""
        if not self.page.get_by_role("link", name=link).is_visible():
            self.page.get_by_text("Take out what is shown").click()
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=link).click()
        file = folder / download.value.suggested_filename
        download.value.save_as(file)
        return file.read_bytes()

    def choose(self, label: str, option: str) -> None:
        """Choose in the form."""
        self.page.get_by_role("combobox", name=label, exact=True).select_option(label=option)

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
def server(on_cassandra: Server) -> Server:
    """That server with an empty history."""
    return emptied(on_cassandra)


@pytest.fixture
def review(windows: Windows, server: Server) -> Any:
    """Opens the review; what its scripts stumble over fails the test."""
    problems: list[str] = []

    def open_review(*drawings: list[Path]) -> ReviewPage:
        with httpx.Client(base_url=server.url) as http:
            for strokes in drawings:
                http.post("/api/strokes", json={"strokes": strokes}).raise_for_status()
        page = window.new_page()
        page.on("pageerror", lambda error: problems.append(error.stack or str(error)))
        return ReviewPage(page, server.url)

    with windows.lend(locale="en-GB") as window:
        yield open_review
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


def test_keys_quicker_than_the_next_page_wait_for_it(review: Any) -> None:
    page = review(*[ONE] * 64)
    held: list[Route] = []
    page.page.route("**/api/review?**before=**", lambda route: held.append(route))
    page.page.reload()
    expect(page.tiles).to_have_count(60)
    page.select(59)
    page.page.keyboard.type("2345u6")
    expect(page.tiles.nth(59).locator(".label")).to_contain_text("2")
    assert held != []
    for route in held:
        route.continue_()
    page.expect_selected(63)
    page.expect_saved()
    assert page.labels() == [None] * 59 + ["2", "3", "4", "6", None]


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
    expect(page.page).not_to_have_url(re.compile(r"\bid="))


def test_a_deletion_can_be_undone(review: Any) -> None:
    page = review(SEVEN, FOUR)
    page.select(0)
    page.page.keyboard.press("Delete")
    expect(page.tiles).to_have_count(1)
    page.page.keyboard.press("u")
    expect(page.tiles).to_have_count(2)
    assert len(page.labels()) == 2


def test_a_deletion_can_be_undone_though_other_readings_are_shown_by_now(review: Any) -> None:
    page = review(ONE, SEVEN, FOUR)
    page.select(0)
    page.page.keyboard.press("Delete")
    with page.page.expect_response("**/api/review?limit=500"):
        page.choose("Order", "Most likely wrong first")
    page.page.wait_for_timeout(300)
    expect(page.tiles).to_have_count(2)
    page.page.keyboard.press("u")
    expect(page.tiles).to_have_count(3)
    page.page.wait_for_timeout(7000)  # in which the deletion would have been done
    assert len(page.labels()) == 3


def test_a_page_asked_for_before_a_correction_shows_it_nonetheless(review: Any) -> None:
    page = review(SEVEN, FOUR)
    late: list[tuple[Route, APIResponse]] = []
    page.page.route("**/api/review?limit=500", lambda route: late.append((route, route.fetch())))
    page.select(0)
    page.choose("Order", "Most likely wrong first")
    while not late:
        page.page.wait_for_timeout(20)
    page.tiles.nth(0).focus()
    page.page.keyboard.press("5")
    page.expect_saved()
    assert page.labels() == ["5", None]
    ((route, answer),) = late
    route.fulfill(response=answer)
    expect(page.tiles.nth(1).locator(".label")).to_contain_text("5")
    expect(page.tiles.nth(0).locator(".label")).to_be_empty()


def test_a_cell_of_the_matrix_opens_its_readings(review: Any) -> None:
    page = review(SEVEN)
    page.select(0)
    page.page.keyboard.press("1")
    page.expect_saved()
    page.page.get_by_role("link", name="Accuracy").click()
    cell = page.page.get_by_role("link", name="1 read as 7: 1")
    expect(cell).to_have_attribute("href", re.compile("confused=1%3E7"))


def test_hundreds_are_shown_newest_first_page_after_page(review: Any) -> None:
    page = review(SEVEN, *[ONE] * 149, FOUR)
    expect(page.tiles).to_have_count(60)
    expect(page.tiles.first.locator("b")).to_have_text("4")
    for count in (120, 151):
        page.page.locator(".end").scroll_into_view_if_needed()
        expect(page.tiles).to_have_count(count)
    assert page.tiles.locator("b").all_text_contents() == ["4", *["1"] * 149, "7"]
    expect(page.page.locator(".totals .count")).to_have_text("151 readings")
    page.choose("View", "List")
    expect(page.tiles.first.locator(".detail")).to_contain_text("drawn")
    assert page.address["as"] == ["list"]


def test_every_filter_is_in_the_address_and_leaves_what_fits(review: Any) -> None:
    page = review(SEVEN, FOUR, ONE)
    page.select(0)
    page.page.keyboard.press("7")
    page.expect_saved()
    one = httpx.get(f"{page.url}/api/history").json()["items"][0]
    today = one["created"][:10]
    chosen = {
        "Has digit": ("1", "digit", "1"),
        "Correction": ("read wrong", "wrong", "true"),
        "Verdict": ("sure", "verdict", "digit"),
        "Source": ("drawn", "source", "pad"),
        "Network": (one["model"], "model", one["model"]),
    }
    for label, (option, _, _) in chosen.items():
        page.choose(label, option)
    typed = {
        "Labelled as": ("7", "label", "7"),
        "Day (UTC)": (today, "day", today),
        "Sure at least, %": ("10", "min_confidence", "0.1"),
        "Sure at most, %": ("100", "max_confidence", "1"),
    }
    for label, (text, _, _) in typed.items():
        page.page.get_by_label(label).fill(text)
    expect(page.page).to_have_url(re.compile("max_confidence"))
    expected = {name: [value] for _, name, value in (*chosen.values(), *typed.values())}
    assert page.address == expected
    expect(page.tiles).to_have_count(1)
    elsewhere = page.page.context.new_page()
    elsewhere.goto(page.page.url)
    tiles = elsewhere.get_by_role("listbox").locator("li")
    expect(tiles).to_have_count(1, timeout=30_000)
    expect(tiles).to_have_attribute("data-id", one["id"])
    page.page.get_by_label("Day (UTC)").fill("2020-02-02")
    expect(page.page.get_by_text("No reading fits")).to_be_visible()
    page.page.get_by_role("button", name="Show all").click()
    expect(page.tiles).to_have_count(3)


def test_the_least_sure_come_first_when_asked(review: Any) -> None:
    neither = [[[100.0, 60.0], [200.0, 60.0], [200.0, 250.0]], [[100.0, 60.0], [105.0, 160.0]]]
    page = review(neither, SEVEN, ONE, FOUR)
    items = httpx.get(f"{page.url}/api/history").json()["items"]
    page.choose("Order", "Most likely wrong first")
    expect(page.page.get_by_text("the least sure of them first")).to_be_visible()
    for place, item in enumerate(sorted(items, key=lambda item: float(item["confidence"]))):
        expect(page.tiles.nth(place)).to_have_attribute("data-id", item["id"])


def test_one_reading_shows_all_that_is_known_of_it(review: Any) -> None:
    page = review(FOUR, FOUR)
    newest, other = (item["id"] for item in httpx.get(f"{page.url}/api/history").json()["items"])
    httpx.put(f"{page.url}/api/history/{other}/label", json={"text": "4"}).raise_for_status()
    page.page.get_by_label("Your name").fill("Ada")
    page.page.get_by_label("Your name").press("Tab")
    page.select(0)
    page.page.keyboard.press("Enter")
    dialog = page.page.get_by_role("dialog")
    expect(dialog.get_by_label("How much of the ink is drawn")).to_have_value("1000")
    expect(dialog.get_by_role("img", name="What the network saw").first).to_be_visible()
    expect(dialog.get_by_role("img", name="What spoke for 4")).to_be_visible()
    expect(dialog.locator(".bars li")).to_have_count(10)
    expect(dialog.locator(".similar a")).to_have_attribute("href", re.compile(other))
    expect(dialog.locator(".similar .label")).to_have_text("4")
    expect(dialog.locator(".said")).to_be_hidden()
    for key in ("9", "4"):
        page.page.keyboard.press(key)
        page.expect_saved()
    page.page.keyboard.press("u")
    expect(dialog.locator(".said li")).to_have_text(
        [re.compile("^9, by Ada"), re.compile("^4, by Ada"), re.compile("^9, by Ada")]
    )
    elsewhere = page.page.context.new_page()
    elsewhere.goto(page.page.url)
    expect(elsewhere.get_by_role("dialog").locator(".said li")).to_have_count(3, timeout=30_000)
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog).to_be_hidden()
    expect(page.tiles).to_have_count(1)
    page.page.reload()
    expect(page.tiles).to_have_attribute("data-id", other)
    assert httpx.get(f"{page.url}/api/history/{newest}").status_code == 404


def test_the_accuracy_tells_what_was_labelled_and_opens_it(review: Any) -> None:
    page = review(SEVEN, SEVEN, FOUR)
    page.select(0)
    for key in "917":
        page.page.keyboard.press(key)
    page.expect_saved()
    page.page.get_by_role("link", name="Accuracy").click()
    figures = page.page.locator(".st-key-figures")
    expect(figures.get_by_text("33.3%", exact=True).first).to_be_visible(timeout=60_000)
    expect(figures.get_by_text("95 % interval 6.1% to 79.2%, Wilson")).to_be_visible()
    for heading in ("By network", "By day", "Is it as sure as it should be?", "Readings per day"):
        expect(figures.get_by_role("heading", name=heading)).to_be_visible()
    expect(figures.get_by_text("The numbers as a table")).to_have_count(5)
    figures.get_by_text("The numbers as a table").first.click()
    row = figures.get_by_role("table").first.locator("tbody tr")
    expect(row).to_contain_text(["33.3%"])
    page.page.get_by_role("link", name="1 read as 7: 1").click()
    expect(page.tiles).to_have_count(1)
    assert page.address["confused"] == ["1>7"]
    expect(page.tiles.locator(".label")).to_contain_text("1")


def test_what_is_shown_can_be_taken_out(review: Any, tmp_path: FilePath) -> None:
    page = review(SEVEN, FOUR, ONE)
    page.select(0)
    for key in "19x":
        page.page.keyboard.press(key)
    page.expect_saved()
    page.choose("Correction", "read wrong")
    expect(page.tiles).to_have_count(2)
    table = list(csv.DictReader(io.StringIO(page.saved_as("Table", tmp_path).decode())))
    assert [(row["text"], row["label"]) for row in table] == [("4", "9"), ("7", "?")]
    with np.load(io.BytesIO(page.saved_as("Labelled digits as MNIST", tmp_path))) as arrays:
        assert arrays["y_train"].tolist() == [9]
        assert arrays["x_train"].shape == (1, 28, 28)
    with zipfile.ZipFile(io.BytesIO(page.saved_as("as pictures", tmp_path))) as archive:
        assert [name.split("/")[0] for name in archive.namelist()] == ["9"]


def test_a_person_deletes_what_was_read_in_their_browser(
    server: Server, open_page: OpenPage, review: Any
) -> None:
    review(FOUR)  # by somebody else
    page = open_page(server.url)
    page.draw(SEVEN)
    page.expect_rows("7", "4")
    page.button("Delete my drawings").click()
    dialog = page.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Delete the 1 reading made in this browser?")
    dialog.get_by_role("button", name="Keep them").click()
    page.expect_rows("7", "4")
    page.button("Delete my drawings").click()
    dialog.get_by_role("button", name="Delete for good").click()
    page.expect_rows("4")
    expect(page.page.get_by_text("1 reading is deleted.")).to_be_visible()
    assert [item["text"] for item in page.kept()] == ["4"]
    page.button("Delete my drawings").click()
    expect(dialog).to_contain_text("Nothing that was read in this browser is kept")
    dialog.get_by_role("button", name="Close").click()


def test_five_hundred_corrections_and_none_is_lost(review: Any) -> None:
    page = review(*[ONE] * CORRECTIONS)
    page.select(0)
    digits = "0123456789"
    for place in range(len(digits), CORRECTIONS + 1, len(digits)):
        page.page.keyboard.type(digits)  # as quickly as they come, without waiting for the page
        page.expect_selected(min(place, CORRECTIONS - 1))
    page.expect_saved()
    assert page.labels() == list(digits * (CORRECTIONS // len(digits)))
