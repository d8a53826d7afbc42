"""The pad's eraser, redo and pressure, with the mouse, a finger and a pen."""

from typing import Any

import pytest
from playwright.sync_api import Request, expect

from tests.browser.conftest import OpenPage
from tests.browser.hands import Hand, Pen
from tests.browser.pages import PHONE
from tools.inkling_page import InklingPage, expected_bar_lengths, wait_for_frames, wait_until
from tools.sample_strokes import FOUR, SEVEN, Stroke

ON_THE_FOUR = (180.0, 240.0)  # of its vertical stroke, below the other one

# Send events of a pen's eraser end, which the browser's test protocol does not have.
ERASE_WITH_PEN = """(canvas, [from, to]) => {
    const send = (type, [clientX, clientY], buttons) => {
        const contact = { pointerType: "pen", pointerId: 7, button: 5, buttons, clientX, clientY };
        const event = { bubbles: true, composed: true, cancelable: true, ...contact };
        canvas.dispatchEvent(new PointerEvent(type, event));
    };
    send("pointerdown", from, 32);
    send("pointermove", to, 32);
    send("pointerup", to, 0);
}"""
# The height of what is drawn in each column of pixels of the pad.
COLUMN_HEIGHTS = """canvas => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const isDrawn = (x, y) => data[4 * (y * width + x) + 3] > 128;
    const rows = [...Array(height).keys()];
    return [...Array(width).keys()].map((x) => rows.filter((y) => isDrawn(x, y)).length);
}"""


@pytest.fixture
def page(open_page: OpenPage) -> InklingPage:
    """The drawing page on a laptop."""
    return open_page(viewport={"width": 1280, "height": 800})


def column_heights(page: InklingPage) -> list[int]:
    """Return the height of what is drawn in each column of the pad's pixels."""
    wait_for_frames(page.page)
    heights: list[int] = page.page.locator(".st-key-paper .stroke-layer").evaluate(COLUMN_HEIGHTS)
    return heights


def test_the_eraser_removes_whole_strokes_until_it_is_put_away(page: InklingPage) -> None:
    page.draw(FOUR)
    page.expect_history("4")
    (record,) = page.saved()
    page.button("Eraser").click()
    expect(page.button("Eraser")).to_have_attribute("aria-pressed", "true")
    page.pen_down([list(ON_THE_FOUR), [230, 250]])
    page.page.mouse.up()
    expect(page.text).not_to_have_text("4")
    wait_until(page.page, lambda: page.saved()[0]["text"] == page.text.inner_text())
    assert page.saved()[0]["id"] == record["id"]
    page.button("Eraser").click()
    page.draw(FOUR[1:])
    page.expect_prediction("4")
    page.expect_history("4")


def test_what_the_eraser_removed_comes_back_by_undo_and_goes_by_redo(page: InklingPage) -> None:
    page.draw(FOUR)
    page.expect_prediction("4")
    before = column_heights(page)
    page.page.keyboard.press("e")
    page.pen_down([[120, 40], list(ON_THE_FOUR), [230, 250]], steps=20)  # over both strokes
    page.page.mouse.up()
    expect(page.text).to_have_text("–")
    wait_until(page.page, lambda: sum(column_heights(page)) == 0)
    page.button("Undo").click()
    page.expect_prediction("4")
    wait_until(page.page, lambda: column_heights(page) == before)
    expect(page.button("Eraser")).to_have_attribute("aria-pressed", "false")
    page.button("Redo").click()
    expect(page.text).to_have_text("–")
    expect(page.button("Redo")).to_be_disabled()
    page.page.keyboard.press("u")
    page.expect_prediction("4")
    page.expect_history("4")


def test_an_eraser_that_has_erased_everything_becomes_the_pen(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.page.keyboard.press("e")
    page.pen_down(SEVEN[0])
    page.page.mouse.up()
    expect(page.text).to_have_text("–")
    expect(page.button("Eraser")).to_be_disabled()
    page.draw(FOUR)
    page.expect_prediction("4")


def test_choosing_a_pen_puts_the_eraser_away(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.button("Eraser").click()
    page.page.get_by_role("radio", name="Medium pen").click()
    expect(page.button("Eraser")).to_have_attribute("aria-pressed", "false")


def test_the_eraser_of_a_pen_erases_without_choosing_it(page: InklingPage) -> None:
    page.draw(FOUR)
    page.expect_prediction("4")
    path = [page.window_position(*ON_THE_FOUR), page.window_position(230, 250)]
    page.pad.evaluate(ERASE_WITH_PEN, path)
    expect(page.text).not_to_have_text("4")
    page.draw(FOUR[1:])
    page.expect_prediction("4")


@pytest.mark.parametrize(
    ("locale", "eraser", "redo"), [("en-GB", "Eraser", "Redo"), ("zh-CN", "橡皮擦", "重做")]
)
def test_a_finger_erases_on_a_phone(
    open_page: OpenPage, locale: str, eraser: str, redo: str
) -> None:
    page = open_page(locale=locale, **PHONE)
    hand = Hand(page)
    for finger, stroke in enumerate(FOUR, start=1):
        hand.draw(stroke, finger)
    page.expect_prediction("4")
    page.button(eraser).tap()
    expect(page.button(eraser)).to_have_attribute("aria-pressed", "true")
    hand.draw([list(ON_THE_FOUR), [230, 250]], finger=3)
    expect(page.text).not_to_have_text("4")
    page.page.keyboard.press("Control+z")
    page.expect_prediction("4")
    page.button(redo).tap()
    expect(page.text).not_to_have_text("4")


def test_keys_repeat_what_was_undone(page: InklingPage) -> None:
    page.draw(FOUR)
    for undo, redo in (("u", "r"), ("Control+z", "Control+y"), ("Control+z", "Control+Shift+z")):
        page.page.keyboard.press(undo)
        expect(page.button("Redo")).to_be_enabled()
        page.page.keyboard.press(redo)
        expect(page.button("Redo")).to_be_disabled()
    page.expect_prediction("4")


def test_a_line_gets_wider_with_the_pressure_of_the_pen(page: InklingPage) -> None:
    line: Stroke = [[20, 150], [280, 150]]
    Pen(page).draw(line, pressures=(0.1, 0.9))
    drawn = [height for height in column_heights(page) if height > 0]
    light, firm = drawn[len(drawn) // 5], drawn[-len(drawn) // 5]
    assert 8 < light < 19 < firm < 30
    page.page.keyboard.press("c")
    page.draw([line])
    drawn = [height for height in column_heights(page) if height > 0]
    assert abs(drawn[len(drawn) // 5] - drawn[-len(drawn) // 5]) <= 1  # the mouse has no pressure


def test_pressure_changes_neither_what_is_sent_nor_the_prediction(page: InklingPage) -> None:
    messages: list[Any] = []

    def record(request: Request) -> None:
        if request.url.endswith("/api/strokes"):
            messages.append(request.post_data_json)

    page.page.on("request", record)
    answers: list[list[float]] = []
    for pressures in ((0.5, 0.5), (0.1, 1.0)):
        Pen(page).draw(SEVEN[0], pressures)
        page.expect_prediction("7")
        wait_until(page.page, lambda: len(messages) > len(answers))
        expect(page.rows).to_have_count(len(messages))
        page.expect_bar_lengths(expected_bar_lengths(page.saved()[0]["digits"][0]))
        answers.append(page.bar_lengths())
        page.page.keyboard.press("c")
        expect(page.text).to_have_text("–")
    assert messages[0]["strokes"] == messages[1]["strokes"]
    assert answers[0] == answers[1]


def test_the_pressure_stays_over_a_reload(page: InklingPage) -> None:
    Pen(page).draw([[20, 150], [280, 150]], pressures=(0.1, 0.9))
    before = column_heights(page)
    page.page.reload()
    page.wait_until_ready()
    wait_until(page.page, lambda: column_heights(page) == before)


def test_a_pen_width_is_used_at_once_and_only_for_new_strokes(page: InklingPage) -> None:
    page.draw([[[20, 50], [280, 50]]])
    page.page.get_by_role("radio", name="Broad pen").check()
    page.draw([[[20, 150], [280, 150]]])
    page.page.get_by_role("radio", name="Fine pen").check()
    page.draw([[[20, 250], [280, 250]]])
    height = pytest.approx(19 + 29 + 11, abs=4)
    wait_until(page.page, lambda: max(column_heights(page)) == height)
