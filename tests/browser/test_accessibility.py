"""axe-core checks every page, as a person with a screen reader or low vision would use it."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from tests.browser.http_requests import http_client
from tests.browser.windows import Windows
from tools.dev_server import Server
from tools.sample_strokes import FOUR, SEVEN

# Swagger UI's headings skip a level, which is a moderate problem; our own pages have none at all.
TOLERATED = {"/api/docs": {"heading-order"}}
# Each page, and an element that is visible once the page is ready.
PAGES = {
    "/": ".st-key-history_area li",
    "/review": "[role=option]",
    "/review?as=list": "[role=option]",
    "/review?id={id}": "dialog .similar a",
    "/accuracy": "td a",
    "/models": ".version",
    "/present": '.stage[data-link="up"]',
    "/join": "main",
    "/about": "main",
    "/privacy": "main",
    "/help": "main dl",
    "/no/such/page": "main .button",
    "/api/docs": ".opblock",
}


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_an_accessibility_problem(windows: Windows, server: Server, path: str) -> None:
    with http_client(base_url=server.url) as http:
        for strokes, label in ((FOUR, "4"), (SEVEN, "1"), (SEVEN, "7")):
            id = http.post("/api/strokes", json={"strokes": strokes}).json()["id"]
            http.put(f"/api/history/{id}/label", json={"text": label, "by": "Ada"})
    with windows.lend(locale="en-GB") as window:
        check_page(window, server.url + path.format(id=id), path, 390, "light")
        check_page(window, server.url + path.format(id=id), path, 1280, "dark")


def check_page(
    window: BrowserContext, url: str, path: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = window.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(url)
    expect(page.locator(PAGES[path]).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    violations = Axe().run(page).response["violations"]
    page.close()
    problems = [
        (
            violation["id"],
            violation["impact"],
            violation["help"],
            [node["html"][:200] for node in violation["nodes"]],
        )
        for violation in violations
        if violation["id"] not in TOLERATED.get(path, ())
    ]
    assert problems == []
