"""The live camera: it is read all the time, and off whenever its dialog is closed."""

import io
import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import (
    Browser,
    FilePayload,
    Locator,
    Page,
    Playwright,
    Request,
    Route,
    expect,
)

from tests.conftest import unavailable
from tools.chromium import ChromiumNotFoundError, launch
from tools.dev_server import Server
from tools.inkling_page import InklingPage, wait_until
from tools.sample_strokes import SEVEN, THREE, Stroke, encoded, picture

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LAPTOP = {"viewport": {"width": 1280, "height": 900}}
SIDEWAYS = {"viewport": {"width": 844, "height": 390}, "has_touch": True, "is_mobile": True}
SIZES = pytest.mark.parametrize(
    "size", [PHONE, SIDEWAYS, LAPTOP], ids=["phone", "phone on its side", "laptop"]
)
FRAMES_EACH = 90  # of the video; it is played at 30 frames a second, over and over
DIGIT = re.compile("^[73]$")
PAPER = (320, 90, 300, 300)  # where the paper lies in the video: x, y, width, height

# Remembers every stream, to see whether it is still on. `delay`: of the answer to the permission.
_WATCH_STREAMS = """
  window.streams = [];
  window.delay = 0;
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    await new Promise((done) => setTimeout(done, window.delay));
    const stream = await open(constraints);
    window.streams.push(stream);
    return stream;
  };
"""
_COUNT_TRACKS = """() => window.streams.flatMap((stream) => stream.getTracks())
    .filter((track) => track.readyState === "live").length"""

# What is shown of one frame with a seven; the next one replaces it.
_SHOWN_SEVEN = """() => {
  const host = document.querySelector(".st-key-image_area");
  const find = (root) => root.querySelector("dialog.camera")
    ?? [...root.querySelectorAll("*")].map((node) => node.shadowRoot && find(node.shadowRoot))
      .find(Boolean);
  const dialog = find(host);
  const digit = dialog.querySelector(".boxes div");
  if (dialog.querySelector(".text").textContent !== "7" || !digit) return null;
  return {
    share: Number(dialog.querySelector(".first").dataset.share),
    picture: dialog.querySelector(".boxes").getBoundingClientRect().toJSON(),
    digit: digit.getBoundingClientRect().toJSON(),
  };
}"""

OpenCamera = Callable[..., InklingPage]


def frame(strokes: list[Stroke]) -> bytes:
    """Return a picture of a desk with a sheet of paper on it."""
    desk = Image.new("RGB", (800, 600), (96, 84, 70))
    x, y, width, height = PAPER
    desk.paste(picture(strokes).resize((width, height)).convert("RGB"), (x, y))
    return encoded(desk, "JPEG", quality=90)


@pytest.fixture(scope="module")
def camera_browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Chromium with a camera that sees a seven for three seconds, then a three, and so on."""
    video = tmp_path_factory.mktemp("camera") / "paper.mjpeg"
    video.write_bytes(frame(SEVEN) * FRAMES_EACH + frame(THREE) * FRAMES_EACH)
    try:
        chromium = launch(playwright, [f"--use-file-for-fake-video-capture={video}"])
    except ChromiumNotFoundError:
        unavailable("Chromium")
    yield chromium
    chromium.close()


@pytest.fixture
def open_page(camera_browser: Browser, server: Server) -> Iterator[OpenCamera]:
    """A function that opens the drawing page in front of that camera."""
    opened: list[InklingPage] = []

    def open_one(script: str = _WATCH_STREAMS, **options: Any) -> InklingPage:
        context = camera_browser.new_context(**{"locale": "en-GB"} | options)
        context.add_init_script(script)
        opened.append(InklingPage(context.new_page(), server.url))
        return opened[-1]

    yield open_one
    for page in opened:
        page.page.context.close()
    assert [problem for page in opened for problem in page.problems] == []


def reading(page: InklingPage) -> Locator:
    return page.page.locator(".camera .reading .text")


def dialog(page: InklingPage) -> Locator:
    return page.page.locator("dialog.camera")


def open_camera(page: InklingPage) -> None:
    page.button("Take a photo").click()
    expect(page.button("Capture")).to_be_enabled()


def running_tracks(page: Page) -> int:
    count: int = page.evaluate(_COUNT_TRACKS)
    return count


@SIZES
def test_the_camera_is_read_all_the_time_and_nothing_is_saved(
    open_page: OpenCamera, size: dict[str, Any]
) -> None:
    page = open_page(**size)
    open_camera(page)
    for text in ("7", "3", "7"):
        expect(reading(page)).to_have_text(text)
    shown = page.page.wait_for_function(_SHOWN_SEVEN).json_value()
    assert shown["share"] > 0.9
    scale = shown["picture"]["width"] / 800
    assert shown["picture"]["height"] == pytest.approx(600 * scale, abs=2)
    left = shown["digit"]["x"] - shown["picture"]["x"]
    top = shown["digit"]["y"] - shown["picture"]["y"]
    x, y, width, height = (value * scale for value in PAPER)
    assert x < left < x + width / 2
    assert y < top < y + height / 2
    assert shown["digit"]["height"] > height / 2
    for button in (page.button("Capture"), page.button("Cancel")):
        expect(button).to_be_in_viewport(ratio=1)
    expect(page.page.locator(".camera .reading [role=status]")).to_have_text("7")
    assert page.saved() == []


@SIZES
def test_a_photo_is_taken_with_a_key_or_the_button(
    open_page: OpenCamera, size: dict[str, Any]
) -> None:
    page = open_page(**size)
    for count in (1, 2):
        open_camera(page)
        expect(reading(page)).to_have_text(DIGIT)
        if count == 1:
            page.page.keyboard.press("Space")
        else:
            page.button("Capture").click()
        expect(dialog(page)).to_be_hidden()
        expect(page.rows).to_have_count(count)
        page.expect_prediction(page.saved()[0]["text"])  # of what the camera saw at that moment
        wait_until(page.page, lambda: running_tracks(page.page) == 0)
    assert all(DIGIT.match(item["text"]) for item in page.saved())
    assert {item["source"] for item in page.saved()} == {"upload"}


@pytest.mark.parametrize("way", ["cancel", "escape", "hidden", "back", "ended", "leave"])
def test_the_camera_is_off_after_every_way_of_leaving(open_page: OpenCamera, way: str) -> None:
    page = open_page(**LAPTOP)
    if way == "back":
        page.page.get_by_role("link", name="Accuracy").click()
        expect(page.pad).to_be_hidden()
        page.page.get_by_role("link", name="Draw", exact=True).click()
    open_camera(page)
    wait_until(page.page, lambda: running_tracks(page.page) == 1)
    if way == "cancel":
        page.button("Cancel").click()
        expect(page.button("Take a photo")).to_be_focused()
    elif way == "escape":
        page.page.keyboard.press("Escape")
    elif way == "hidden":
        page.page.evaluate(
            """() => {
              Object.defineProperty(document, "hidden", { value: true, configurable: true });
              document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
    elif way == "back":
        page.page.go_back()
    elif way == "leave":
        page.page.evaluate("() => window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    else:
        page.page.evaluate("() => streams[0].getTracks()[0].dispatchEvent(new Event('ended'))")
        expect(page.page.locator(".said")).to_contain_text("The camera was disconnected")
    wait_until(page.page, lambda: running_tracks(page.page) == 0)
    expect(dialog(page)).to_be_hidden()


def test_the_camera_that_is_asked_for_twice_is_off_after_cancel(open_page: OpenCamera) -> None:
    page = open_page(**PHONE)
    page.page.evaluate("() => { window.delay = 300; }")
    button = page.button("Take a photo")
    button.evaluate("(button) => { button.click(); button.click(); }")
    page.button("Cancel").click()  # before the first is there
    button.click()
    page.button("Cancel").click()
    page.page.evaluate("() => { window.delay = 0; }")
    open_camera(page)
    wait_until(page.page, lambda: page.page.evaluate("window.streams.length") == 3)
    wait_until(page.page, lambda: running_tracks(page.page) == 1)
    page.button("Cancel").click()
    wait_until(page.page, lambda: running_tracks(page.page) == 0)
    assert page.saved() == []


def test_keys_in_front_of_the_camera_leave_the_page_alone(open_page: OpenCamera) -> None:
    page = open_page(**LAPTOP)
    page.draw(SEVEN)
    page.expect_history("7")
    open_camera(page)
    for key in ("n", "c", "u", "Delete", "Escape"):
        page.page.keyboard.press(key)
    expect(dialog(page)).to_be_hidden()
    page.expect_prediction("7")
    page.expect_history("7")
    expect(page.button("Clear")).to_be_enabled()


ERRORS = {
    "NotAllowedError": ("The camera is blocked", "相机被禁用"),
    "NotFoundError": ("No camera was found", "没有找到相机"),
    "NotReadableError": ("in use by another program", "正被其他程序占用"),
    "TypeError": ("The camera is not available", "无法使用相机"),
}


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_a_camera_that_cannot_be_used_has_a_clear_sentence(
    open_page: OpenCamera, language: str
) -> None:
    script = """navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException("", window.errorName));"""
    page = open_page(script, locale=language, **PHONE)
    is_english = language == "en-GB"
    button = page.button("Take a photo" if is_english else "拍照")
    for name, sentences in ERRORS.items():
        page.page.evaluate("name => { window.errorName = name; }", name)
        button.click()
        expect(page.page.locator(".said")).to_contain_text(sentences[0 if is_english else 1])
        expect(page.page.locator(".said")).to_be_in_viewport()
        expect(dialog(page)).to_be_hidden()
        expect(button).to_be_focused()


WITHOUT_HTTPS = (
    """Object.defineProperty(Navigator.prototype, "mediaDevices", { value: undefined });"""
)


def test_without_https_the_page_says_that_the_camera_needs_it(open_page: OpenCamera) -> None:
    page = open_page(WITHOUT_HTTPS, **LAPTOP)
    page.button("Take a photo").click()
    expect(page.page.locator(".said")).to_contain_text("over HTTPS only")
    expect(dialog(page)).to_be_hidden()


def test_without_https_a_phone_takes_the_photo_with_its_own_camera(open_page: OpenCamera) -> None:
    page = open_page(WITHOUT_HTTPS, **PHONE)
    with page.page.expect_file_chooser() as chooser:
        page.button("Take a photo").click()
    photo = FilePayload(name="image.jpg", mimeType="image/jpeg", buffer=frame(SEVEN))
    chooser.value.set_files(photo)
    page.expect_prediction("7")


def test_frames_are_small_and_one_is_under_way_at_a_time(open_page: OpenCamera) -> None:
    page = open_page(**LAPTOP)
    sent: list[Request] = []
    held: list[Route] = []

    def hold(route: Route) -> None:
        sent.append(route.request)
        held.append(route)

    page.page.route("**/api/predict/frame", hold)
    open_camera(page)
    wait_until(page.page, lambda: len(held) == 1)
    page.page.wait_for_timeout(1000)
    assert len(held) == 1
    body = sent[0].post_data_buffer or b""
    jpeg = Image.open(io.BytesIO(body[body.index(b"\xff\xd8") :]))
    assert jpeg.size == (640, 480)
    assert len(body) < 100_000
    held.pop().continue_()
    wait_until(page.page, lambda: len(held) == 1)
    expect(reading(page)).to_have_text(DIGIT)
    page.button("Cancel").click()


def test_a_busy_server_gets_no_frame_before_its_time(open_page: OpenCamera) -> None:
    page = open_page(locale="zh-CN", **PHONE)
    sent_at: list[float] = []

    def refuse_first(route: Route) -> None:
        sent_at.append(time.monotonic())
        if len(sent_at) > 1:
            route.continue_()
            return
        error = {"error": {"code": "too_many_requests", "message": ""}}
        headers = {"Retry-After": "2", "Content-Type": "application/json"}
        route.fulfill(status=429, headers=headers, body=json.dumps(error))

    page.page.route("**/api/predict/frame", refuse_first)
    page.button("拍照").click()
    expect(page.page.locator(".camera .note")).to_contain_text("服务器繁忙")
    expect(reading(page)).to_have_text(DIGIT)
    assert sent_at[1] - sent_at[0] >= 1.9  # seconds; a busy machine only makes it longer
    expect(page.page.locator(".camera .note")).to_be_empty()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_camera_has_no_accessibility_problem(open_page: OpenCamera, scheme: str) -> None:
    page = open_page(color_scheme=scheme, **PHONE)
    open_camera(page)
    expect(reading(page)).to_have_text(DIGIT)
    problems = Axe().run(page.page).response["violations"]
    assert [(problem["id"], problem["nodes"]) for problem in problems] == []
