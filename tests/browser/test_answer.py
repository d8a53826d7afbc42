"""The visitor says whether the prediction is right, on a phone: with one tap, under the answer."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.http_requests import http_put
from tests.browser.pages import PHONE, BlockedRequests
from tests.browser.test_chances import SCRIBBLE
from tests.browser.test_corrections import NUMBER
from tests.browser.test_images import choose_file
from tests.browser.windows import Windows
from tools.dev_server import Server
from tools.inkling_page import InklingPage, wait_until
from tools.sample_strokes import ONE, SEVEN, THREE, Stroke, encoded, picture

BAR: list[Stroke] = [[[90, 150], [200, 150]]]  # makes another drawing of a seven


@pytest.fixture
def page(open_page: OpenPage) -> InklingPage:
    """The drawing page on a phone."""
    return open_page(**PHONE)


def key(page: InklingPage, symbol: str) -> Locator:
    """Return the button that says what it was."""
    name = "It was not a digit (X)" if symbol == "?" else f"It was {symbol} ({symbol})"
    return page.correction.get_by_role("button", name=name, exact=True)


def yes(page: InklingPage) -> Locator:
    return page.correction.get_by_role("button", name="Yes", exact=True)


def status(page: InklingPage) -> Locator:
    """The line next to the question, which tells what was said and whether it is saved."""
    return page.correction.get_by_role("status")


def expect_label(page: InklingPage, label: str | None, index: int = 0) -> None:
    """Wait until the history has this label; index: of the prediction, newest first."""
    wait_until(page.page, lambda: page.saved()[index]["label"] == label)


def expect_saved(page: InklingPage, meaning: str) -> None:
    expect(status(page)).to_have_text(f"{meaning} · saved")


def draw(page: InklingPage, strokes: list[Stroke], text: str) -> None:
    """Draw and wait for the prediction, and until it is saved."""
    page.draw(strokes)
    page.expect_prediction(text)
    expect(page.rows.first.locator("b")).to_have_text(text)
    wait_until(page.page, lambda: strokes_of(page, 0) == len(strokes))
    expect(page.correction.locator(".yes")).to_be_enabled()  # and so are its keys


def strokes_of(page: InklingPage, index: int) -> int:
    """Return how many strokes a saved drawing has."""
    id = page.saved()[index]["id"]
    response = page.page.request.get(f"{page.url}/api/history/{id}/strokes")  # with its cookie
    strokes: list[Stroke] = response.json()["strokes"]
    return len(strokes)


def test_one_tap_says_that_it_is_right(page: InklingPage) -> None:
    draw(page, SEVEN, "7")
    yes(page).tap()
    expect_saved(page, "Right")
    expect(yes(page)).to_have_attribute("aria-pressed", "true")
    expect_label(page, "7")


@pytest.mark.parametrize("symbol", ["3", "?"])
def test_one_tap_says_what_it_was(page: InklingPage, symbol: str) -> None:
    draw(page, SEVEN, "7")
    key(page, symbol).tap()
    expect_saved(page, "It was 3" if symbol == "3" else "It was not a digit")
    expect(key(page, symbol)).to_have_attribute("aria-pressed", "true")
    expect(yes(page)).to_have_attribute("aria-pressed", "false")
    expect_label(page, symbol)
    label = "labelled 3" if symbol == "3" else "labelled not a digit"
    expect(page.rows.first).to_contain_text(label)


def test_what_was_said_can_be_changed_and_taken_back(page: InklingPage) -> None:
    draw(page, SEVEN, "7")
    key(page, "3").tap()
    key(page, "1").tap()
    expect_saved(page, "It was 1")
    page.button("Take back").tap()
    expect_saved(page, "It was 3")
    expect_label(page, "3")
    page.button("Take back").tap()
    expect(status(page)).to_have_text("If not, what was it?")
    expect(page.button("Take back")).to_be_hidden()
    expect(yes(page)).to_be_focused()
    expect_label(page, None)


def test_the_answer_and_its_buttons_are_on_the_screen_and_large_enough(
    open_page: OpenPage,
) -> None:
    for locale in ("en-GB", "zh-CN"):
        page = open_page(locale=locale, **PHONE)
        draw(page, SEVEN, "7")
        buttons = page.correction.locator("button:visible, input.number")
        expect(buttons).to_have_count(13)
        for button in buttons.all():
            expect(button).to_be_in_viewport(ratio=1)
            box = button.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 44
        expect(page.text).to_be_in_viewport(ratio=1)


def test_a_number_is_corrected_symbol_by_symbol(page: InklingPage) -> None:
    draw(page, NUMBER, "4171")
    cells = page.correction.get_by_role("radio")
    expect(cells).to_have_count(4)
    page.correction.locator(".cell").nth(1).tap()
    key(page, "2").tap()
    expect_saved(page, "It was 4271")
    expect(page.correction.locator(".cell span")).to_have_text(["4", "2", "7", "1"])
    page.correction.locator(".cell").nth(3).tap()
    key(page, "?").tap()
    expect_saved(page, "It was 427?")
    expect_label(page, "427?")
    page.expect_prediction("4171")


def test_a_number_can_be_typed(page: InklingPage) -> None:
    draw(page, SEVEN, "7")
    field = page.page.get_by_label("Type what it was")
    field.fill("what")
    field.press("Enter")
    expect(page.correction.get_by_role("alert")).to_contain_text("“what” is not a number")
    field.fill("12")
    field.press("Enter")
    expect_saved(page, "It was 12")
    expect(page.correction.get_by_role("alert")).to_be_hidden()
    expect(page.correction.get_by_role("radio")).to_have_count(2)
    expect_label(page, "12")
    page.expect_prediction("7")


@pytest.mark.parametrize("source", ["sample", "upload", "photo"])
def test_images_are_corrected_as_drawings_are(page: InklingPage, source: str) -> None:
    if source == "sample":
        page.button("Sample 3: a handwritten 2").click()
    elif source == "upload":
        choose_file(page, encoded(picture(SEVEN)))
    else:
        page.button("Take a photo").click()
        page.button("Capture").click()
    expect(page.rows).to_have_count(1)
    key(page, "5").tap()
    expect(status(page)).to_contain_text("· saved")
    label = page.saved()[0]["label"]
    assert "5" in label
    page.page.goto(f"{page.url}/accuracy")
    page.page.go_back()
    page.wait_until_ready()
    expect_label(page, label)


def test_each_page_of_a_file_has_a_label_of_its_own(page: InklingPage) -> None:
    pages = [picture(THREE), picture(SEVEN)]
    content = encoded(pages[0], "PDF", save_all=True, append_images=pages[1:])
    choose_file(page, content, "scan.pdf")
    page.expect_prediction("3")
    key(page, "8").tap()
    expect_saved(page, "It was 8")
    page.button("Next page").click()
    page.expect_prediction("7")
    expect(status(page)).to_have_text("If not, what was it?")
    yes(page).tap()
    expect_saved(page, "Right")
    page.button("Previous page").click()
    expect_saved(page, "It was 8")
    assert [item["label"] for item in page.saved()] == ["8", "7"]


def test_what_is_said_before_the_drawing_is_saved_waits_for_it(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    strokes = BlockedRequests(page.page, "**/api/strokes")
    page.draw(SEVEN)
    page.expect_prediction("7")
    key(page, "3").tap()
    expect(status(page)).to_have_text("It was 3 · not saved yet")
    expect(page.correction).to_contain_text("This browser keeps your answer and sends it again.")
    page.page.reload()
    page.wait_until_ready()
    expect(status(page)).to_contain_text("It was 3 · ")
    strokes.unblock()
    expect_saved(page, "It was 3")
    assert [item["label"] for item in page.saved()] == ["3"]


def test_a_label_that_cannot_be_sent_says_so_and_survives_a_reload(page: InklingPage) -> None:
    draw(page, SEVEN, "7")
    labels = BlockedRequests(page.page, "**/label")
    key(page, "3").tap()
    expect(status(page)).to_have_text("It was 3 · not saved yet")
    expect(page.correction).to_contain_text("This browser keeps your answer and sends it again.")
    labels.unblock()
    page.page.reload()
    page.wait_until_ready()
    expect_saved(page, "It was 3")
    expect_label(page, "3")


@pytest.mark.parametrize("cut", ["**/label", "**/api/strokes"])
def test_a_label_stays_with_what_was_drawn_when_it_was_given(page: InklingPage, cut: str) -> None:
    page.draw(SEVEN)
    page.expect_prediction("7")
    if cut == "**/label":
        page.expect_history("7")
    requests = BlockedRequests(page.page, cut)
    yes(page).tap()
    expect(status(page)).to_contain_text("not saved yet")
    page.draw(BAR)
    expect(status(page)).to_have_text("If not, what was it?")
    requests.unblock()
    wait_until(page.page, lambda: len(page.saved()) == 2)
    expect_label(page, "7", index=1)
    assert page.saved()[0]["label"] is None
    assert [strokes_of(page, index) for index in (0, 1)] == [2, 1]
    page.button("Undo").tap()
    expect_saved(page, "Right")
    page.draw(BAR)
    expect(status(page)).to_have_text("If not, what was it?")
    key(page, "1").tap()
    expect(status(page)).to_contain_text("· saved")
    assert [item["label"] for item in page.saved()] == ["1", "7"]


def test_what_was_said_is_shown_after_a_reload_and_on_another_visit(page: InklingPage) -> None:
    draw(page, SEVEN, "7")
    key(page, "3").tap()
    expect_saved(page, "It was 3")
    page.page.reload()
    page.wait_until_ready()
    expect_saved(page, "It was 3")
    page.page.get_by_role("link", name="Accuracy").click()
    expect(page.pad).to_have_count(0)
    page.page.get_by_role("link", name="Draw").click()
    page.wait_until_ready()
    expect_saved(page, "It was 3")
    page.page.keyboard.press("c")
    draw(page, THREE, "3")
    expect(status(page)).to_have_text("If not, what was it?")


def test_keys_correct_and_those_of_the_pad_stay(open_page: OpenPage) -> None:
    page = open_page()
    draw(page, [*SEVEN, *BAR], "7")
    for pressed, label in (("3", "3"), ("y", "7"), ("x", "?")):
        page.page.keyboard.press(pressed)
        expect(status(page)).to_contain_text("saved")
        expect_label(page, label)
    page.page.keyboard.press("u")
    wait_until(page.page, lambda: len(page.saved()) == 2)
    assert [strokes_of(page, index) for index in (0, 1)] == [1, 2]
    page.page.keyboard.press("c")
    page.expect_prediction("–")
    page.page.keyboard.press("5")
    expect(yes(page)).to_be_disabled()
    assert [item["label"] for item in page.saved()] == [None, "?"]


def test_the_symbols_of_a_number_are_chosen_with_the_arrow_keys(open_page: OpenPage) -> None:
    page = open_page()
    draw(page, NUMBER, "4171")
    page.correction.locator(".cell").first.click()
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("9")
    expect_saved(page, "It was 4971")
    expect(page.correction.get_by_role("radio", name="Symbol 2 of 4: 9")).to_be_checked()


def test_a_label_from_elsewhere_needs_a_decision(page: InklingPage) -> None:
    draw(page, SEVEN, "7")
    url = f"{page.url}/api/history/{page.saved()[0]['id']}/label"
    http_put(url, json={"text": "1", "by": "Ada"}).raise_for_status()
    key(page, "3").tap()
    conflict = page.correction.locator(".conflict")
    expect(conflict).to_contain_text("Someone else has labelled this in between: 1.")
    page.button("Use 3").tap()
    expect_saved(page, "It was 3")
    expect(conflict).to_be_hidden()
    expect_label(page, "3")


def test_a_visitor_cannot_change_what_a_reviewer_said(
    protected_server: Server, windows: Windows
) -> None:
    with windows.lend(locale="zh-CN", **PHONE) as window:
        page = InklingPage(window.new_page(), protected_server.url)
        draw(page, SEVEN, "7")

        def refuse(route: Route) -> None:
            error = {"code": "labelled_by_reviewer", "message": "A reviewer has labelled this."}
            route.fulfill(status=409, json={"error": error})

        page.correction.get_by_role("button", name="对", exact=True).tap()
        expect(status(page)).to_have_text("识别正确 · 已保存")
        item: dict[str, Any] = page.saved()[0]
        assert (item["label"], item["labelled_by"]) == ("7", "visitor")
        page.page.route("**/label", refuse)
        page.correction.get_by_role("button", name="应该是 3（3）").tap()
        alert = page.correction.get_by_role("alert")
        expect(alert).to_have_text("未保存：审阅者已经标注过这条记录。")
        expect(page.correction.get_by_role("button", name="对", exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        assert page.problems == []


def test_a_rejected_drawing_can_be_a_digit(page: InklingPage) -> None:
    draw(page, SCRIBBLE, "?")
    key(page, "8").tap()
    expect_saved(page, "It was 8")
    expect_label(page, "8")


def test_nothing_drawn_has_nothing_to_correct(page: InklingPage) -> None:
    expect(page.correction).to_be_hidden()
    draw(page, ONE, "1")
    page.button("Clear").tap()
    page.expect_prediction("–")
    expect(yes(page)).to_be_disabled()
    expect(key(page, "1")).to_be_disabled()
