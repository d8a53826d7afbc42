"""Every dialog of the site: Escape closes it and does nothing else."""

import re
from itertools import product

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenPage, OpenReview
from tests.browser.http_requests import http_get
from tests.browser.pages import Presentation
from tools.inkling_page import InklingPage
from tools.sample_strokes import FOUR, SEVEN

SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


def open_dialog(page: InklingPage, name: str) -> Locator:
    """Open a dialog of the drawing page and return it."""
    if name == "delete":
        page.button("Delete my drawings").click()
    elif name == "help":
        page.page.locator("a.help-link").click()
    else:
        page.rows.first.get_by_role("button").click()
    dialog = page.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


@pytest.mark.parametrize("size", SIZES)
def test_escape_closes_a_dialog_and_leaves_the_pad(open_page: OpenPage, size: str) -> None:
    width, height = SIZES[size]
    page = open_page(viewport={"width": width, "height": height})
    cases = product(("delete", "help", "prediction"), (True, False))
    for count, (name, focused) in enumerate(cases, start=1):
        page.draw(SEVEN)
        page.expect_history(*["7"] * count)
        check_escape(page, name, focused)


def check_escape(page: InklingPage, name: str, focused: bool) -> None:
    """Open a dialog and close it with Escape; focused: it has the focus."""
    dialog = open_dialog(page, name)
    if not focused:  # as when the element that had it was removed
        page.page.evaluate(
            """() => {
                let active = document.activeElement;
                while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
                active?.blur();
            }"""
        )
    for key in ("c", "u", "n"):  # of the pad and the samples
        page.page.keyboard.press(key)
    expect(dialog).to_be_visible()
    page.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.expect_prediction("7")
    expect(page.button("Clear")).to_be_enabled()
    page.page.keyboard.press("Escape")  # nothing is open now: this one is the pad's
    expect(page.button("Clear")).to_be_disabled()


def test_escape_closes_an_open_prediction_of_the_review(open_review: OpenReview) -> None:
    page = open_review(SEVEN, FOUR)
    page.select(0)
    page.page.keyboard.press("Enter")
    expect(page.dialog).to_be_visible()
    page.dialog.get_by_placeholder("Label").fill("12")
    page.page.keyboard.press("Escape")
    expect(page.dialog).to_be_hidden()
    page.expect_selected(0)
    assert page.saved_labels() == [None, None]
    items = http_get(f"{page.url}/api/history").json()["items"]
    assert [item["text"] for item in items] == ["4", "7"]


def test_escape_closes_the_keys_of_the_big_screen(presentation: Presentation) -> None:
    presentation.press("?")
    dialog = presentation.screen.get_by_role("dialog")
    expect(dialog).to_be_visible()
    presentation.press("Escape")
    expect(dialog).to_be_hidden()
    expect(presentation.stage).not_to_have_attribute("data-black", re.compile(".*"))
    expect(presentation.screen.locator(".invitation .code")).to_be_visible()
