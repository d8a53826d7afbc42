"""Corrections and deletions that hold: without a network, with others, by keys and by touch."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenReview
from tests.browser.held_timers import UNDO_DELETION, HeldTimers
from tests.browser.http_requests import http_client, http_get, http_put
from tests.browser.pages import BlockedRequests, ReviewPage
from tools.dev_server import Server
from tools.inkling_page import wait_until
from tools.sample_strokes import FOUR, ONE, SEVEN, Stroke

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
LANDSCAPE: dict[str, Any] = PHONE | {"viewport": {"width": 844, "height": 390}}
NUMBER: list[Stroke] = [
    [[x * 0.4 + 90 * index, y * 0.4 + 80] for x, y in stroke]
    for index, digit in enumerate((FOUR, ONE, SEVEN, ONE))
    for stroke in digit
]
BLOCKED_STORAGE = """
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("blocked"); } });
}
"""
KEYBOARD_ROWS = 250
TOUCH_ROWS = 50
BLOCKS = 5


def records(server: Server) -> list[dict[str, Any]]:
    """Return all predictions with their corrections, newest first."""
    with http_client(base_url=server.url) as http:
        items = http.get("/api/history", params={"limit": 500}).json()["items"]
        return [http.get(f"/api/history/{item['id']}").json() for item in items]


def label_elsewhere(server: Server, index: int, text: str, by: str = "Bob") -> None:
    """Label a prediction as another reviewer; index: in the history, newest first."""
    id = http_get(f"{server.url}/api/history").json()["items"][index]["id"]
    body = {"text": text, "by": by}
    http_put(f"{server.url}/api/history/{id}/label", json=body).raise_for_status()


def block_labels(page: Page) -> BlockedRequests:
    """Cut the requests that save labels."""
    return BlockedRequests(page, "**/label")


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_a_label_given_offline_survives_an_immediate_reload(
    open_review: OpenReview, options: dict[str, Any]
) -> None:
    page = open_review(SEVEN, FOUR, **options)
    labels = block_labels(page.page)
    page.select(0)
    page.page.keyboard.press("5")
    expect(page.page.locator(".bar .state")).to_have_attribute("data-state", "stuck")
    page.page.reload()
    expect(page.tiles.nth(0).locator(".label")).to_contain_text("5")
    assert page.saved_labels() == [None, None]
    labels.unblock()
    page.expect_labels("5", None)


def test_an_old_label_of_a_closed_page_does_not_overwrite_a_newer_one(
    open_review: OpenReview, server: Server
) -> None:
    page = open_review(SEVEN)
    labels = block_labels(page.page)
    page.select(0)
    page.page.keyboard.press("5")
    page.page.goto("about:blank")
    label_elsewhere(server, 0, "2")
    labels.unblock()
    page.page.goto(f"{page.url}/review")
    expect(page.conflicts).to_contain_text("One label needs your decision")
    expect(page.conflicts).to_contain_text("Your label: 5. Bob: 2 (")
    expect(page.tiles.nth(0).locator(".label")).to_contain_text("2")
    assert page.saved_labels() == ["2"]


def test_without_storage_a_label_waits_in_memory(open_review: OpenReview) -> None:
    page = open_review(SEVEN, script=BLOCKED_STORAGE)
    labels = block_labels(page.page)
    page.select(0)
    page.page.keyboard.press("5")
    expect(page.page.locator(".bar .state")).to_have_attribute("data-state", "stuck")
    labels.unblock()
    page.expect_labels("5")


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_of_two_labels_a_person_chooses_one(
    open_review: OpenReview, server: Server, options: dict[str, Any]
) -> None:
    page = open_review(SEVEN, SEVEN, **options)
    labels: list[str | None] = [None, None]
    for index, (choice, label) in enumerate((("Keep theirs: 2", "2"), ("Use mine: 5", "5"))):
        label_elsewhere(server, index, "2")
        page.select(index)
        page.page.keyboard.press("5")
        page.expect_saved("conflict")
        expect(page.tiles.nth(index)).to_have_attribute("data-conflict", "")
        labels[index] = "2"
        assert page.saved_labels() == labels
        page.conflicts.get_by_role("button", name=choice).click()
        page.expect_saved()
        expect(page.conflicts).to_be_hidden()
        expect(page.tiles.nth(index).locator(".label")).to_contain_text(label)
        labels[index] = label
        page.expect_labels(*labels)


def test_an_open_prediction_shows_its_conflict(open_review: OpenReview, server: Server) -> None:
    page = open_review(SEVEN)
    page.select(0)
    page.page.keyboard.press("Enter")
    expect(page.dialog.locator(".bars li")).to_have_count(11)
    label_elsewhere(server, 0, "2")
    page.page.keyboard.press("5")
    page.dialog.get_by_role("button", name="Keep theirs: 2").click()
    expect(page.dialog.locator(".correction-heading")).to_contain_text("Label: 2")
    assert page.saved_labels() == ["2"]


def test_a_prediction_opened_by_a_link_is_deleted_with_undo(
    open_review: OpenReview, server: Server
) -> None:
    first = open_review(SEVEN, *[ONE] * 64)
    oldest = records(server)[-1]["id"]
    first.page.close()
    page = open_review(path=f"/review?id={oldest}")
    expect(page.count).to_have_text("65 predictions")
    HeldTimers(page.page, UNDO_DELETION)
    page.dialog.get_by_role("button", name="Delete").click()
    expect(page.dialog).to_be_hidden()
    expect(page.count).to_have_text("64 predictions")
    page.button("Undo").click()
    expect(page.count).to_have_text("65 predictions")
    assert http_get(f"{page.url}/api/history/{oldest}").status_code == 200


def test_a_prediction_opened_from_similar_ones_is_deleted_with_undo(
    open_review: OpenReview, server: Server
) -> None:
    page = open_review(SEVEN, FOUR, SEVEN, path="/review?digit=4")
    expect(page.tiles).to_have_count(1)
    newest = records(server)[0]["id"]
    page.page.goto(f"{page.url}/review?digit=4&id={newest}")
    page.dialog.locator(".similar a").first.click()
    expect(page.page).not_to_have_url(re.compile(newest))
    id = page.query["id"][0]
    expect(page.dialog.locator(f".picture[src*='{id}']")).to_have_count(1)
    HeldTimers(page.page, UNDO_DELETION)
    page.page.keyboard.press("Delete")
    expect(page.dialog).to_be_hidden()
    page.page.keyboard.press("u")
    expect(page.page.locator(".bar .state")).to_have_text("Restored")
    assert http_get(f"{page.url}/api/history/{id}").status_code == 200


def test_counts_follow_deletions_of_several(open_review: OpenReview) -> None:
    page = open_review(*[ONE] * 5, SEVEN, SEVEN)
    page.choose("Contains digit", "1")
    expect(page.tiles).to_have_count(5)
    page.label_selected("1")
    expect(page.page.locator(".totals .progress")).to_have_text("1 of 5 labelled")
    deletions = HeldTimers(page.page, UNDO_DELETION)
    page.select(0)
    page.select(2, modifiers=["Shift"])
    page.page.keyboard.press("Delete")
    expect(page.count).to_have_text("2 predictions")
    expect(page.page.locator(".totals .progress")).to_have_text("0 of 2 labelled")
    page.page.keyboard.press("Control+z")
    expect(page.count).to_have_text("5 predictions")
    page.page.keyboard.press("Delete")  # the first of them is selected
    expect(page.count).to_have_text("4 predictions")
    with page.page.expect_response(re.compile("review/count")):
        deletions.fire()
    wait_until(page.page, lambda: len(page.saved_labels()) == 6)
    expect(page.count).to_have_text("4 predictions")


def test_one_digit_of_a_number_is_corrected_in_place(open_review: OpenReview) -> None:
    page = open_review(NUMBER)
    page.select(0)
    page.page.keyboard.press("Enter")
    choice = page.dialog.locator(".digit-choice .button")
    expect(choice).to_have_text(["4", "1", "7", "1"])
    choice.nth(2).click()
    page.page.keyboard.press("8")
    expect(page.dialog.locator(".correction-heading")).to_have_text(
        "Keys correct digit 3 of 4. Label: 4181"
    )
    page.page.keyboard.press("Shift+ArrowRight")
    page.page.keyboard.press("x")
    expect(page.dialog.locator(".correction-heading")).to_have_text(
        "Keys correct digit 4 of 4. Label: 418?"
    )
    page.expect_labels("418?")
    page.page.keyboard.press("e")
    page.page.keyboard.type("20260")
    page.page.keyboard.press("Enter")
    page.expect_labels("20260")


@pytest.mark.parametrize("options", [PHONE, LANDSCAPE], ids=["portrait", "landscape"])
def test_an_open_prediction_has_correction_buttons_for_a_finger(
    open_review: OpenReview, options: dict[str, Any]
) -> None:
    page = open_review(NUMBER, **options)
    page.tiles.nth(0).tap()
    page.button("Open").tap()
    expect(page.dialog.locator(".digit-choice .button")).to_have_count(4)
    page.dialog.locator(".digit-choice .button").nth(1).tap()
    for key in page.dialog.locator(".key").all():
        expect(key).to_be_in_viewport(ratio=1)
    page.dialog.get_by_role("button", name="Label as 8 (8)").tap()
    page.expect_labels("4871")
    page.dialog.get_by_role("button", name="Undo").tap()
    page.expect_labels(None)


def test_a_finger_selects_several(open_review: OpenReview) -> None:
    page = open_review(*[ONE] * 6, **PHONE)
    page.button("Select several").tap()
    for index in (0, 2, 5):
        page.tiles.nth(index).tap()
    page.tiles.nth(2).tap()
    expect(page.page.locator(".bar .count")).to_have_text("2 selected")
    page.tiles.nth(3).dblclick()  # selected and not selected again; nothing opens
    expect(page.dialog).to_be_hidden()
    expect(page.page.locator(".bar .count")).to_have_text("2 selected")
    page.button("Label as 7 (7)").tap()
    page.expect_labels("7", None, None, None, None, "7")
    for index in (1, 3):
        page.tiles.nth(index).tap()
    expect(page.page.locator(".bar .count")).to_have_text("2 selected")
    page.button("Delete").tap()
    expect(page.tiles).to_have_count(4)
    expect(page.page.locator("[role=option][aria-selected=true]")).to_have_count(0)
    expect(page.button("Label as 7 (7)")).to_be_disabled()
    page.button("Undo").tap()
    expect(page.tiles).to_have_count(6)


def test_a_long_press_begins_to_select_several(open_review: OpenReview) -> None:
    page = open_review(*[ONE] * 4, **PHONE)
    box = page.tiles.nth(1).bounding_box()
    assert box
    session = page.page.context.new_cdp_session(page.page)
    points = [{"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points})
    page.expect_selected(1)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.tiles.nth(3).tap()
    expect(page.page.locator(".bar .count")).to_have_text("2 selected")
    expect(page.button("Select several")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("size", [(844, 390), (667, 375)])
def test_on_a_phone_on_its_side_the_bar_leaves_room_for_predictions(
    open_review: OpenReview, size: tuple[int, int]
) -> None:
    width, height = size
    page = open_review(*[ONE] * 30, **PHONE | {"viewport": {"width": width, "height": height}})
    expect(page.field("Contains digit")).to_be_hidden()
    expect(page.button("Label as 7 (7)")).to_be_disabled()
    expect(page.button("Label as 7 (7)")).to_be_in_viewport()
    wait_until(page.page, lambda: is_above_bar(page, 0))
    page.tiles.nth(20).tap()
    page.expect_selected(20)
    wait_until(page.page, lambda: is_above_bar(page, 20, bar_from=height * 0.6))


def is_above_bar(page: ReviewPage, index: int, bar_from: float = 0) -> bool:
    """Return whether all of a tile is on the screen above the bar; bar_from: its smallest y."""
    bar = page.page.locator(".bar").bounding_box()
    tile = page.tiles.nth(index).bounding_box()
    assert bar
    assert tile
    return bar["y"] > bar_from and 0 <= tile["y"] <= bar["y"] - tile["height"]


@pytest.mark.long
def test_no_label_of_two_reviewers_is_lost_or_overwritten_unseen(
    open_review: OpenReview, server: Server
) -> None:
    """One labels 250 rows by keys, the other 50 of them by touch; five times a link is cut."""
    ada = open_review(*[ONE] * KEYBOARD_ROWS)
    bob = open_review(**PHONE)
    for page, name in ((ada, "Ada"), (bob, "Bob")):
        page.page.get_by_label("Your name").fill(name)
        page.page.get_by_label("Your name").blur()
        page.button(
            f"Select all {KEYBOARD_ROWS}"
        ).click()  # loads all rows before they are labelled
        expect(page.tiles).to_have_count(KEYBOARD_ROWS)
        page.select(0)
    adas = [str(index % 10) for index in range(KEYBOARD_ROWS)]
    bobs = [str((index + 5) % 10) for index in range(TOUCH_ROWS)]
    for block in range(BLOCKS):
        cut = (ada, bob)[block % 2].page.context
        cut.set_offline(True)
        rows = KEYBOARD_ROWS // BLOCKS
        ada.page.keyboard.type("".join(adas[block * rows : (block + 1) * rows]))
        taps = TOUCH_ROWS // BLOCKS
        for digit in bobs[block * taps : (block + 1) * taps]:
            bob.page.locator(".bar .key").nth(int(digit)).tap()
        cut.set_offline(False)
        expect(ada.page.locator(".bar .state")).not_to_have_attribute("data-state", "saving")
    for page in (ada, bob):
        page.expect_saved("conflict")
    stored = records(server)
    assert [len(record["corrections"]) for record in stored] == [1] * KEYBOARD_ROWS
    by_bob = [index for index, record in enumerate(stored) if record["labelled_by"] == "Bob"]
    expected = [bobs[i] if i in by_bob else adas[i] for i in range(KEYBOARD_ROWS)]
    assert [record["label"] for record in stored] == expected
    # What is not stored is shown to its author: nothing is lost.
    assert conflict_count(ada) == len(by_bob)
    assert conflict_count(bob) == TOUCH_ROWS - len(by_bob)
    ada.button("Use all of mine").click()
    ada.expect_saved()
    bob.button("Keep all of theirs").click()
    bob.expect_saved()
    assert ada.saved_labels() == adas
    for index in by_bob:
        record = http_get(f"{server.url}/api/history/{stored[index]['id']}").json()
        labels = [correction["text"] for correction in record["corrections"]]
        assert labels == [bobs[index], adas[index]]


def conflict_count(page: ReviewPage) -> int:
    """Return how many labels need the reviewer's decision."""
    match = re.match(r"\d+", page.conflicts.locator("h2").inner_text())
    assert match
    return int(match.group())
