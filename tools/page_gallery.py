"""Render every page in several sizes, themes and languages: `python -m tools.page_gallery`.

Writes one sheet for each page to docs/pages/: a column for each window width, a row for each
combination of language and color scheme.
"""

import io
import tempfile
from collections.abc import Callable
from itertools import product
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tools.chromium import launch
from tools.dev_server import ROOT, running_server
from tools.inkling_page import InklingPage
from tools.mouse import draw
from tools.sample_strokes import FOUR, ONE, SEVEN, THREE, ZERO, Stroke

FOLDER = ROOT / "docs" / "pages"
WINDOW_SIZES = {1920: 1080, 1280: 800, 390: 844}  # height by width
HEIGHT = 540  # height of each screenshot on the sheet, in pixels
GAP = 12


def main() -> None:
    """Write docs/pages/<page>.webp for every page."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        newest_id = create_history(server.url)
        for name, (url, wait_until_ready) in pages(server.url, newest_id).items():
            rows = [
                [
                    take_screenshot(browser, url, wait_until_ready, size, language, scheme)
                    for size in WINDOW_SIZES.items()
                ]
                for language, scheme in product(("en-GB", "zh-CN"), ("light", "dark"))
            ]
            create_sheet(rows).save(FOLDER / f"{name}.webp", quality=60, method=6)
            print(name)
        browser.close()


def create_history(url: str) -> str:
    """Save 25 predictions, some of them labelled; return the id of the newest."""
    id = ""
    with httpx.Client(base_url=url) as http:
        for index, digit in enumerate([FOUR, ZERO, SEVEN, ONE, THREE] * 5):
            slant = (index % 7 - 3) * 0.08
            strokes: list[Stroke] = [[[x - slant * y, y] for x, y in stroke] for stroke in digit]
            id = http.post("/api/strokes", json={"strokes": strokes}).json()["id"]
            if index % 3:
                label = "40713"[index % 5] if index % 8 else "9"
                body = {"text": label, "by": "Ada"}
                http.put(f"/api/history/{id}/label", json=body).raise_for_status()
    return id


def pages(url: str, newest_id: str) -> dict[str, tuple[str, Callable[[Page], None]]]:
    """Return each page's URL and a function that waits until the page is complete."""

    def shows(selector: str) -> Callable[[Page], None]:
        return lambda page: expect(page.locator(selector).first).to_be_visible(timeout=30_000)

    return {
        "draw": (url, _draw),
        "review-grid": (f"{url}/review", shows("[role=option] img")),
        "review-list": (f"{url}/review?as=list", shows("[role=option] img")),
        "review-detail": (f"{url}/review?id={newest_id}", shows("dialog .similar a")),
        "accuracy": (f"{url}/accuracy", shows("td a")),
        "models": (f"{url}/models", shows(".version")),
        "present-invitation": (f"{url}/present", shows('.stage[data-link="up"]')),
        "present-drawing": (f"{url}/present", _draw_as_presenter),
        "look-inside": (f"{url}/present", _look_inside),
        "join": (f"{url}/join", shows("main")),
        "about": (f"{url}/about", shows("main")),
        "privacy": (f"{url}/privacy", shows("main")),
        "help": (f"{url}/help", shows("main")),
    }


def _draw(page: Page) -> None:
    drawing_page = InklingPage(page, page.url)
    drawing_page.draw(FOUR, steps=12)
    drawing_page.expect_prediction("4")
    page.mouse.move(0, 0)


def _draw_as_presenter(page: Page) -> None:
    expect(page.locator('.stage[data-link="up"]')).to_be_visible(timeout=30_000)
    page.keyboard.press("d")
    draw(page, page.locator(".view .paper").first, FOUR)
    expect(page.locator(".view .digit").first).to_have_text("4")


def _look_inside(page: Page) -> None:
    _draw_as_presenter(page)
    page.keyboard.press("+")
    expect(page.locator(".inside .output-row.first")).to_be_visible()


def take_screenshot(
    browser: Browser,
    url: str,
    wait_until_ready: Callable[[Page], None],
    size: tuple[int, int],
    language: str,
    scheme: str,
) -> Image.Image:
    """Return a screenshot of the page in a window of `size`, scaled to HEIGHT pixels."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=language,
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(url)
    wait_until_ready(page)
    page.wait_for_timeout(1500)  # lets animations end
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    return image.resize((width * HEIGHT // height, HEIGHT), Image.Resampling.LANCZOS)


def create_sheet(rows: list[list[Image.Image]]) -> Image.Image:
    """Return one image with the screenshots in a grid."""
    width = sum(image.width + GAP for image in rows[0]) + GAP
    sheet = Image.new("RGB", (width, len(rows) * (HEIGHT + GAP) + GAP), (127, 127, 127))
    for index, row in enumerate(rows):
        left = GAP
        for image in row:
            sheet.paste(image, (left, GAP + index * (HEIGHT + GAP)))
            left += image.width + GAP
    return sheet


if __name__ == "__main__":
    main()
