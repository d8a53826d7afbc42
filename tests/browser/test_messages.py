"""What the page says of an image is on the screen of a phone, once, and nothing contradicts it."""

from pathlib import Path as FilePath

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.pages import PHONE
from tests.browser.test_images import choose_file
from tools.inkling_page import InklingPage, wait_for_frames, wait_until
from tools.sample_strokes import SEVEN, encoded, picture

HEIGHT = PHONE["viewport"]["height"]
EMPTY = {"en-GB": "This file is empty", "zh-CN": "这个文件是空的"}
BLANK = {"en-GB": "This image looks blank", "zh-CN": "这张图片似乎是空白的"}
LARGE = {"en-GB": "larger than 10 MB", "zh-CN": "文件超过 10 MB"}
# What the page says while there is nothing to recognize: of an image it would be wrong.
NOTHING = ("Nothing to recognize", "还没有可识别的内容", "The pad is empty", "手写板是空的")


def is_on_screen(element: Locator) -> bool:
    box = element.bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= HEIGHT


def expect_on_screen(page: InklingPage, *elements: Locator) -> None:
    """Wait until all of these elements are completely on the screen."""
    for element in elements:
        expect(element).to_be_visible()
    wait_until(page.page, lambda: all(is_on_screen(element) for element in elements))


def expect_only_message(page: InklingPage, sentence: str) -> None:
    """Wait until the page says this, on the screen, once, and nothing else about the image."""
    message = page.page.get_by_text(sentence).locator("visible=true")
    announced = page.page.locator(".visually-hidden").get_by_text(sentence)
    expect(message.and_(page.page.locator(":not(.visually-hidden)"))).to_have_count(1)
    expect_on_screen(page, message.and_(page.page.locator(":not(.visually-hidden)")))
    assert announced.count() <= 1
    for other in NOTHING:
        said = page.page.locator(".st-key-prediction_area").get_by_text(other)
        expect(said.locator("visible=true")).to_have_count(0)
    assert visible_texts(page.page, ".said", ".error", ".files .note").count(sentence) <= 1


def visible_texts(page: Page, *selectors: str) -> str:
    """Return what these elements say together."""
    found = page.locator(", ".join(selectors)).locator("visible=true")
    return "\n".join(found.all_inner_texts())


def scroll_to_files(page: InklingPage) -> None:
    """Scroll as one does to choose a file, so that the answer is not on the screen."""

    def scroll() -> bool:  # again while the page itself scrolls to the answer for an image
        page.page.locator(".st-key-image_area").evaluate(
            "area => area.scrollIntoView({ block: 'start' })"
        )
        wait_for_frames(page.page)
        return not is_on_screen(page.text)

    wait_until(page.page, scroll)


@pytest.mark.parametrize("source", ["sample", "upload", "photo"])
def test_the_answer_for_an_image_comes_on_the_screen(open_page: OpenPage, source: str) -> None:
    page = open_page(**PHONE)
    scroll_to_files(page)
    if source == "sample":
        page.button("Sample 8: a handwritten 7").click()
    elif source == "upload":
        choose_file(page, encoded(picture(SEVEN)))
    else:
        page.button("Take a photo").click()
        page.button("Capture").click()
    if source != "photo":
        page.expect_prediction("7")
    expect(page.correction).to_be_visible()
    expect_on_screen(page, page.text, page.correction)


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("before", ["nothing", "drawing", "image"])
def test_an_empty_file_has_one_message_on_the_screen(
    open_page: OpenPage, locale: str, before: str
) -> None:
    page = open_page(locale=locale, **PHONE)
    if before == "drawing":
        page.draw(SEVEN)
        page.expect_history("7")
    elif before == "image":
        choose_file(page, encoded(picture(SEVEN)))
        page.expect_history("7")
        page.expect_prediction("7")
        expect_on_screen(page, page.text, page.correction)
    scroll_to_files(page)
    choose_file(page, b"")
    expect_only_message(page, EMPTY[locale])
    # The answer stays with a drawing, which is on the pad. That for an image would seem to be for
    # this file.
    page.expect_prediction("7" if before == "drawing" else "–")
    page.draw(SEVEN)
    page.expect_prediction("7")
    expect(page.error).to_be_hidden()


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_a_blank_image_has_one_message_on_the_screen(open_page: OpenPage, locale: str) -> None:
    page = open_page(locale=locale, **PHONE)
    scroll_to_files(page)
    choose_file(page, encoded(picture([])))
    expect_only_message(page, BLANK[locale])
    announcement = page.page.locator(".st-key-prediction_area .visually-hidden[aria-live=polite]")
    expect(announcement).to_have_text(BLANK[locale])
    yes = {"en-GB": "Yes", "zh-CN": "对"}[locale]
    expect(page.correction.get_by_role("button", name=yes, exact=True)).to_have_count(0)
    page.correction.locator(".key").nth(4).tap()
    wait_until(page.page, lambda: page.saved()[0]["label"] == "4")


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_a_large_file_has_one_message_on_the_screen(
    open_page: OpenPage, tmp_path: FilePath, locale: str
) -> None:
    page = open_page(locale=locale, **PHONE)
    choose_file(page, encoded(picture(SEVEN)))
    page.expect_prediction("7")
    expect_on_screen(page, page.text, page.correction)
    large = tmp_path / "large.png"
    large.write_bytes(bytes(11 * 2**20))
    scroll_to_files(page)
    page.page.locator("input[type=file]").first.set_input_files(large)
    expect_only_message(page, LARGE[locale])


def test_coming_back_to_an_image_does_not_scroll(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    choose_file(page, encoded(picture(SEVEN)))
    page.expect_history("7")
    page.page.get_by_role("link", name="Accuracy").click()
    expect(page.pad).to_have_count(0)
    page.page.get_by_role("link", name="Draw").click()
    page.wait_until_ready()
    page.expect_prediction("7")
    expect_on_screen(page, page.page.get_by_role("heading", name="Inkling"))
