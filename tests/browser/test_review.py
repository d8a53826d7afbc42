"""The review and accuracy pages, with the history in Cassandra."""

import csv
import io
import math
import re
import zipfile
from pathlib import Path as FilePath

import numpy as np
import pytest
from playwright.sync_api import APIResponse, Route, expect

from tests.browser.conftest import OpenPage, OpenReview, save_drawings
from tests.browser.held_timers import UNDO_DELETION, HeldTimers
from tests.browser.http_requests import http_get, http_put
from tools.dev_server import Server
from tools.inkling_page import wait_for_frames, wait_until
from tools.sample_strokes import FOUR, ONE, SEVEN, Stroke

LABEL_COUNT = 500
TODAY = "new Date().toLocaleDateString('sv')"  # as "2026-11-30", in the viewer's time zone


@pytest.fixture
def server(cassandra_server: Server) -> Server:
    """A server with an empty history in Cassandra."""
    return cassandra_server


def test_a_key_labels_and_selects_the_next(open_review: OpenReview) -> None:
    page = open_review(SEVEN, FOUR, ONE)
    page.select(0)
    page.page.keyboard.press("2")
    page.expect_selected(1)
    page.page.keyboard.press("x")
    page.expect_selected(2)
    page.page.keyboard.press("y")
    page.expect_labels("2", "?", "7")


def test_keys_pressed_before_the_next_page_has_loaded_wait_for_it(open_review: OpenReview) -> None:
    page = open_review(*[ONE] * 64)
    held: list[Route] = []
    page.page.route("**/api/review?**before=**", lambda route: held.append(route))
    page.page.reload()
    expect(page.tiles).to_have_count(60)
    page.select(59)
    page.page.keyboard.type("2345u6")
    expect(page.tiles.nth(59).locator(".label")).to_contain_text("2")
    wait_until(page.page, lambda: held != [])
    for route in held:
        route.continue_()
    page.expect_selected(63)
    page.expect_labels(*[None] * 59, "2", "3", "4", "6", None)


def test_several_are_labelled_at_once_and_undone(open_review: OpenReview) -> None:
    page = open_review(SEVEN, FOUR, ONE)
    page.select(0)
    page.select(2, modifiers=["Shift"])
    page.page.keyboard.press("5")
    page.expect_labels("5", "5", "5")
    page.page.keyboard.press("Control+z")
    expect(page.page.locator("[data-label=none]")).to_have_count(3)
    page.expect_labels(None, None, None)


def test_a_label_is_saved_with_the_name_of_the_reviewer(open_review: OpenReview) -> None:
    page = open_review(SEVEN)
    page.page.get_by_label("Your name").fill("Ada")
    page.page.get_by_label("Your name").press("Tab")
    page.label_selected("1")
    (item,) = http_get(f"{page.url}/api/history").json()["items"]
    assert (item["label"], item["labelled_by"]) == ("1", "Ada")


def test_filters_are_in_the_url_and_the_back_button_works(open_review: OpenReview) -> None:
    page = open_review(SEVEN, FOUR, ONE)
    page.page.get_by_label("Prediction", exact=True).fill("4")
    expect(page.tiles).to_have_count(1)
    page.expect_query(text="4")
    page.page.reload()
    expect(page.tiles).to_have_count(1)
    page.page.go_back()
    expect(page.tiles).to_have_count(3)


def test_a_prediction_opens_at_its_own_url(open_review: OpenReview) -> None:
    page = open_review(SEVEN, SEVEN)
    page.select(0)
    page.page.keyboard.press("Enter")
    dialog = page.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Prediction 7")).to_be_visible()
    expect(dialog.get_by_role("img", name="Evidence for 7")).to_be_visible()
    expect(dialog.locator(".similar a")).to_have_count(1)
    assert len(page.query["id"]) == 1
    page.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.page).not_to_have_url(re.compile(r"\bid="))


def test_a_deletion_can_be_undone(open_review: OpenReview) -> None:
    page = open_review(SEVEN, FOUR)
    HeldTimers(page.page, UNDO_DELETION)
    page.select(0)
    page.page.keyboard.press("Delete")
    expect(page.tiles).to_have_count(1)
    page.page.keyboard.press("u")
    expect(page.tiles).to_have_count(2)
    assert len(page.saved_labels()) == 2


def test_a_deletion_can_be_undone_after_the_order_has_changed(open_review: OpenReview) -> None:
    page = open_review(ONE, SEVEN, FOUR)
    methods: list[str] = []
    page.page.on("request", lambda request: methods.append(request.method))
    deletions = HeldTimers(page.page, UNDO_DELETION)
    page.select(0)
    page.page.keyboard.press("Delete")
    with page.page.expect_response("**/api/review?limit=500") as response:
        page.choose("Order", "Most likely wrong first")
    response.value.finished()
    wait_for_frames(page.page)
    expect(page.tiles).to_have_count(2)
    page.page.keyboard.press("u")
    expect(page.tiles).to_have_count(3)
    deletions.fire()
    wait_for_frames(page.page)
    assert "DELETE" not in methods
    assert len(page.saved_labels()) == 3


def test_a_page_requested_before_a_label_shows_that_label(open_review: OpenReview) -> None:
    page = open_review(SEVEN, FOUR)
    held: list[tuple[Route, APIResponse]] = []
    page.page.route("**/api/review?limit=500", lambda route: held.append((route, route.fetch())))
    page.select(0)
    page.choose("Order", "Most likely wrong first")
    wait_until(page.page, lambda: len(held) > 0)
    page.tiles.nth(0).focus()
    page.page.keyboard.press("5")
    page.expect_labels("5", None)
    ((route, response),) = held
    route.fulfill(response=response)
    expect(page.tiles.nth(1).locator(".label")).to_contain_text("5")
    expect(page.tiles.nth(0).locator(".label")).to_be_empty()


def test_a_cell_of_the_confusion_matrix_links_to_its_predictions(open_review: OpenReview) -> None:
    page = open_review(SEVEN)
    page.label_selected("1")
    page.page.get_by_role("link", name="Accuracy").click()
    cell = page.page.get_by_role("link", name="1 predicted as 7: 1")
    expect(cell).to_have_attribute("href", re.compile("confused=1%3E7"))


def test_hundreds_load_page_by_page_newest_first(open_review: OpenReview) -> None:
    page = open_review(SEVEN, *[ONE] * 149, FOUR)
    expect(page.tiles).to_have_count(60)
    expect(page.tiles.first.locator("b")).to_have_text("4")
    for count in (120, 151):
        page.page.locator(".end").scroll_into_view_if_needed()
        expect(page.tiles).to_have_count(count)
    assert page.tiles.locator("b").all_text_contents() == ["4", *["1"] * 149, "7"]
    expect(page.page.locator(".totals .count")).to_have_text("151 predictions")
    page.choose("View", "List")
    expect(page.tiles.first.locator(".detail")).to_contain_text("drawn")
    page.expect_query(**{"as": "list"})


def test_every_filter_is_in_the_url_and_applies(open_review: OpenReview) -> None:
    page = open_review(SEVEN, FOUR, ONE)
    page.select(0)
    page.page.keyboard.press("7")
    page.expect_saved()
    item = http_get(f"{page.url}/api/history").json()["items"][0]
    today = page.page.evaluate(TODAY)
    chosen = {
        "Contains digit": ("1", "digit", "1"),
        "Label status": ("prediction wrong", "wrong", "true"),
        "Verdict": ("digit", "verdict", "digit"),
        "Source": ("drawn", "source", "pad"),
        "Model": (item["model"], "model", item["model"]),
    }
    for label, (option, _, _) in chosen.items():
        page.choose(label, option)
    typed = {
        "Label": ("7", "label", "7"),
        "From": (today, "from", today),
        "To": (today, "to", today),
        "Confidence at least, %": ("10", "min_confidence", "0.1"),
        "Confidence at most, %": ("100", "max_confidence", "1"),
    }
    for label, (text, _, _) in typed.items():
        page.page.get_by_label(label, exact=True).fill(text)
    page.expect_query(**{name: value for _, name, value in (*chosen.values(), *typed.values())})
    expect(page.tiles).to_have_count(1)
    elsewhere = page.page.context.new_page()
    elsewhere.goto(page.page.url)
    tiles = elsewhere.get_by_role("listbox").locator("li")
    expect(tiles).to_have_count(1)
    expect(tiles).to_have_attribute("data-id", item["id"])
    page.page.get_by_label("From", exact=True).fill("2020-02-02")
    page.page.get_by_label("To", exact=True).fill("2020-02-02")
    expect(page.page.get_by_text("No prediction matches")).to_be_visible()
    page.page.get_by_role("button", name="Show all").click()
    expect(page.tiles).to_have_count(3)


def test_the_order_can_be_most_likely_wrong_or_most_useful_first(
    open_review: OpenReview, server: Server
) -> None:
    ambiguous = [[[100.0, 60.0], [200.0, 60.0], [200.0, 250.0]], [[100.0, 60.0], [105.0, 160.0]]]
    page = open_review(ambiguous, SEVEN, ONE, FOUR)
    items = http_get(f"{page.url}/api/history").json()["items"]
    page.choose("Order", "Most likely wrong first")
    expect(page.page.get_by_text("scroll down for the next")).to_be_visible()
    for index, item in enumerate(sorted(items, key=lambda item: float(item["confidence"]))):
        expect(page.tiles.nth(index)).to_have_attribute("data-id", item["id"])

    save_drawings(server, *[turned(FOUR, degrees) for degrees in range(15, 360, 15)])
    items = http_get(f"{page.url}/api/review/most-useful?limit=100").json()["items"]
    assert len(items) > 20
    page.button("20 most useful").click()
    expect(page.tiles).to_have_count(20)
    expect(page.button("20 most useful")).to_have_attribute("aria-pressed", "true")
    expect(page.page).to_have_url(re.compile("order=useful"))
    for index, item in enumerate(items[:20]):
        expect(page.tiles.nth(index)).to_have_attribute("data-id", item["id"])
        expect(page.tiles.nth(index).locator(".other")).not_to_be_empty()
    page.select(0)
    page.page.keyboard.type("4" * 20)
    expect(page.tiles).to_have_count(len(items))
    page.expect_selected(20)
    page.page.keyboard.type("4" * (len(items) - 20))
    expect(page.page.get_by_text("Nothing else is left")).to_be_visible()
    page.page.reload()
    expect(page.page.get_by_text("Nothing left to label")).to_be_visible()
    page.button("20 most useful").click()
    expect(page.tiles).to_have_count(27)


def turned(strokes: list[Stroke], degrees: float) -> list[Stroke]:
    """Return the strokes turned around the center of the pad."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [
        [
            [
                150 + cosine * (x - 150) - sine * (y - 150),
                150 + sine * (x - 150) + cosine * (y - 150),
            ]
            for x, y in stroke
        ]
        for stroke in strokes
    ]


def test_the_detail_view_shows_everything_known_about_a_prediction(open_review: OpenReview) -> None:
    page = open_review(FOUR, FOUR)
    newest, other = (item["id"] for item in http_get(f"{page.url}/api/history").json()["items"])
    http_put(f"{page.url}/api/history/{other}/label", json={"text": "4"}).raise_for_status()
    page.page.get_by_label("Your name").fill("Ada")
    page.page.get_by_label("Your name").press("Tab")
    page.select(0)
    page.page.keyboard.press("Enter")
    dialog = page.page.get_by_role("dialog")
    expect(dialog.get_by_label("Replay progress")).to_have_value("1000")
    expect(dialog.get_by_role("img", name="What the model saw").first).to_be_visible()
    expect(dialog.get_by_role("img", name="Evidence for 4")).to_be_visible()
    expect(dialog.locator(".bars li")).to_have_count(11)
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
    page.expect_saved()
    elsewhere = page.page.context.new_page()
    elsewhere.goto(page.page.url)
    expect(elsewhere.get_by_role("dialog").locator(".said li")).to_have_count(3)
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog).to_be_hidden()
    expect(page.tiles).to_have_count(1)
    page.page.goto("about:blank")  # which sends the deletion
    deleted = f"{page.url}/api/history/{newest}"
    wait_until(page.page, lambda: http_get(deleted).status_code == 404)
    page.page.goto(f"{page.url}/review")
    expect(page.tiles).to_have_attribute("data-id", other)


def test_the_accuracy_page_shows_the_labels_and_links_to_them(open_review: OpenReview) -> None:
    page = open_review(SEVEN, SEVEN, FOUR)
    page.select(0)
    for key in "917":
        page.page.keyboard.press(key)
    page.expect_saved()
    page.page.get_by_role("link", name="Accuracy").click()
    content = page.page.locator("body")
    expect(content.get_by_text("33%", exact=True).first).to_be_visible(timeout=60_000)
    expect(content.get_by_text("95% interval 6.1% to 79% (Wilson)")).to_be_visible()
    for heading in ("By model", "By day", "By digit", "Confidence calibration", "Latest labels"):
        expect(content.get_by_role("heading", name=heading)).to_be_visible()
    expect(content.locator("svg")).to_have_count(0)  # a single day, model and bin: no charts
    row = content.get_by_role("table", name="By model").locator("tbody tr")
    expect(row).to_contain_text(["33%"])
    page.page.get_by_role("link", name="1 predicted as 7: 1").click()
    expect(page.tiles).to_have_count(1)
    page.expect_query(confused="1>7")
    expect(page.tiles.locator(".label")).to_contain_text("1")


def test_what_is_shown_can_be_exported(open_review: OpenReview, tmp_path: FilePath) -> None:
    page = open_review(SEVEN, FOUR, ONE)
    page.select(0)
    for key in "19x":
        page.page.keyboard.press(key)
    page.expect_saved()
    page.choose("Label status", "prediction wrong")
    expect(page.tiles).to_have_count(2)
    table = list(csv.DictReader(io.StringIO(page.export("Table", tmp_path).decode())))
    assert [(row["text"], row["label"]) for row in table] == [("4", "9"), ("7", "?")]
    with np.load(io.BytesIO(page.export("MNIST format", tmp_path))) as arrays:
        assert arrays["y_train"].tolist() == [9]
        assert arrays["x_train"].shape == (1, 28, 28)
    with zipfile.ZipFile(io.BytesIO(page.export("images", tmp_path))) as archive:
        assert [name.split("/")[0] for name in archive.namelist()] == ["9"]


def test_a_visitor_deletes_what_was_drawn_in_their_browser(
    server: Server, open_page: OpenPage
) -> None:
    save_drawings(server, FOUR)  # by another visitor
    page = open_page(server.url)
    page.draw(SEVEN)
    page.expect_history("7", "4")
    page.button("Delete my drawings").click()
    dialog = page.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Delete the 1 prediction made in this browser?")
    dialog.get_by_role("button", name="Cancel").click()
    page.expect_history("7", "4")
    page.button("Delete my drawings").click()
    dialog.get_by_role("button", name="Delete permanently").click()
    page.expect_history("4")
    expect(page.page.get_by_text("1 prediction deleted.")).to_be_visible()
    assert [item["text"] for item in page.saved()] == ["4"]
    page.button("Delete my drawings").click()
    expect(dialog).to_contain_text("No predictions from this browser are saved")
    dialog.get_by_role("button", name="Close").click()


def test_five_hundred_labels_typed_at_once_are_all_saved(open_review: OpenReview) -> None:
    page = open_review(*[ONE] * LABEL_COUNT)
    page.select(0)
    digits = "0123456789"
    for index in range(len(digits), LABEL_COUNT + 1, len(digits)):
        page.page.keyboard.type(digits)  # without waiting for the page to save them
        page.expect_selected(min(index, LABEL_COUNT - 1))
    page.expect_labels(*digits * (LABEL_COUNT // len(digits)))
