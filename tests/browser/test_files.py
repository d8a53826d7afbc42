"""Several files at once: chosen, dropped, from a folder or an archive, with an answer for each."""

import base64
import csv
import io
import json
import random
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Route, expect

from tests.browser.conftest import OpenPage, save_drawings
from tools.dev_server import Server
from tools.inkling_page import InklingPage, wait_until
from tools.sample_strokes import FOUR, SEVEN, THREE, encoded, picture

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LAPTOP = {"viewport": {"width": 1280, "height": 900}}
HEIC = Path("tests/data/pictures/photo.heic").read_bytes()

_PASTE_OR_DROP = """([kind, files]) => {
  const transfer = new DataTransfer();
  for (const [name, content] of files) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
  }
  const options = { bubbles: true, cancelable: true, composed: true };
  document.body.dispatchEvent(kind === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
    : new DragEvent("drop", { ...options, dataTransfer: transfer }));
}"""

# A file of another program that is deleted, and a folder, fail as soon as they are read.
_DROP_UNREADABLE = """() => {
  const file = new File(["x"], "moved.png", { type: "image/png" });
  file.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotFoundError"));
  const transfer = { types: ["Files"], files: [file], items: [] };
  const event = new DragEvent("drop", { bubbles: true, cancelable: true, composed: true });
  Object.defineProperty(event, "dataTransfer", { value: transfer });
  document.body.dispatchEvent(event);
}"""


def seven() -> bytes:
    return encoded(picture(SEVEN))


def three() -> bytes:
    return encoded(picture(THREE))


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as content:
        for name, data in files.items():
            content.writestr(name, data)
    return buffer.getvalue()


def choose(page: InklingPage, *files: tuple[str, bytes]) -> None:
    payloads = [
        FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
        for name, content in files
    ]
    page.page.locator("input[type=file]").set_input_files(payloads)


def drop(page: InklingPage, path: Path) -> None:
    """Drop a file or folder of the disk on the page, as from a file manager."""
    session = page.page.context.new_cdp_session(page.page)
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        event = {"type": kind, "x": 100, "y": 100, "data": data}
        session.send("Input.dispatchDragEvent", event)
    session.detach()


def rows(page: InklingPage) -> Locator:
    return page.page.locator(".files li")


def expect_answers(page: InklingPage, answers: Sequence[str]) -> None:
    """Wait until the files of the list have these answers."""
    expect(rows(page).locator(".answer")).to_have_text(list(answers))


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_several_files_have_an_answer_each_and_are_all_saved(
    open_page: OpenPage, size: dict[str, Any]
) -> None:
    page = open_page(**size)
    choose(page, ("7.png", seven()), ("3.png", three()), ("photo.heic", HEIC))
    expect_answers(page, ["7", "3", "5"])
    wait_until(page.page, lambda: len(page.saved()) == 3)
    assert sorted(item["text"] for item in page.saved()) == ["3", "5", "7"]
    expect(page.rows).to_have_count(3)  # the history on the page
    expect(page.page.locator(".files .summary")).to_have_text("3 of 3 files done")
    expect(page.page.locator(".files [role=status]")).to_have_text("3 of 3 files done")
    for row in rows(page).all():
        wait_until(
            page.page,
            lambda row=row: row.locator("img").evaluate("image => image.naturalWidth") > 0,  # type: ignore[misc]
        )
    width = page.page.evaluate("document.documentElement.scrollWidth")
    assert width == size["viewport"]["width"]
    for button in page.page.locator(".files button:visible").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44  # a finger's size


def test_a_tap_on_a_file_shows_its_prediction(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    pages = [picture([]), picture(THREE), picture(FOUR)]
    scan = encoded(pages[0], "PDF", save_all=True, append_images=pages[1:])
    choose(page, ("7.png", seven()), ("scan.pdf", scan))
    expect_answers(page, ["7", "3, 4"])
    rows(page).nth(1).locator(".open").click()
    page.expect_prediction("3")
    expect(page.page.locator(".pager")).to_contain_text("Page 2 of 3")
    page.button("Next page").click()
    page.expect_prediction("4")
    rows(page).nth(0).locator(".open").click()
    page.expect_prediction("7")
    expect(page.page.locator(".pager")).to_be_hidden()
    expect(rows(page).nth(0)).to_have_attribute("data-shown", "")
    expect(page.rows).to_have_count(3)  # showing one saves nothing


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_files_with_errors_say_why_and_the_others_go_on(open_page: OpenPage, kind: str) -> None:
    page = open_page(**LAPTOP)
    files = [
        ("7.png", seven()),
        ("notes.png", b"just words"),
        ("empty.png", b""),
        ("cut.jpg", encoded(picture(SEVEN), "JPEG")[:900]),
        ("blank.png", encoded(picture([]))),
    ]
    encoded_files = [[name, base64.b64encode(data).decode()] for name, data in files]
    page.page.evaluate(_PASTE_OR_DROP, [kind, encoded_files])
    notes = rows(page).locator(".note")
    expect(notes).to_have_text(
        [
            "99.9% confidence",
            "This file is not an image that Inkling can read: choose a PNG, JPEG, HEIC, WebP, "
            "AVIF, GIF, BMP, TIFF or PDF.",
            "This file is empty: choose another image.",
            "This image is damaged or cut off: save it again and retry.",
            "Looks blank",
        ]
    )
    expect(page.page.locator(".files .summary")).to_have_text("5 of 5 files done, 3 with an error")
    expect(page.button("Try failed files again")).to_be_hidden()  # they would fail again
    expect(page.error).to_be_hidden()


def test_a_file_that_cannot_be_read_has_one_clear_message(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    page.page.evaluate(_DROP_UNREADABLE)
    expect(page.error).to_contain_text("This file cannot be read")
    expect(page.page.locator(".files")).to_be_hidden()
    expect(page.page.locator(".said")).to_be_empty()


def test_a_folder_gives_its_images(open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "pages" / "old").mkdir(parents=True)
    (tmp_path / "pages" / "7.png").write_bytes(seven())
    (tmp_path / "pages" / "old" / "3.png").write_bytes(three())
    (tmp_path / "pages" / "notes.txt").write_text("no image")
    (tmp_path / "pages" / ".DS_Store").write_bytes(b"x")
    page = open_page(**LAPTOP)
    with page.page.expect_file_chooser() as chooser:
        page.button("a folder").click()
    chooser.value.set_files(tmp_path / "pages")
    expect(rows(page)).to_have_count(2)
    expect(rows(page).locator(".answer")).to_contain_text(["7", "3"])
    expect(page.page.locator(".said")).to_have_text("1 file that is not an image was left out.")


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_a_dropped_folder_gives_its_images(
    open_page: OpenPage, tmp_path: Path, size: dict[str, Any]
) -> None:
    folder = tmp_path / "pages"
    (folder / "old").mkdir(parents=True)
    (folder / "7.png").write_bytes(seven())
    (folder / "old" / "3.png").write_bytes(three())
    page = open_page(**size)
    drop(page, folder)
    expect(rows(page)).to_have_count(2)
    wait_until(
        page.page, lambda: sorted(rows(page).locator(".answer").all_inner_texts()) == ["3", "7"]
    )
    expect(page.page.locator(".said")).to_be_empty()


def test_a_dropped_folder_that_is_empty_says_so(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(**LAPTOP)
    drop(page, tmp_path)
    expect(page.page.locator(".said")).to_contain_text("There are no images in it")
    expect(page.page.locator(".files")).to_be_hidden()


def test_a_folder_without_images_says_so(open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no image")
    page = open_page(locale="zh-CN", **LAPTOP)
    with page.page.expect_file_chooser() as chooser:
        page.button("文件夹").click()
    chooser.value.set_files(tmp_path)
    expect(page.page.locator(".said")).to_contain_text("里面没有图片")
    expect(page.page.locator(".files")).to_be_hidden()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_a_zip_archive_gives_its_images(open_page: OpenPage, size: dict[str, Any]) -> None:
    page = open_page(**size)
    content = {
        "../../数字/7.png": seven(),
        "3.png": three(),
        "inner.zip": archive({"7.png": seven()}),
        "__MACOSX/._3.png": b"x",
        "readme.txt": b"words",
    }
    choose(page, ("photos.zip", archive(content)))
    expect(rows(page).locator(".name")).to_have_text(["7.png", "3.png", "inner.zip"])
    expect(rows(page).locator(".answer")).to_have_text(["7", "3", ""])
    expect(rows(page).nth(2)).to_contain_text("This is a ZIP archive within another one")
    assert sorted(item["text"] for item in page.saved()) == ["3", "7"]


def test_a_damaged_zip_archive_says_so(page: InklingPage) -> None:
    choose(page, ("photos.zip", archive({"7.png": seven()})[:-30]))
    expect(page.error).to_have_text("This ZIP archive is damaged: pack it again.")


def large_png() -> bytes:
    """Return an image of a seven with noise, of more than 10 MB."""
    image = picture(SEVEN).convert("RGB").resize((2100, 2100))
    noise = Image.frombytes("RGB", image.size, random.Random(0).randbytes(3 * 2100 * 2100))
    content = encoded(Image.blend(image, noise, 0.2), "PNG", compress_level=1)
    assert len(content) > 10 * 2**20
    return content


def test_a_file_over_the_limit_is_sent_as_a_smaller_image(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    choose(page, ("large.png", large_png()))
    page.expect_prediction("7")
    page.expect_history("7")


def test_an_image_with_too_many_pixels_is_sent_smaller(page: InklingPage) -> None:
    choose(page, ("7.png", encoded(picture(SEVEN).resize((5000, 5000)))))
    page.expect_prediction("7")


def test_a_large_file_that_the_browser_cannot_shrink_says_so(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN", **PHONE)
    choose(page, ("large.heic", HEIC + bytes(11 * 2**20)))
    expect(page.error).to_contain_text("文件超过 10 MB，此浏览器无法将其缩小")
    expect(page.page.locator(".said")).to_be_empty()


def test_the_list_can_be_exported_as_csv(page: InklingPage, tmp_path: Path) -> None:
    choose(page, ("=1+1.png", seven()), ("照片.png", three()), ("empty.png", b""))
    expect(rows(page).locator(".answer")).to_have_text(["7", "3", ""])
    with page.page.expect_download() as download:
        page.button("Export as CSV").click()
    assert download.value.suggested_filename == "inkling-files.csv"
    file = tmp_path / "files.csv"
    download.value.save_as(file)
    first, second, third = csv.DictReader(io.StringIO(file.read_text("utf-8-sig")))
    assert (first["file"], first["page"], first["prediction"]) == ("'=1+1.png", "1", "7")
    assert float(first["confidence"]) > 0.9
    assert (second["file"], second["prediction"]) == ("照片.png", "3")
    assert {first["id"], second["id"]} == {item["id"] for item in page.saved()}
    assert third["error"] == "This file is empty: choose another image."


def test_a_busy_server_is_asked_again_when_it_says(page: InklingPage) -> None:
    refused: list[str] = []

    def refuse_twice(route: Route) -> None:
        if len(refused) == 2:
            route.continue_()
            return
        refused.append(route.request.url)
        error = {"error": {"code": "too_many_requests", "message": ""}}
        headers = {"Retry-After": "1", "Content-Type": "application/json"}
        route.fulfill(status=429, headers=headers, body=json.dumps(error))

    page.page.route("**/api/predict?*", refuse_twice)
    choose(page, ("7.png", seven()), ("3.png", three()))
    expect(page.page.locator(".files .summary")).to_contain_text("The server is busy")
    expect(rows(page).locator(".answer")).to_have_text(["7", "3"])
    assert len(page.saved()) == 2


def test_without_a_connection_files_wait_and_are_saved_once(page: InklingPage) -> None:
    answers_lost: list[int] = []
    connected = False

    def lose_the_answer(route: Route) -> None:
        if connected:
            route.continue_()
            return
        answers_lost.append(route.fetch().status)  # the server has saved it
        route.abort()

    page.page.route("**/api/predict?*", lose_the_answer)
    choose(page, ("7.png", seven()), ("3.png", three()))
    expect(page.page.locator(".files .summary")).to_contain_text("No connection")
    connected = True
    expect(rows(page).locator(".answer")).to_have_text(["7", "3"])
    expect(page.rows).to_have_count(2)
    assert 200 in answers_lost
    assert len(page.saved()) == 2


@pytest.mark.parametrize("offset", [-7_200_000, 7_200_000])
def test_files_are_in_order_in_the_history_when_the_clock_of_the_browser_is_wrong(
    open_page: OpenPage, server: Server, offset: int
) -> None:
    page = open_page()
    page.page.add_init_script(f"const now = Date.now; Date.now = () => now() + {offset};")
    page.page.reload()
    page.wait_until_ready()
    save_drawings(server, THREE)
    choose(page, ("7.png", seven()))
    page.expect_prediction("7")
    save_drawings(server, FOUR)
    choose(page, ("7.png", seven()))
    wait_until(page.page, lambda: len(page.saved()) == 4)
    assert [item["text"] for item in page.saved()] == ["7", "4", "7", "3"]


def test_waiting_files_can_be_cancelled_and_removed(page: InklingPage) -> None:
    answers = False
    # Routes are not removed: Playwright lets go of their requests, which would be saved.
    page.page.route("**/api/predict?*", lambda route: route.continue_() if answers else None)
    choose(page, *((f"{index}.png", seven()) for index in range(4)))
    expect(rows(page)).to_have_count(4)
    page.button("Cancel 0.png").click()
    expect(rows(page).locator(".name")).to_have_text(["1.png", "2.png", "3.png"])
    page.button("Stop").click()
    expect(page.page.locator(".files")).to_be_hidden()
    answers = True
    choose(page, ("7.png", seven()), ("3.png", three()))
    expect(rows(page).locator(".answer")).to_have_text(["7", "3"])
    page.button("Remove 7.png from the list").press("Enter")
    expect(page.button("Remove 3.png from the list")).to_be_focused()
    page.button("Clear the list").click()
    expect(page.page.locator(".files")).to_be_hidden()
    assert len(page.saved()) == 2  # the history keeps them


def test_sending_goes_on_while_another_page_is_shown(page: InklingPage) -> None:
    held: list[Route] = []
    page.page.route("**/api/predict?*", lambda route: held.append(route))
    choose(page, ("7.png", seven()), ("3.png", three()))
    wait_until(page.page, lambda: len(held) == 2)
    page.page.get_by_role("link", name="Accuracy").click()
    expect(page.pad).to_be_hidden()
    for route in held:
        route.continue_()
    wait_until(page.page, lambda: len(page.saved()) == 2)
    page.page.get_by_role("link", name="Draw", exact=True).click()
    expect(rows(page).locator(".answer")).to_have_text(["7", "3"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_has_no_accessibility_problem(open_page: OpenPage, scheme: str) -> None:
    page = open_page(media={"color_scheme": scheme}, **PHONE)
    choose(page, ("7.png", seven()), ("notes.png", b"just words"))
    expect(rows(page).nth(1)).to_have_attribute("data-state", "failed")
    expect(rows(page).nth(0).locator(".answer")).to_have_text("7")
    problems = Axe().run(page.page).response["violations"]
    assert [(problem["id"], problem["nodes"]) for problem in problems] == []
    rows(page).nth(0).locator(".open").focus()  # every control is reached with the keyboard
    page.page.keyboard.press("Enter")
    page.expect_prediction("7")
    page.page.keyboard.press("Tab")
    expect(page.button("Remove 7.png from the list")).to_be_focused()
