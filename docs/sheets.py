"""Every page as people may meet it, a sheet for each: `python -m docs.sheets`.

Three widths, light and dark, English and Chinese, on one picture.
"""

import io
import itertools
import tempfile
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import launch
from tests.ink import FOUR, ONE, SEVEN, THREE, ZERO
from tests.server import running_server

DOCS = Path(__file__).resolve().parent
WINDOWS = [(390, 844), (1280, 800), (1920, 1080)]
LOOKS = list(itertools.product(("light", "dark"), ("en-GB", "zh-CN")))
HEIGHT = 540  # pixels of a view on the sheet
GAP = 12
# The address of each page, and what is there once it is ready.
PAGES = {
    "draw": ("/", ".st-key-history_area li"),
    "review": ("/review", "[role=option]"),
    "reading": ("/review?id={id}", "dialog .similar a"),
    "accuracy": ("/accuracy", "canvas, svg.marks"),
}


def main() -> None:
    """Write sheet-NAME.webp for every page beside this file."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        id = _fill(server.url)
        for name, (path, ready) in PAGES.items():
            address = server.url + path.format(id=id)
            sheet = _sheet([_row(browser, address, ready, *look) for look in LOOKS])
            sheet.save(DOCS / f"sheet-{name}.webp", quality=80, method=6)
        browser.close()


def _fill(url: str) -> str:
    """Draw and correct some; the id of the last."""
    with httpx.Client(base_url=url) as http:
        for strokes, label in zip(
            (ZERO, ONE, THREE, FOUR, SEVEN) * 8, "01347" * 7 + "01941", strict=True
        ):
            id: str = http.post("/api/strokes", json={"strokes": strokes}).json()["id"]
            http.put(f"/api/history/{id}/label", json={"text": label, "by": "Ada"})
    return id


def _row(browser: Browser, address: str, ready: str, scheme: str, locale: str) -> list[Image.Image]:
    views = []
    for width, height in WINDOWS:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
            locale=locale,
        )
        page = context.new_page()
        page.goto(address)
        page.locator(ready).first.wait_for(timeout=60_000)
        page.wait_for_timeout(2000)
        view = Image.open(io.BytesIO(page.screenshot()))
        views.append(
            view.resize((round(width * HEIGHT / height), HEIGHT), Image.Resampling.LANCZOS)
        )
        context.close()
    return views


def _sheet(rows: list[list[Image.Image]]) -> Image.Image:
    width = sum(view.width + GAP for view in rows[0]) + GAP
    sheet = Image.new("RGB", (width, len(rows) * (HEIGHT + GAP) + GAP), "#808080")
    for line, views in enumerate(rows):
        left = GAP
        for view in views:
            sheet.paste(view, (left, GAP + line * (HEIGHT + GAP)))
            left += view.width + GAP
    return sheet


if __name__ == "__main__":
    main()
