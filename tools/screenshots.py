"""Take the screenshots that the README shows: `python -m tools.screenshots`."""

import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import Browser, FilePayload, sync_playwright

from tools.chromium import launch
from tools.dev_server import ROOT, running_server
from tools.inkling_page import InklingPage
from tools.sample_strokes import FOUR, SEVEN, THREE, ZERO, Stroke, encoded, picture

DOCS = ROOT / "docs"
DESKTOP = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 1.5}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}


def main() -> None:
    """Write page.png, page-dark.png, page-zh.png and page-phone.png to docs/."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for strokes in (_side_by_side(FOUR, ZERO, SEVEN), ZERO, THREE):
            httpx.post(f"{server.url}/api/strokes", json={"strokes": strokes}).raise_for_status()
        take_screenshot(browser, server.url, "page.png", DESKTOP)
        take_screenshot(browser, server.url, "page-dark.png", DESKTOP | {"color_scheme": "dark"})
        take_screenshot(browser, server.url, "page-zh.png", DESKTOP | {"locale": "zh-CN"})
        take_screenshot(browser, server.url, "page-phone.png", PHONE)
        browser.close()


def take_screenshot(browser: Browser, url: str, name: str, window: dict[str, object]) -> None:
    """Save a screenshot of the page after an upload and a drawing were recognized."""
    context = browser.new_context(**({"locale": "en-GB"} | window))  # type: ignore[arg-type]
    page = InklingPage(context.new_page(), url)
    file = FilePayload(name="three.png", mimeType="image/png", buffer=encoded(picture(THREE)))
    page.page.locator("input[type=file]").set_input_files(file)
    page.expect_prediction("3")
    page.page.mouse.click(5, 5)
    page.draw(FOUR, steps=12)
    page.expect_prediction("4")
    page.page.mouse.move(0, 0)
    page.page.wait_for_timeout(1500)
    page.page.screenshot(path=DOCS / name)
    context.close()


def _side_by_side(*digits: list[Stroke]) -> list[Stroke]:
    """Return the strokes of a number of these digits."""
    return [
        [[x * 0.5 + 110 * index, y * 0.5] for x, y in stroke]
        for index, digit in enumerate(digits)
        for stroke in digit
    ]


if __name__ == "__main__":
    main()
