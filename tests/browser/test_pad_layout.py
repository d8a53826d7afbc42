"""The pad, its tools and the answer on screens of every size, and the order of the Tab key."""

from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.browser.conftest import OpenPage
from tests.browser.pages import PHONE
from tools.inkling_page import InklingPage, wait_for_frames, wait_until
from tools.sample_strokes import FOUR, SEVEN

LANDSCAPE_PHONE: dict[str, Any] = PHONE | {"viewport": {"width": 844, "height": 390}}
# Screens of 1280×720, 1280×800 and 1920×1080 pixels at a zoom of 200 %.
ZOOMED_SIZES: list[ViewportSize] = [
    {"width": 640, "height": 360},
    {"width": 640, "height": 400},
    {"width": 960, "height": 540},
]
ZOOMED: dict[str, Any] = {"viewport": ZOOMED_SIZES[0], "device_scale_factor": 2}
# Width and height of the window, and the smallest and largest width of the pad.
LARGE_SCREENS = [(1280, 800, 480, 480), (1920, 1080, 700, 740), (2560, 1440, 800, 900)]
# The part of the pad that the drawing covers: left, top, right and bottom, 0 to 1.
DRAWN_AREA = """canvas => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const xs = [], ys = [];
    for (let index = 3; index < data.length; index += 4) {
        if (data[index] < 128) continue;
        xs.push((index >> 2) % width / width);
        ys.push(Math.floor((index >> 2) / width) / height);
    }
    const ends = values => values.reduce(([least, most], value) =>
        [Math.min(least, value), Math.max(most, value)], [1, 0]);
    const [[left, right], [top, bottom]] = [ends(xs), ends(ys)];
    return [left, top, right, bottom];
}"""
FOCUSED = """() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const area = ["header", "pad_area", "prediction_area", "image_area", "history_area", "footer"]
        .find(name => document.activeElement.closest(`.st-key-${name}`));
    const { left, top } = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return { area, left, top, outline: style.outlineStyle, background: style.backgroundColor };
}"""


def covered_area(page: InklingPage) -> list[float]:
    """Return the part of the pad that the drawing covers: left, top, right and bottom, 0 to 1."""
    wait_for_frames(page.page)
    area: list[float] = page.page.locator(".st-key-paper .stroke-layer").evaluate(DRAWN_AREA)
    return area


def expect_on_screen(page: InklingPage, *elements: Locator) -> None:
    """Wait until all of these elements are in the window."""
    wait_until(page.page, lambda: all(is_on_screen(page, element) for element in elements))


def is_on_screen(page: InklingPage, element: Locator) -> bool:
    """Return whether all of an element is in the window."""
    box, size = element.bounding_box(), page.page.viewport_size
    assert box
    assert size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size["width"]
        and box["y"] + box["height"] <= size["height"]
    )


def parts(page: InklingPage) -> list[Locator]:
    """Return the pad, its tools and the answer."""
    tools = page.page.locator(".st-key-pad_area .tools")
    return [page.pad, tools, tools.locator("button").last, page.text]


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("screen", [LANDSCAPE_PHONE, ZOOMED], ids=["phone", "zoomed"])
def test_pad_tools_answer_and_bars_are_on_a_low_screen(
    open_page: OpenPage, screen: dict[str, Any], locale: str
) -> None:
    page = open_page(locale=locale, **screen)
    page.draw(FOUR)
    page.expect_prediction("4")
    for size in ZOOMED_SIZES if screen is ZOOMED else [screen["viewport"]]:
        page.page.set_viewport_size(size)
        expect_on_screen(page, *parts(page), page.bars.last)
        main = page.page.locator("[data-testid=stMain]")
        assert main.evaluate("main => main.scrollTop") == 0


def test_on_a_phone_the_answer_is_next_to_the_hand(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    page.draw(FOUR)
    page.expect_prediction("4")
    for height in (844, 664):  # without and with the browser's own bars
        page.page.set_viewport_size({"width": 390, "height": height})
        expect_on_screen(page, *parts(page))
        pad, text = page.pad.bounding_box(), page.text.bounding_box()
        assert pad
        assert text
        assert text["y"] - (pad["y"] + pad["height"]) < 150


def test_the_tools_are_one_row(page: InklingPage) -> None:
    tools = page.page.locator(".st-key-pad_area .tools")
    for width in (390, 820, 1280, 1920):
        page.page.set_viewport_size({"width": width, "height": 900})
        wait_until(page.page, lambda: 20 < tools.evaluate("tools => tools.clientHeight") < 50)


def test_the_pad_uses_a_large_screen(page: InklingPage) -> None:
    for count, (width, height, least, most) in enumerate(LARGE_SCREENS, start=1):
        page.page.set_viewport_size({"width": width, "height": height})
        wait_until(page.page, partial(pad_is_as_wide, page, least, most))
        expect_on_screen(page, *parts(page))
        page.draw(SEVEN)
        page.expect_prediction("7")
        page.expect_history(*["7"] * count)
        page.button("Clear").click()


def pad_is_as_wide(page: InklingPage, least: float, most: float) -> bool:
    """Return whether the width of the pad, in CSS pixels, is in this range."""
    width: float = page.pad.evaluate("pad => pad.clientWidth")
    return least <= width <= most


def test_the_drawing_stays_when_the_window_changes_its_size(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1920, "height": 1080})
    page.draw(FOUR[:1])
    before = covered_area(page)
    sizes = [(1280, 800), (390, 844), (844, 390), (640, 360), (1920, 1080)]
    for width, height in sizes:
        page.page.set_viewport_size({"width": width, "height": height})
        wait_until(page.page, lambda: covered_area(page) == pytest.approx(before, abs=0.02))
    page.page.set_viewport_size({"width": 844, "height": 390})
    page.draw(FOUR[1:])
    page.expect_prediction("4")
    page.expect_history("4")
    page.button("Undo").click()
    wait_until(page.page, lambda: covered_area(page) == pytest.approx(before, abs=0.02))


def focus_path(page: InklingPage) -> list[dict[str, Any]]:
    """Return what the Tab key visits between the header and the footer."""
    path: list[dict[str, Any]] = []
    page.page.evaluate("document.activeElement.blur()")
    while not path or path[-1].get("area") != "footer":
        page.page.keyboard.press("Tab")
        path.append(page.page.evaluate(FOCUSED))
        assert len(path) < 80
    return [stop for stop in path if stop.get("area")]


def test_the_tab_key_follows_the_eye(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_history("7")
    order = ["header", "pad_area", "prediction_area", "image_area", "history_area", "footer"]
    for width in (1280, 820, 390):
        page.page.set_viewport_size({"width": width, "height": 900})
        expect_on_screen(page, page.page.locator(".st-key-header"))
        path = focus_path(page)
        areas = [stop["area"] for stop in path]
        assert areas == sorted(areas, key=order.index)
        header = [stop for stop in path if stop["area"] == "header"]
        places = [(round(stop["top"] / 30), stop["left"]) for stop in header]
        assert places == sorted(places)


def test_the_focus_does_not_look_like_the_current_page(page: InklingPage) -> None:
    links = page.page.locator(".st-key-navigation a")
    current, other = (
        link.evaluate("a => getComputedStyle(a).backgroundColor")
        for link in (links.nth(0), links.nth(1))
    )
    assert current != other
    stops = [stop for stop in focus_path(page) if stop["area"] == "header"]
    review = stops[1]
    assert (review["outline"], review["background"]) == ("solid", other)


@pytest.mark.parametrize("size", [{"width": 390, "height": 844}, {"width": 1280, "height": 800}])
def test_the_outline_of_the_samples_goes_along_with_the_n_key(
    open_page: OpenPage, size: dict[str, int]
) -> None:
    page = open_page(viewport=size)
    tiles = page.page.locator(".st-key-image_area .tile")
    tiles.nth(2).click()
    page.expect_prediction("2")
    for index in (3, 4):
        page.page.keyboard.press("n")
        page.expect_prediction(str(index))
        expect(tiles.nth(index)).to_be_focused()
        expect(page.page.locator(".st-key-image_area .tile[aria-current]")).to_have_count(1)
        expect(tiles.nth(index)).to_have_attribute("aria-current", "true")
    page.draw(SEVEN)
    expect(page.page.locator(".st-key-image_area .tile[aria-current]")).to_have_count(0)
