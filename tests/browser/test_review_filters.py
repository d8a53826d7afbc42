"""The review's filters, order, saved views and keyboards, and what it says of wrong values."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenReview, save_drawings
from tests.browser.http_requests import http_get
from tests.browser.test_corrections import NUMBER, PHONE
from tools.dev_server import Server
from tools.inkling_page import wait_until
from tools.sample_strokes import FOUR, ONE, SEVEN

SCRIBBLE = [[[float(40 + 7 * i), float(60 + (i * 53) % 180)] for i in range(25)]]
PRESS = """([key, code, options]) => {
  const init = { key, code, bubbles: true, composed: true, ...options };
  const event = new KeyboardEvent("keydown", init);
  const host = [...document.querySelectorAll("*")].find((e) => e.shadowRoot?.querySelector(".bar"));
  (host.shadowRoot.activeElement ?? host).dispatchEvent(event);
}"""


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_days_are_those_of_the_viewer(open_review: OpenReview, zone: str) -> None:
    today = datetime.now(ZoneInfo(zone)).date().isoformat()
    page = open_review(SEVEN, FOUR, path=f"/review?from={today}&to={today}", timezone_id=zone)
    expect(page.tiles).to_have_count(2)
    expect(page.page.get_by_text(zone)).to_be_visible()
    request = page.page.wait_for_function(
        "performance.getEntriesByType('resource').map((e) => e.name)"
        ".findLast((name) => name.includes('api/review?'))"
    )
    since = datetime.fromisoformat(httpx.URL(request.json_value()).params["since"])
    midnight = datetime.fromisoformat(today).replace(tzinfo=ZoneInfo(zone))
    assert since == midnight.astimezone(UTC)
    page.field("To").fill("2020-01-01")
    expect(page.page.get_by_text("This is before the first day.")).to_be_visible()


# Value and field of a wrong query, and what is said there.
WRONG_VALUES = {
    "digit=abc": ("Contains digit", "“abc” is not a digit from 0 to 9."),
    "min_confidence=1.5": ("Confidence at least, %", "“150” is not a percentage"),
    "label=abc": ("Label", "“abc” is not a number"),
    "verdict=maybe": ("Verdict", "“maybe” is not one of the choices."),
    "from=2026-02-30": ("From", "“2026-02-30” is not a day."),
}


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_a_wrong_value_is_explained_at_its_field(
    open_review: OpenReview, options: dict[str, Any]
) -> None:
    page = open_review(SEVEN, path=f"/review?{'&'.join(WRONG_VALUES)}", **options)
    for label, message in WRONG_VALUES.values():
        field = page.field(label)
        expect(field).to_have_attribute("aria-invalid", "true")
        description = re.compile(re.escape(f"Not applied: {message}"))
        expect(field).to_have_accessible_description(description)
    expect(page.tiles).to_have_count(1)
    expect(page.page.get_by_text("not responding")).to_be_hidden()


def test_a_wrong_value_is_explained_while_it_is_typed(open_review: OpenReview) -> None:
    page = open_review(SEVEN)
    page.field("Confidence at least, %").fill("150")
    expect(page.page.get_by_text("“150” is not a percentage from 0 to 100.")).to_be_visible()
    page.field("Confidence at least, %").fill("99,5 %")
    expect(page.page.get_by_text("is not a percentage")).to_be_hidden()
    expect(page.field("Confidence at least, %")).to_have_value("99,5 %")
    page.expect_query(min_confidence="0.995")
    page.field("Label").fill("abc")
    expect(page.page.get_by_text("“abc” is not a number")).to_be_visible()


def test_all_that_match_are_selected_also_those_not_loaded_yet(open_review: OpenReview) -> None:
    page = open_review(*[ONE] * 130, SEVEN, path="/review?digit=1")
    expect(page.tiles).to_have_count(60)
    page.select(0)
    page.page.keyboard.press("Control+a")
    expect(page.page.locator(".bar .count")).to_have_text("130 selected")
    page.page.keyboard.press("1")
    page.expect_labels(None, *["1"] * 130)
    page.page.keyboard.press("u")
    page.expect_labels(*[None] * 131)


def test_every_keyboard_labels(open_review: OpenReview) -> None:
    keys = [
        ("X", "KeyX", "?"),
        ("Y", "KeyY", "7"),
        ("_", "Digit8", "8"),
        ("è", "Digit7", "7"),
        ("ч", "KeyX", "?"),
        ("Process", "Digit5", "5"),
        ("٣", "Digit3", "3"),
        ("５", "Digit5", "5"),
    ]
    page = open_review(SEVEN)
    page.select(0)
    for key, code, label in keys:  # no two in a row give the same label
        page.page.evaluate(PRESS, [key, code, {}])
        page.expect_labels(label)


def test_a_key_held_down_labels_one_prediction(open_review: OpenReview) -> None:
    page = open_review(SEVEN, SEVEN)
    page.select(0)
    page.page.keyboard.down("5")
    for _ in range(3):
        page.page.evaluate(PRESS, ["5", "Digit5", {"repeat": True}])
    page.page.keyboard.up("5")
    page.expect_labels("5", None)


def test_a_key_that_does_nothing_says_so(open_review: OpenReview) -> None:
    page = open_review(SEVEN)
    state = page.page.locator(".bar .state")
    page.page.keyboard.press("7")
    expect(state).to_have_text("Select a prediction, then press the correct digit")
    page.select(0)
    page.page.keyboard.press("k")
    expect(state).to_have_text("The key k does nothing here")
    page.page.keyboard.press("Enter")
    expect(page.dialog).to_be_visible()
    page.page.keyboard.press("k")
    expect(page.dialog.locator(".note").first).to_have_text("The key k does nothing here")


def test_a_label_that_is_no_number_is_explained(open_review: OpenReview) -> None:
    page = open_review(SEVEN)
    page.select(0)
    page.page.keyboard.press("e")
    page.page.keyboard.type("seven")
    page.page.keyboard.press("Enter")
    expect(page.page.locator(".bar .state")).to_contain_text("“seven” is not a number")


def test_new_predictions_are_announced_and_shown(open_review: OpenReview, server: Server) -> None:
    page = open_review(SEVEN, path="/review?digit=4")
    expect(page.page.get_by_text("No prediction matches")).to_be_visible()
    save_drawings(server, FOUR, ONE, FOUR)
    page.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.button("2 new").click()
    expect(page.tiles).to_have_count(2)
    expect(page.button("2 new")).to_have_count(0)


def test_progress_and_accuracy_are_those_of_the_filters(open_review: OpenReview) -> None:
    page = open_review(SEVEN, SEVEN, ONE, ONE, ONE)
    page.select(0)
    page.page.keyboard.type("114")
    page.expect_saved()
    expect(page.page.locator(".totals .progress")).to_have_text("3 of 5 labelled")
    expect(page.page.locator(".totals .accuracy")).to_contain_text("Of these 3 labelled, 67%")
    page.choose("Contains digit", "7")
    expect(page.page.locator(".totals .progress")).to_have_text("0 of 2 labelled")
    expect(page.page.locator(".totals .accuracy")).to_be_empty()


def test_a_view_is_saved_and_restored(open_review: OpenReview) -> None:
    page = open_review(SEVEN, FOUR)
    page.choose("Contains digit", "4")
    expect(page.tiles).to_have_count(1)
    page.page.get_by_text("Saved views").click()
    expect(page.field("Name of this view")).to_have_value("Contains digit: 4")
    page.field("Name of this view").fill("Fours")
    page.button("Save view").click()
    page.page.goto(f"{page.url}/review")
    expect(page.tiles).to_have_count(2)
    page.page.get_by_text("Saved views").click()
    page.button("Fours").click()
    expect(page.tiles).to_have_count(1)
    page.expect_query(digit="4")
    page.button("Remove the view Fours").click()
    expect(page.button("Fours")).to_have_count(0)
    page.page.locator(".saved-views").get_by_role("button", name="Undo").click()
    expect(page.button("Fours")).to_be_visible()


def test_the_most_likely_wrong_come_before_sure_rejections(
    open_review: OpenReview, server: Server
) -> None:
    page = open_review(SEVEN, NUMBER, SCRIBBLE, path="/review?order=doubtful")
    items = http_get(f"{server.url}/api/history").json()["items"]
    rejected = next(item["id"] for item in items if item["verdict"] == "not_a_digit")
    (digit,) = next(item["digits"] for item in items if item["id"] == rejected)
    assert digit["confidence"] < 0.01, "the test needs a sure rejection"
    expect(page.tiles.last).to_have_attribute("data-id", rejected)
    expect(page.tiles.last.locator(".sure")).to_be_empty()


def test_an_empty_history_says_so(open_review: OpenReview) -> None:
    page = open_review()
    expect(page.page.get_by_text("The history is empty")).to_be_visible()
    expect(page.page.get_by_text("No prediction matches")).to_be_hidden()


def test_similar_drawings_are_described_in_words(open_review: OpenReview) -> None:
    page = open_review(ONE, SEVEN, [[[x + 2, y] for x, y in SEVEN[0]]])
    page.select(0)
    page.page.keyboard.press("Enter")
    similar = page.dialog.locator(".similar a")
    expect(similar).to_have_text(["7, almost the same", "1, looks different"])


def test_the_digit_of_a_chosen_button_is_visible_under_the_pointer(
    open_review: OpenReview,
) -> None:
    page = open_review(NUMBER)
    page.select(0)
    page.page.keyboard.press("Enter")
    button = page.dialog.locator(".digit-choice .button").first
    button.hover()
    wait_until(page.page, lambda: bool(button.evaluate("(element) => element.matches(':hover')")))
    colors = button.evaluate(
        "(element) => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor]"
    )
    assert colors[0] != colors[1]


def test_the_symbols_of_keys_are_explained(open_review: OpenReview) -> None:
    page = open_review(SEVEN, **PHONE)
    expect(page.page.locator(".bar .key small")).to_have_text(["no digit", "correct"])
    for caption in page.page.locator(".bar .key small").all():
        expect(caption).to_be_visible()
