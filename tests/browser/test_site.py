"""What every page has: a title, its keys, a header that fits, contrast, and an icon to install."""

import io
import json
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageStat
from playwright.sync_api import Locator, Page, Playwright, expect

from tests.browser.conftest import OpenPage, save_drawings
from tests.browser.windows import Windows
from tools.chromium import launch_with_profile
from tools.dev_server import Server
from tools.inkling_page import InklingPage, wait_until
from tools.mouse import draw
from tools.sample_strokes import FOUR, SEVEN


@pytest.fixture
def tab(windows: Windows) -> Iterator[Page]:
    """An empty tab of an English browser; JavaScript errors fail the test."""
    problems: list[str] = []
    with windows.lend(locale="en-GB") as window:
        page = window.new_page()
        page.on("pageerror", lambda error: problems.append(error.stack or str(error)))
        yield page
    assert problems == []


def test_the_tab_names_the_page_in_its_language(tab: Page, server: Server) -> None:
    tab.goto(f"{server.url}/accuracy")
    heading = tab.get_by_role("heading", level=2).first
    expect(heading).to_be_visible()
    expect(tab).to_have_title("Accuracy · Inkling")
    tab.get_by_role("link", name="Review", exact=True).click()
    expect(tab.get_by_role("listbox")).to_be_attached()
    expect(tab).to_have_title("Review · Inkling")
    tab.get_by_role("radio", name="中文").click()
    expect(tab).to_have_title("审阅 · Inkling")
    expect(tab.locator("html")).to_have_attribute("lang", "zh")
    tab.get_by_role("link", name="书写", exact=True).click()
    expect(tab).to_have_title("Inkling · 手写数字识别")


def test_the_keys_are_shown_and_change_nothing_behind_them(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_prediction("7")
    page.page.keyboard.press("?")
    dialog = page.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("heading", level=2).nth(1)).to_have_text("Draw")  # this page first
    page.page.keyboard.press("c")
    page.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.expect_prediction("7")
    page.page.keyboard.press("c")
    expect(page.text).not_to_have_text("7")


@pytest.mark.parametrize(
    ("path", "ready", "name"),
    [
        ("/review?lang=zh", "[role=listbox]", "快捷键"),
        ("/accuracy", "h2", "Keyboard shortcuts"),
        ("/present", '.stage[data-link="up"]', "Keys"),
        ("/sign-in", "main", "Keyboard shortcuts"),
        ("/privacy", "main", "Keyboard shortcuts"),
        ("/no/such/page", "main", "Keyboard shortcuts"),
    ],
)
def test_a_question_mark_shows_the_keys(
    tab: Page, server: Server, path: str, ready: str, name: str
) -> None:
    tab.goto(server.url + path)
    expect(tab.locator(ready).first).to_be_attached()
    tab.keyboard.press("?")
    expect(tab.get_by_role("dialog", name=name)).to_be_visible()


@pytest.mark.parametrize("path", ["/review", "/join"])
def test_the_keys_are_reached_by_touch(tab: Page, server: Server, path: str) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto(server.url + path)
    tab.get_by_role("link", name="Keyboard shortcuts").click()
    dialog = tab.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    assert Axe().run(tab).response["violations"] == []
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    assert tab.url == server.url + path


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_header_fits_the_window(tab: Page, protected_server: Server, language: str) -> None:
    tab.goto(f"{protected_server.url}/?lang={language}")
    header = tab.locator(".st-key-header")
    expect(header.locator(".help-link")).to_be_visible()
    expect(header.locator("[data-testid=stButtonGroup] button")).to_have_count(2)
    expect(header.locator(".st-key-navigation a")).to_have_count(5)
    for width in (1280, 840, 800, 768, 390, 320):
        tab.set_viewport_size({"width": width, "height": 700})
        with suppress(AssertionError):
            wait_until(tab, partial(fits, header, width), seconds=15)  # the layout follows the size
        assert fits(header, width), width


def fits(header: Locator, width: int) -> bool:
    """Return whether a header is in the window, its links in a row, and no part over another."""
    links = boxes(header.locator(".st-key-navigation a"))
    buttons = boxes(header.locator("[data-testid=stButtonGroup] button"))
    everything = [*links, *buttons, *boxes(header.locator(".help-link, h1"))]
    return (
        len({round(box["y"]) for box in buttons}) == 1
        and max(box["y"] for box in links) - min(box["y"] for box in links) < 16
        and all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in everything)
        and not any(overlap(*pair) for pair in combinations(everything, 2))
        and header.page.evaluate("document.documentElement.scrollWidth") == width
    )


def boxes(locator: Locator) -> list[Any]:
    """Return the bounding boxes of all elements."""
    return [element.bounding_box() for element in locator.all()]


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    """Return whether two boxes have more than their borders in common."""
    return all(
        one[start] + 2 < other[start] + other[size] and other[start] + 2 < one[start] + one[size]
        for start, size in (("x", "width"), ("y", "height"))
    )


def test_bars_and_pens_are_visible_in_high_contrast(open_page: OpenPage) -> None:
    page = open_page(media={"forced_colors": "active"})
    page.draw(SEVEN)
    page.expect_prediction("7")
    paper = color(page.page.locator(".st-key-prediction_area .card"))
    first = page.bars.nth(7)
    assert color(first.locator("i")) != paper
    assert color(page.bars.nth(0).locator("i")) not in (paper, color(first.locator("i")))
    border = first.locator(".track").evaluate("track => getComputedStyle(track).borderTopWidth")
    assert border == "1px"
    pens = page.page.locator(".widths i")
    colors = [color(pen) for pen in pens.all()]
    assert paper not in colors
    assert len(set(colors)) == 2  # the chosen one differs


def color(locator: Locator) -> str:
    """Return the color that fills an element."""
    filled: str = locator.evaluate("element => getComputedStyle(element).backgroundColor")
    return filled


@pytest.mark.parametrize(("scheme", "is_bright"), [("light", True), ("dark", False)])
def test_thumbnails_are_as_bright_as_the_page(
    tab: Page, server: Server, scheme: Literal["light", "dark"], is_bright: bool
) -> None:
    save_drawings(server, FOUR, SEVEN)
    tab.emulate_media(color_scheme=scheme)
    tab.goto(f"{server.url}/review")
    thumbnail = tab.locator("[role=option] img").first
    expect(thumbnail).to_be_visible()
    assert (brightness(thumbnail) > 128) == is_bright
    tab.locator("[role=option]").first.dblclick()
    for selector in ("dialog .replay svg", "dialog .similar img"):
        picture = tab.locator(selector).first
        expect(picture).to_be_visible()
        assert (brightness(picture) > 128) == is_bright


def brightness(locator: Locator) -> float:
    """Return the mean of an element's pixels, 0 to 255, once it is loaded."""
    locator.evaluate("element => element.decode?.()")
    image = Image.open(io.BytesIO(locator.screenshot())).convert("L")
    return ImageStat.Stat(image).mean[0]


def test_the_site_can_be_installed(tab: Page, server: Server) -> None:
    tab.goto(f"{server.url}/about")
    session = tab.context.new_cdp_session(tab)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert json.loads(manifest["data"])["start_url"] == "./"
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error["errorId"] for error in errors] == ["in-incognito"]  # as windows of tests are


@pytest.mark.usefixtures("browser")  # which skips without Chromium
def test_pages_work_without_site_storage(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    profile = tmp_path / "Default"
    profile.mkdir()
    blocked = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (profile / "Preferences").write_text(json.dumps(blocked))
    window = launch_with_profile(playwright, tmp_path)
    problems: list[str] = []
    page = window.new_page()
    page.on("pageerror", lambda error: problems.append(error.stack or str(error)))
    drawing_page = InklingPage(page, server.url)
    refused = "() => { try { return !localStorage } catch { return true } }"
    assert page.evaluate(refused), "the browser must block storage"
    drawing_page.draw(SEVEN)
    drawing_page.expect_history("7")
    page.goto(f"{server.url}/review")
    page.locator("[role=option]").first.click()
    page.keyboard.press("7")
    expect(page.locator(".bar .state")).to_have_attribute("data-state", "saved")
    page.goto(f"{server.url}/accuracy")
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    page.goto(f"{server.url}/present")
    expect(page.locator('.stage[data-link="up"]')).to_be_visible()
    expect(page.locator(".invitation .code")).not_to_be_empty()
    code = page.locator(".invitation .code").inner_text()
    phone = window.new_page()
    phone.on("pageerror", lambda error: problems.append(error.stack or str(error)))
    phone.goto(f"{server.url}/join?room={code}")
    expect(phone.locator(".state")).to_have_attribute("data-state", "all")
    draw(phone, phone.locator(".paper"), SEVEN)
    expect(page.locator(".corner span")).to_have_text("1")
    window.close()
    assert problems == []
