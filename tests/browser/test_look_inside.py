"""The scene "Look inside" of the big screen: the drawing flows through the network."""

import re
from functools import partial
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.windows import Windows
from tools.dev_server import Server
from tools.inkling_page import InklingPage, wait_until
from tools.mouse import draw
from tools.sample_strokes import SEVEN

LAPTOP, PHONE = (1280, 720), (390, 844)
# Whether something is bright.
HAS_VALUES = """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
    .data.some((value, index) => index % 4 === 0 && value > 127)"""


def open_scene(page: Page, server: Server, language: str) -> Locator:
    """Open the scene, draw a seven, and return the view once it shows the seven."""
    page.goto(f"{server.url}/present?lang={language}&scene=inside")
    expect(page.locator('.stage[data-link="up"]')).to_be_visible()
    draw(page, page.locator(".view .paper").first, SEVEN)
    view = page.locator(".inside")
    expect(view.locator(".output-row").nth(7)).to_have_class(re.compile("first"))
    return view


@pytest.mark.parametrize(
    ("size", "language", "title"),
    [(LAPTOP, "en", "Corners"), (LAPTOP, "zh", "拐角"), (PHONE, "en", "Corners")],
)
def test_the_drawing_flows_through_the_network(
    windows: Windows, server: Server, size: tuple[int, int], language: str, title: str
) -> None:
    width, height = size
    with windows.lend(viewport={"width": width, "height": height}) as window:
        view = open_scene(window.new_page(), server, language)
        expect(view.locator(".stage-maps figcaption").nth(1)).to_have_text(title)
        for canvas in view.locator(".maps canvas").all():
            wait_until(view.page, partial(canvas.evaluate, HAS_VALUES))
        for part in view.locator(".flow > figure").all():
            box = part.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width


def test_a_map_and_an_output_say_what_they_do(windows: Windows, server: Server) -> None:
    with windows.lend(viewport={"width": 1280, "height": 720}) as window:
        page = window.new_page()
        view = open_scene(page, server, "en")
        caption = view.locator(".close-look figcaption")
        view.locator(".maps canvas").first.hover()
        expect(caption).to_contain_text("Lines, map 19 of 32.")
        view.locator(".maps canvas").nth(4).focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(caption).to_have_text(
            re.compile(r"The whole, map 5 of 64\. It adds [+−]\d\.\d\d to 7\.")
        )
        expect(page.locator(".stage")).to_have_attribute("data-scene", "inside")  # no other scene
        view.locator(".output-row").nth(1).click()
        expect(view.locator(".output-row").nth(1)).to_have_attribute("aria-pressed", "true")
        page.mouse.move(5, 5)
        view.locator(".maps canvas").nth(4).focus()
        page.keyboard.press("ArrowUp")
        expect(caption).to_contain_text("to 1.")


def test_covering_the_corner_of_a_seven_changes_the_answer(
    windows: Windows, server: Server
) -> None:
    with windows.lend(viewport={"width": 1280, "height": 720}) as window:
        page = window.new_page()
        view = open_scene(page, server, "en")
        seven, not_a_digit = view.locator(".output-row").nth(7), view.locator(".output-row").nth(10)
        canvas = view.locator(".input canvas")
        canvas.scroll_into_view_if_needed()  # waits until it does not move
        box = canvas.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * 18.5 / 28, box["y"] + box["height"] * 12.5 / 28)
        page.mouse.down()
        expect(not_a_digit).to_have_class(re.compile("first"))
        page.mouse.up()
        expect(seven).to_have_class(re.compile("first"))
        canvas.focus()
        for key in ["ArrowRight"] * 4 + ["ArrowUp"] * 2:
            page.keyboard.press(key)
        expect(not_a_digit).to_have_class(re.compile("first"))
        page.keyboard.press("Escape")
        expect(seven).to_have_class(re.compile("first"))


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_scene(
    windows: Windows, server: Server, color_scheme: Literal["light", "dark"]
) -> None:
    size = {"width": PHONE[0], "height": PHONE[1]}
    with windows.lend(viewport=size, color_scheme=color_scheme) as window:
        page = window.new_page()
        open_scene(page, server, "zh")
        assert Axe().run(page).response["violations"] == []


def test_the_tour_looks_inside_an_example(windows: Windows, server: Server) -> None:
    with windows.lend(viewport={"width": 1280, "height": 720}) as window:
        page = window.new_page()
        page.goto(f"{server.url}/present?lang=en&scene=tour1")
        expect(page.locator('.stage[data-link="up"]')).to_be_visible()
        expect(page.locator(".inside")).to_be_hidden()
        for step in ("tour2", "tour3", "tour4"):
            page.keyboard.press("ArrowRight")
            expect(page.locator(".stage")).to_have_attribute("data-scene", step)
            expect(page.locator(".inside .output-row").nth(7)).to_have_class(re.compile("first"))


def test_the_drawing_page_leads_to_the_scene(page: InklingPage) -> None:
    details = page.page.locator("details", has=page.page.locator(".steps"))
    details.locator("summary").click()
    details.get_by_role("link", name="Look inside, live").click()
    expect(page.page.locator(".stage")).to_have_attribute("data-scene", "inside")
