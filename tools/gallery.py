"""Takes every page at every width, light and dark, in both languages: `python -m tools.gallery`.

Beside this file, in `looks/`, one sheet a page: columns are the widths, rows language and scheme.
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
from tools.dev_server import running_server
from tools.inkling_page import InklingPage
from tools.mouse import draw
from tools.sample_strokes import FOUR, ONE, SEVEN, THREE, ZERO
from tools.sample_strokes import Path as Stroke

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "looks"
SIZES = {1920: 1080, 1280: 800, 390: 844}  # width and height of the window
HEIGHT = 540  # of a picture on the sheet
GAP = 12


def main() -> None:
    """Write looks/<page>.webp for every page."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        newest = fill(server.url)
        for name, (path, is_ready) in pages(server.url, newest).items():
            rows = [
                [take(browser, path, is_ready, size, language, scheme) for size in SIZES.items()]
                for language, scheme in product(("en-GB", "zh-CN"), ("light", "dark"))
            ]
            sheet(rows).save(FOLDER / f"{name}.webp", quality=60, method=6)
            print(name)
        browser.close()


def fill(url: str) -> str:
    """Readings of some days' work, some of them labelled; the id of the newest."""
    id = ""
    with httpx.Client(base_url=url) as http:
        for number, digit in enumerate([FOUR, ZERO, SEVEN, ONE, THREE] * 5):
            lean = (number % 7 - 3) * 0.08
            strokes: list[Stroke] = [[[x - lean * y, y] for x, y in stroke] for stroke in digit]
            id = http.post("/api/strokes", json={"strokes": strokes}).json()["id"]
            if number % 3:
                label = "40713"[number % 5] if number % 8 else "9"
                body = {"text": label, "by": "Ada"}
                http.put(f"/api/history/{id}/label", json=body).raise_for_status()
    return id


def pages(url: str, newest: str) -> dict[str, tuple[str, Callable[[Page], None]]]:
    """Each page: its address, and what waits until it is as people see it."""

    def shows(selector: str) -> Callable[[Page], None]:
        return lambda page: expect(page.locator(selector).first).to_be_visible(timeout=30_000)

    return {
        "read": (url, _draw),
        "review": (f"{url}/review", shows("[role=option] img")),
        "list": (f"{url}/review?as=list", shows("[role=option] img")),
        "reading": (f"{url}/review?id={newest}", shows("dialog .similar a")),
        "accuracy": (f"{url}/accuracy", shows("td a")),
        "invitation": (f"{url}/present", shows('.stage[data-link="up"]')),
        "present": (f"{url}/present", _present),
        "join": (f"{url}/join", shows("main")),
    }


def _draw(page: Page) -> None:
    drawn = InklingPage(page, page.url)
    drawn.draw(FOUR, steps=12)
    drawn.expect_prediction("4")
    page.mouse.move(0, 0)


def _present(page: Page) -> None:
    expect(page.locator('.stage[data-link="up"]')).to_be_visible(timeout=30_000)
    page.keyboard.press("d")
    draw(page, page.locator(".view .paper").first, FOUR)
    expect(page.locator(".view .digit").first).to_have_text("4")


def take(
    browser: Browser,
    url: str,
    is_ready: Callable[[Page], None],
    size: tuple[int, int],
    language: str,
    scheme: str,
) -> Image.Image:
    """The page in one window, HEIGHT pixels high."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=language,
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(url)
    is_ready(page)
    page.wait_for_timeout(1500)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    return picture.resize((width * HEIGHT // height, HEIGHT), Image.Resampling.LANCZOS)


def sheet(rows: list[list[Image.Image]]) -> Image.Image:
    """All pictures on one, each row beside one another."""
    width = sum(picture.width + GAP for picture in rows[0]) + GAP
    page = Image.new("RGB", (width, len(rows) * (HEIGHT + GAP) + GAP), (127, 127, 127))
    for number, row in enumerate(rows):
        left = GAP
        for picture in row:
            page.paste(picture, (left, GAP + number * (HEIGHT + GAP)))
            left += picture.width + GAP
    return page


if __name__ == "__main__":
    main()
