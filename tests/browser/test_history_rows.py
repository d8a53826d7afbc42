"""Rows of the history panel open, by mouse, finger and keys, and what they show can be used."""

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import OpenPage, save_drawings
from tests.browser.held_timers import UNDO_DELETION, HeldTimers
from tests.browser.http_requests import http_get, http_post, http_put
from tests.browser.pages import BlockedRequests
from tools.dev_server import Server
from tools.inkling_page import InklingPage, wait_until
from tools.sample_strokes import FOUR, ONE, SEVEN, THREE, Stroke, encoded, picture

SIZES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "desktop": {"viewport": {"width": 1280, "height": 900}},
}
NUMBER: list[Stroke] = [*FOUR, *([[x + 200, y] for x, y in stroke] for stroke in SEVEN)]  # 47
both_sizes = pytest.mark.parametrize("size", SIZES)


def open_row(page: InklingPage, index: int = 0) -> Locator:
    """Open a row and return the dialog once everything is loaded."""
    page.rows.nth(index).get_by_role("button").click()
    dialog = page.page.get_by_role("dialog")
    expect(
        dialog.get_by_role("img", name=re.compile("^Evidence for|的依据$")).first
    ).to_be_visible()
    return dialog


def focused_row(page: InklingPage, index: int) -> Locator:
    """Return the button of a row if it has the focus."""
    return page.rows.nth(index).locator("button:focus")


def assert_apart(delete: Locator, button: Locator) -> None:
    """Check that a button is as wide as a finger, and not next to the one that deletes."""
    deleted, other = delete.bounding_box(), button.bounding_box()
    assert deleted
    assert other
    assert other["width"] >= 44
    if abs(deleted["y"] - other["y"]) < 10:
        right = deleted["x"] - (other["x"] + other["width"])
        left = other["x"] - (deleted["x"] + deleted["width"])
        assert max(left, right) >= 24


@both_sizes
@pytest.mark.parametrize("how", ["pointer", "Enter"])
def test_a_row_opens_and_closes(server: Server, open_page: OpenPage, size: str, how: str) -> None:
    save_drawings(server, ONE, FOUR, SEVEN)
    page = open_page(**SIZES[size])
    button = page.rows.nth(1).get_by_role("button")
    if how == "Enter":
        button.focus()
        page.page.keyboard.press("Enter")
    elif size == "phone":
        button.tap()
    else:
        button.click()
    dialog = page.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Prediction 4")).to_be_visible()
    expect(dialog.locator(".replay path")).to_have_count(len(FOUR))
    expect(dialog.locator(".bars .first b")).to_have_text("4")
    expect(dialog.locator("dl")).to_contain_text("drawn")
    box = dialog.bounding_box()
    assert box
    if size == "phone":  # a sheet at the bottom
        assert (box["x"], box["width"]) == (0, 390)
        assert round(box["y"] + box["height"]) == 844
        assert box["y"] > 0
    page.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(focused_row(page, 1)).to_have_count(1)


def test_the_arrow_keys_go_from_row_to_row_and_from_one_prediction_to_the_next(
    server: Server, open_page: OpenPage
) -> None:
    save_drawings(server, *[THREE] * 11, ONE, FOUR, SEVEN)  # one and a half pages
    page = open_page()
    page.rows.first.get_by_role("button").focus()
    page.page.keyboard.press("ArrowDown")
    expect(focused_row(page, 1)).to_have_count(1)
    page.page.keyboard.press("ArrowUp")
    page.page.keyboard.press("Enter")
    dialog = page.page.get_by_role("dialog")
    for text in "741":
        expect(dialog.get_by_role("heading", name=f"Prediction {text}")).to_be_visible()
        page.page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("heading", name="Prediction 3")).to_be_visible()
    for _ in range(3):
        page.page.keyboard.press("ArrowLeft")
    page.page.keyboard.press("ArrowLeft")  # there is none before the first
    expect(dialog.get_by_role("heading", name="Prediction 7")).to_be_visible()
    for _ in range(11):
        page.page.keyboard.press("ArrowRight")
    expect(page.rows).to_have_count(12)
    page.page.keyboard.press("ArrowRight")  # the next page is loaded
    expect(page.rows).to_have_count(14)
    page.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(focused_row(page, 12)).to_have_count(1)


def test_the_tab_key_follows_the_eye(server: Server, open_page: OpenPage) -> None:
    save_drawings(server, ONE, SEVEN, ONE)
    page = open_page()
    dialog = open_row(page, 1)
    expect(page.page.get_by_role("dialog", name="Prediction 7")).to_be_focused()
    names = []
    for _ in range(10):
        page.page.keyboard.press("Tab")
        expect(dialog.locator(":focus")).to_have_count(1)
        names.append(dialog.locator(":focus").evaluate("e => e.title || e.textContent"))
    assert [name.partition(" (")[0] for name in names[:4]] == [
        "Previous",
        "Next",
        "Delete",
        "Close",
    ]
    assert names[4].startswith("Put this drawing on the pad")
    assert names[5:10] == ["Download PNG", "The strokes being drawn", "Share", "Replay", ""]


@both_sizes
def test_an_older_drawing_is_put_on_the_pad_and_drawn_on(
    server: Server, open_page: OpenPage, size: str
) -> None:
    save_drawings(server, SEVEN)
    page = open_page(**SIZES[size])
    page.draw(THREE)
    page.expect_history("3", "7")
    dialog = open_row(page, 1)
    dialog.get_by_role("button", name="Draw on").click()
    expect(dialog).to_be_hidden()
    page.expect_prediction("7")
    expect(page.pad).to_be_in_viewport()
    page.page.wait_for_timeout(1000)  # time to save it, which must not happen
    page.expect_history("3", "7")
    page.draw([[[270.0, 60.0], [270.0, 160.0], [270.0, 250.0]]])  # a 1 to the right of the 7
    page.expect_history("71", "3", "7")
    for _ in range(2):
        page.button("Undo").click()
    page.expect_prediction("3")


@both_sizes
def test_a_row_is_labelled(server: Server, open_page: OpenPage, size: str) -> None:
    save_drawings(server, SEVEN, ONE)
    page = open_page(**SIZES[size])
    dialog = open_row(page)
    previous, following, undo, delete, close = (
        dialog.get_by_role("button", name=name)
        for name in ("Previous", "Next", "Undo", "Delete", "Close")
    )
    expect(previous).to_be_disabled()
    expect(following).to_be_enabled()
    expect(undo).to_be_disabled()
    for button in (previous, following, close):
        assert_apart(delete, button)
    digit_key = dialog.get_by_role("button", name="Label as 1 (1)")
    expect(digit_key).to_have_attribute("aria-pressed", "false")
    digit_key.click()
    expect(dialog).to_contain_text("Label: 1")
    expect(digit_key).to_have_attribute("aria-pressed", "true")
    expect(undo).to_be_enabled()
    dialog.get_by_role("button", name="Label as 7 (7)").click()
    expect(dialog).to_contain_text("Label: 7")
    expect(digit_key).to_have_attribute("aria-pressed", "false")
    page.page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("heading", name="Prediction 7")).to_be_visible()
    expect(previous).to_be_enabled()
    expect(following).to_be_disabled()
    page.page.keyboard.press("x")
    expect(dialog).to_contain_text("Label: not a digit")
    page.page.keyboard.press("Escape")
    expect(page.rows.nth(0)).to_contain_text("labelled 7")
    expect(page.rows.nth(1)).to_contain_text("labelled not a digit")
    wait_until(page.page, lambda: [item["label"] for item in page.saved()] == ["7", "?"])
    page.page.reload()
    expect(page.rows.nth(0)).to_contain_text("labelled 7")
    open_row(page)
    expect(dialog.get_by_role("button", name="Label as 7 (7)")).to_have_attribute(
        "aria-pressed", "true"
    )
    colors = dialog.locator(".key[aria-pressed=true]").evaluate(
        "key => [getComputedStyle(key).color, getComputedStyle(key).backgroundColor]"
    )
    assert colors[0] != colors[1]
    expect(undo).to_be_disabled()


def test_a_label_is_replaced_before_all_of_the_prediction_is_loaded(
    server: Server, open_page: OpenPage
) -> None:
    save_drawings(server, SEVEN)
    path = f"{server.url}/api/history/{saved_items(server)[0]['id']}"
    http_put(f"{path}/label", json={"text": "1"}).raise_for_status()
    page = open_page()
    held: list[Route] = []
    page.page.route(path, lambda route: held.append(route))
    page.rows.first.get_by_role("button").click()
    wait_until(page.page, lambda: bool(held))
    with page.page.expect_response(f"{path}/label") as answer:
        page.page.keyboard.press("7")
    assert answer.value.status == 200
    held[0].continue_()
    expect(page.page.get_by_role("dialog")).to_contain_text("Label: 7")
    assert saved_items(server)[0]["label"] == "7"


def saved_items(server: Server) -> list[dict[str, Any]]:
    """Return what is in the history, newest first."""
    items: list[dict[str, Any]] = http_get(f"{server.url}/api/history").json()["items"]
    return items


def test_one_digit_of_a_number_is_corrected_in_place(server: Server, open_page: OpenPage) -> None:
    save_drawings(server, NUMBER)
    page = open_page()
    page.expect_history("47")
    dialog = open_row(page)
    dialog.get_by_role("button", name="Digit 2 of 2").click()
    expect(dialog).to_contain_text("What is digit 2 of 2?")
    dialog.get_by_role("button", name="Label as 1 (1)").click()
    expect(dialog).to_contain_text("Label: 41")
    dialog.get_by_placeholder("Label").fill("409")
    page.page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Label: 409")
    expect(dialog).to_be_focused()
    page.page.keyboard.press("u")
    expect(dialog).to_contain_text("Label: 41")
    wait_until(page.page, lambda: page.saved()[0]["label"] == "41")


@both_sizes
def test_a_row_is_deleted_and_restored(server: Server, open_page: OpenPage, size: str) -> None:
    save_drawings(server, ONE, FOUR, SEVEN)
    page = open_page(**SIZES[size])
    deletions = HeldTimers(page.page, UNDO_DELETION)
    open_row(page, 1).get_by_role("button", name="Delete").click()
    undo = page.rows.nth(1).get_by_role("button", name="Undo")
    expect(page.rows.nth(1)).to_contain_text("Deleted: 4")
    expect(undo).to_be_focused()
    expect(undo).to_be_in_viewport()
    undo.click()
    page.expect_history("7", "4", "1")
    expect(focused_row(page, 1)).to_have_count(1)
    open_row(page, 1)
    page.page.keyboard.press("Delete")
    expect(page.rows.nth(1)).to_contain_text("Deleted: 4")
    assert len(page.saved()) == 3  # it can still be restored
    deletions.fire()
    page.expect_history("7", "1")
    expect(page.rows).to_have_count(2)
    wait_until(page.page, lambda: [item["text"] for item in page.saved()] == ["7", "1"])
    expect(focused_row(page, 1)).to_have_count(1)


def test_a_deleted_drawing_that_is_still_on_the_pad_does_not_come_back(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_history("7")
    first = page.saved()[0]["id"]
    dialog = open_row(page)
    deletions = HeldTimers(page.page, UNDO_DELETION)
    dialog.get_by_role("button", name="Delete").click()
    page.draw([[[270.0, 60.0], [270.0, 160.0], [270.0, 250.0]]])
    expect(page.rows).to_have_count(2)  # the deleted one can still be restored
    with page.page.expect_response(lambda response: response.request.method == "DELETE"):
        deletions.fire()
    page.expect_history("71")
    expect(page.rows).to_have_count(1)
    assert first not in [item["id"] for item in page.saved()]
    assert http_get(f"{page.url}/api/history/{first}").status_code == 404


@both_sizes
def test_a_drawing_is_downloaded(
    server: Server, open_page: OpenPage, tmp_path: Path, size: str
) -> None:
    save_drawings(server, SEVEN)
    page = open_page(**SIZES[size])
    dialog = open_row(page)
    found = {}
    for name in ("PNG", "GIF"):
        with page.page.expect_download() as download:
            dialog.get_by_role("link", name=f"Download {name}").click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        with Image.open(file) as image:
            found[file.suffix] = (image.format, getattr(image, "n_frames", 1) > 10)
    assert found == {".png": ("PNG", False), ".gif": ("GIF", True)}


def test_an_image_has_no_strokes_to_draw_on(server: Server, open_page: OpenPage) -> None:
    files = {"file": ("7.png", encoded(picture(SEVEN)))}
    http_post(f"{server.url}/api/predict", files=files).raise_for_status()
    page = open_page()
    dialog = open_row(page)
    expect(dialog.locator("img.picture")).to_be_visible()
    expect(dialog.get_by_role("link", name="Download PNG")).to_be_visible()
    for name in ("Draw on", "Download GIF", "Replay"):
        expect(dialog.get_by_text(name, exact=True)).to_be_hidden()


def test_the_dialog_speaks_chinese(server: Server, open_page: OpenPage) -> None:
    save_drawings(server, NUMBER)
    page = open_page(locale="zh-CN")
    page.expect_history("47")
    dialog = open_row(page)
    dialog.get_by_role("button", name="分享", exact=True).click()
    for size in SIZES.values():
        page.page.set_viewport_size(size["viewport"])
        expect(dialog.get_by_role("img", name="链接的二维码")).to_be_visible()
        check_words(dialog)


def check_words(dialog: Locator) -> None:
    """Check that all that a dialog shows is Chinese."""
    shown = dialog.inner_text() + json.dumps(
        dialog.evaluate("d => [...d.querySelectorAll('*')].map((e) => [e.title, e.ariaLabel])")
    )
    assert "undefined" not in shown
    assert "第 1 个数字（共 2 个）写的是什么？" in shown
    words = set(re.findall(r"[A-Za-z]{2,}", dialog.inner_text()))
    assert words <= {"PNG", "GIF"}


def test_the_dialog_opens_after_the_server_was_unreachable(
    server: Server, open_page: OpenPage
) -> None:
    save_drawings(server, SEVEN)
    page = open_page()
    page.expect_history("7")
    predictions = BlockedRequests(page.page, "**/api/history/*-*")
    page.rows.first.get_by_role("button").click()
    dialog = page.page.get_by_role("dialog")
    expect(dialog).to_contain_text("this prediction is not loaded completely")
    page.page.keyboard.press("Escape")
    predictions.unblock()
    expect(open_row(page).get_by_role("heading", name="Prediction 7")).to_be_visible()


def test_a_downloaded_gif_shows_the_drawing_at_its_end(server: Server) -> None:
    save_drawings(server, FOUR)
    id = http_get(f"{server.url}/api/history").json()["items"][0]["id"]
    pictures = {}
    for name in ("drawing.gif", "drawing.png"):
        response = http_get(f"{server.url}/api/history/{id}/{name}").raise_for_status()
        with Image.open(io.BytesIO(response.content)) as image:
            image.seek(getattr(image, "n_frames", 1) - 1)
            pictures[name] = image.convert("L").resize((48, 64))
    ink = {name: (np.asarray(image) < 128).sum() for name, image in pictures.items()}
    assert ink["drawing.gif"] == pytest.approx(ink["drawing.png"], rel=0.15)
