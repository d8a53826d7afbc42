"""Images from a file, the clipboard, drag and drop, the camera, and the samples."""

import base64
from pathlib import Path as FilePath

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import FilePayload, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.conftest import OpenPage
from tools.inkling_page import InklingPage
from tools.sample_strokes import SEVEN, THREE, encoded, picture

# Gives a file to the page as the browser does on paste or drop.
_PASTE_OR_DROP = """([kind, name, type, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  const options = { bubbles: true, cancelable: true, composed: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
    : new DragEvent("drop", { ...options, dataTransfer: transfer });
  document.body.dispatchEvent(event);
}"""


def choose_file(page: InklingPage, content: bytes, name: str = "digit.png") -> None:
    file = FilePayload(name=name, mimeType="image/png", buffer=content)
    page.page.locator("input[type=file]").set_input_files(file)


def paste_or_drop(page: InklingPage, kind: str, content: bytes) -> None:
    page.page.evaluate(
        _PASTE_OR_DROP, [kind, "digit.png", "image/png", base64.b64encode(content).decode()]
    )


def test_a_chosen_file_is_predicted_and_saved(page: InklingPage) -> None:
    choose_file(page, encoded(picture(SEVEN)))
    page.expect_prediction("7")
    page.expect_history("7")
    assert page.saved()[0]["source"] == "upload"
    expect(page.rows.first).to_contain_text("uploaded")
    expect(page.page.locator(".said")).to_be_empty()


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_an_image_can_be_pasted_or_dropped(page: InklingPage, kind: str) -> None:
    paste_or_drop(page, kind, encoded(picture(THREE)))
    page.expect_prediction("3")
    page.expect_history("3")


def test_the_same_file_again_is_another_record(page: InklingPage) -> None:
    for count in (1, 2):
        choose_file(page, encoded(picture(SEVEN)))
        expect(page.rows).to_have_count(count)


def test_no_message_relies_on_the_message_cache_of_the_browser(open_page: OpenPage) -> None:
    messages: list[ForwardMsg] = []

    def watch(socket: WebSocket) -> None:
        if socket.url.endswith("/_stcore/stream"):
            socket.on("framereceived", lambda data: messages.append(ForwardMsg.FromString(data)))

    page = open_page(watch=watch)
    background = Image.effect_noise((300, 300), 20).point(lambda light: light // 2 + 128)
    choose_file(page, encoded(ImageChops.darker(picture(SEVEN), background)))
    page.expect_prediction("7")  # it comes from Streamlit
    page.expect_history("7")
    page.draw(THREE)
    page.expect_history("3", "7")
    # Streamlit caches messages of more than 10 kB.
    assert max(message.ByteSize() for message in messages) > 10_000
    assert [message.hash for message in messages if message.metadata.cacheable] == []
    assert [message.ref_hash for message in messages if message.ref_hash] == []


def test_a_photo_is_predicted_and_saved(page: InklingPage) -> None:
    page.button("Take a photo").click()
    expect(page.page.locator("video")).to_be_visible()
    page.button("Capture").click()
    expect(page.rows).to_have_count(1)
    expect(page.page.locator("video")).not_to_be_visible()
    assert page.saved()[0]["source"] == "upload"


def test_the_camera_can_be_closed_without_a_photo(page: InklingPage) -> None:
    page.button("Take a photo").click()
    page.button("Cancel").click()
    expect(page.page.locator("video")).not_to_be_visible()
    expect(page.button("Take a photo")).to_be_focused()


def test_a_sample_is_predicted_with_one_click(page: InklingPage) -> None:
    page.button("Sample 3: a handwritten 2").click()
    page.expect_history("2")
    page.expect_prediction("2")
    assert page.saved()[0]["source"] == "sample"


def test_a_key_chooses_the_next_sample(page: InklingPage) -> None:
    page.page.keyboard.press("n")
    page.expect_history("0")
    page.page.keyboard.press("n")
    page.expect_history("1", "0")


def test_an_image_replaces_the_drawing(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_history("7")
    choose_file(page, encoded(picture(THREE)))
    page.expect_history("3", "7")
    page.expect_prediction("3")
    expect(page.button("Clear")).to_be_disabled()
    page.draw(SEVEN)
    page.expect_history("7", "3", "7")
    page.expect_prediction("7")


def test_the_pages_of_a_pdf_can_be_turned(page: InklingPage) -> None:
    pages = [picture([]), picture(THREE), picture(SEVEN)]
    content = encoded(pages[0], "PDF", save_all=True, append_images=pages[1:])
    choose_file(page, content, "scan.pdf")
    page.expect_history("3", "7")
    page.expect_prediction("3")
    pager = page.page.locator(".pager")
    expect(pager).to_contain_text("Page 2 of 3")
    expect(page.button("Previous page")).to_be_disabled()
    page.button("Next page").click()
    page.expect_prediction("7")
    expect(pager).to_contain_text("Page 3 of 3")
    expect(page.button("Next page")).to_be_disabled()
    page.button("Previous page").click()
    page.expect_prediction("3")
    page.draw(SEVEN)
    page.expect_prediction("7")
    expect(pager).to_be_hidden()


def test_a_heic_photo_is_predicted(page: InklingPage) -> None:
    content = FilePath("tests/data/pictures/photo.heic").read_bytes()
    choose_file(page, content, "IMG_0001.jpg")
    page.expect_prediction("5")
    page.expect_history("5")


INVALID_FILES = {
    "text": (b"just some words", "not an image"),
    "truncated": (encoded(picture(SEVEN), "JPEG")[:900], "cut off"),
    "empty": (b"", "empty"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not an image"),
}


def test_an_invalid_file_shows_an_error_and_the_page_still_works(page: InklingPage) -> None:
    history = ["7"]
    page.draw(SEVEN)
    page.expect_history(*history)
    for content, message in INVALID_FILES.values():
        choose_file(page, content, "bad.png")
        expect(page.error).to_contain_text(message)
        page.expect_history(*history)
        choose_file(page, encoded(picture(THREE)))
        history.insert(0, "3")
        page.expect_history(*history)
        expect(page.error).to_be_hidden()


def test_errors_are_in_the_language_of_the_page(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    choose_file(page, b"just some words")
    expect(page.error).to_contain_text("不支持这种文件")


def test_a_blank_image_is_reported_as_blank(page: InklingPage) -> None:
    choose_file(page, encoded(picture([])))
    expect(page.page.locator(".st-key-prediction_area .sure")).to_contain_text("blank")
