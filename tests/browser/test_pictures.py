"""A person shows pictures: files, the clipboard, the camera, the samples."""

import base64
from pathlib import Path as FilePath

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import FilePayload, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.conftest import OpenPage
from tools.inkling_page import InklingPage
from tools.sample_strokes import SEVEN, THREE, encoded, picture

# Hands a file to the page as the browser does on paste or drop.
_HAND_OVER = """([kind, name, type, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  const options = { bubbles: true, cancelable: true, composed: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
    : new DragEvent("drop", { ...options, dataTransfer: transfer });
  document.body.dispatchEvent(event);
}"""


def choose(page: InklingPage, content: bytes, name: str = "digit.png") -> None:
    file = FilePayload(name=name, mimeType="image/png", buffer=content)
    page.page.locator("input[type=file]").set_input_files(file)


def hand_over(page: InklingPage, kind: str, content: bytes) -> None:
    page.page.evaluate(
        _HAND_OVER, [kind, "digit.png", "image/png", base64.b64encode(content).decode()]
    )


def test_a_chosen_file_is_read_and_kept(page: InklingPage) -> None:
    choose(page, encoded(picture(SEVEN)))
    page.expect_read("7")
    page.expect_rows("7")
    assert page.kept()[0]["source"] == "upload"
    expect(page.rows.first).to_contain_text("uploaded")
    expect(page.page.locator(".said")).to_be_empty()


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_is_pasted_or_dropped(page: InklingPage, kind: str) -> None:
    hand_over(page, kind, encoded(picture(THREE)))
    page.expect_read("3")
    page.expect_rows("3")


def test_the_same_file_again_is_another_row(page: InklingPage) -> None:
    for count in (1, 2):
        choose(page, encoded(picture(SEVEN)))
        expect(page.rows).to_have_count(count)


def test_the_server_counts_on_nothing_that_a_browser_may_have_dropped(open_page: OpenPage) -> None:
    sent: list[ForwardMsg] = []

    def watch(socket: WebSocket) -> None:
        if socket.url.endswith("/_stcore/stream"):
            socket.on("framereceived", lambda data: sent.append(ForwardMsg.FromString(data)))

    page = open_page(watch=watch)
    paper = Image.effect_noise((300, 300), 20).point(lambda light: light // 2 + 128)
    choose(page, encoded(ImageChops.darker(picture(SEVEN), paper)))
    page.expect_rows("7")
    page.draw(THREE)
    page.expect_rows("3", "7")
    assert max(message.ByteSize() for message in sent) > 10_000  # bytes: what Streamlit would cache
    assert [message.hash for message in sent if message.metadata.cacheable] == []
    assert [message.ref_hash for message in sent if message.ref_hash] == []


def test_a_photo_is_taken(page: InklingPage) -> None:
    page.button("Take a photo").click()
    expect(page.page.locator("video")).to_be_visible()
    page.button("Take it").click()
    expect(page.rows).to_have_count(1)
    expect(page.page.locator("video")).not_to_be_visible()
    assert page.kept()[0]["source"] == "upload"


def test_the_camera_is_left_without_a_photo(page: InklingPage) -> None:
    page.button("Take a photo").click()
    page.button("Cancel").click()
    expect(page.page.locator("video")).not_to_be_visible()
    expect(page.button("Take a photo")).to_be_focused()


def test_a_sample_is_read_with_one_click(page: InklingPage) -> None:
    page.button("Sample 3: a handwritten 2").click()
    page.expect_rows("2")
    page.expect_read("2")
    assert page.kept()[0]["source"] == "sample"


def test_a_key_reads_the_next_sample(page: InklingPage) -> None:
    page.page.keyboard.press("n")
    page.expect_rows("0")
    page.page.keyboard.press("n")
    page.expect_rows("1", "0")


def test_a_picture_takes_the_place_of_the_drawing(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_rows("7")
    choose(page, encoded(picture(THREE)))
    page.expect_rows("3", "7")
    page.expect_read("3")
    expect(page.button("Clear")).to_be_disabled()
    page.draw(SEVEN)
    page.expect_rows("7", "3", "7")
    page.expect_read("7")


BAD_FILES = {
    "not a picture": (b"just some words", "no picture"),
    "truncated": (encoded(picture(SEVEN), "JPEG")[:900], "cut off"),
    "empty": (b"", "empty"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_gets_a_sentence_and_the_page_lives_on(page: InklingPage, kind: str) -> None:
    page.draw(SEVEN)
    page.expect_rows("7")
    content, words = BAD_FILES[kind]
    choose(page, content, "bad.png")
    expect(page.error).to_contain_text(words)
    page.expect_rows("7")
    choose(page, encoded(picture(THREE)))
    page.expect_rows("3", "7")
    expect(page.error).to_be_hidden()


def test_a_file_too_large_is_not_even_sent(page: InklingPage, tmp_path: FilePath) -> None:
    large = tmp_path / "large.png"
    large.write_bytes(bytes(11 * 2**20))
    page.page.locator("input[type=file]").set_input_files(large)
    expect(page.page.locator(".said")).to_contain_text("larger than 10 MB")
    page.draw(SEVEN)
    page.expect_rows("7")


def test_errors_speak_the_language_of_the_page(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    choose(page, b"just some words")
    expect(page.error).to_contain_text("不是能识别的图片")


def test_a_blank_picture_says_so(page: InklingPage) -> None:
    choose(page, encoded(picture([])))
    expect(page.page.locator(".st-key-bars_area .sure")).to_contain_text("blank")
