"""Page objects of the review page, and of the big screen with its phones."""

import re
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.http_requests import http_get
from tests.browser.windows import Windows
from tools.inkling_page import wait_until

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "has_touch": True,
    "is_mobile": True,
}


class BlockedRequests:
    """Requests of a page that fail, as without a network, until they may pass.

    Playwright lets go of the requests that are under way when a route is removed; a handler that
    stays does not.
    """

    def __init__(self, page: Page, pattern: str) -> None:
        self.blocked = True
        page.route(pattern, self._handle)

    def _handle(self, route: Route) -> None:
        if self.blocked:
            route.abort()
        else:
            route.continue_()

    def unblock(self) -> None:
        """Let the requests pass from now on."""
        self.blocked = False


class ReviewPage:
    """The review page, open in a browser."""

    def __init__(self, page: Page, url: str, path: str = "/review") -> None:
        self.page = page
        self.url = url
        page.goto(url + path)
        expect(page.locator(".predictions")).to_be_attached(timeout=60_000)

    @property
    def tiles(self) -> Locator:
        """The predictions that are shown."""
        return self.page.locator(".predictions li")

    @property
    def dialog(self) -> Locator:
        """The open prediction."""
        return self.page.get_by_role("dialog")

    @property
    def conflicts(self) -> Locator:
        """The list of labels that someone else has changed."""
        return self.page.locator(".conflicts").first

    @property
    def count(self) -> Locator:
        """The sentence with the number of predictions that match."""
        return self.page.locator(".totals .count")

    def button(self, name: str) -> Locator:
        """Return the button with this name below the grid or in the toolbar."""
        return self.page.get_by_role("button", name=name, exact=True).first

    def field(self, label: str) -> Locator:
        """Return a field of the form."""
        choice = self.page.get_by_role("combobox", name=label, exact=True)
        return self.page.get_by_label(label, exact=True).or_(choice).first

    @property
    def query(self) -> dict[str, list[str]]:
        """The query of the URL."""
        return parse_qs(urlsplit(self.page.url).query)

    def expect_query(self, **expected: str) -> None:
        """Wait until the query of the URL has exactly these values."""
        values = {name: [value] for name, value in expected.items()}
        with suppress(AssertionError):
            wait_until(self.page, lambda: self.query == values)
        assert self.query == values

    def export(self, link: str, folder: Path) -> bytes:
        """Download with a link of the export menu and return the file's content."""
        if not self.page.get_by_role("link", name=link).is_visible():
            self.page.get_by_text("Export", exact=True).click()
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=link).click()
        file = folder / download.value.suggested_filename
        download.value.save_as(file)
        return file.read_bytes()

    def choose(self, label: str, option: str) -> None:
        """Choose an option of the form."""
        self.page.get_by_role("combobox", name=label, exact=True).select_option(label=option)

    def select(self, index: int, **options: Any) -> None:
        """Click a tile."""
        self.tiles.nth(index).click(**options)

    def label_selected(self, key: str, index: int = 0) -> None:
        """Select a tile and label it with a key."""
        self.select(index)
        self.page.keyboard.press(key)
        self.expect_saved()

    def expect_selected(self, index: int) -> None:
        """Wait until this tile is selected."""
        expect(self.tiles.nth(index)).to_have_attribute("aria-selected", "true")

    def expect_saved(self, state: str = "saved") -> None:
        """Wait until no label waits to be saved; state: "conflict" if some need a decision."""
        expect(self.page.locator(".bar .state")).to_have_attribute(
            "data-state", state, timeout=120_000
        )

    def expect_labels(self, *labels: str | None) -> None:
        """Wait until the history has these labels, newest first, and the page knows that.

        The click that follows a tap may come after the tap, when nothing waits to be saved yet.
        """
        self.expect_saved()
        with suppress(AssertionError):
            wait_until(self.page, lambda: self.saved_labels() == list(labels))
        self.expect_saved()
        assert self.saved_labels() == list(labels)

    def saved_labels(self) -> list[str | None]:
        """Return the labels of all predictions in the history, newest first."""
        items = http_get(f"{self.url}/api/history", params={"limit": 500}).json()["items"]
        return [item["label"] for item in items]


class Presentation:
    """A big screen, and phones that join its room, each in a browser context of its own."""

    def __init__(self, windows: Windows, url: str, language: str = "en") -> None:
        self.windows, self.url, self.language = windows, url, language
        self.open_windows = ExitStack()
        self.problems: list[str] = []
        self.requested_urls: list[str] = []  # by any of the windows
        self.screen = self.open(f"/present?lang={language}", width=1280, height=720)
        expect(self.stage).to_have_attribute("data-link", "up", timeout=60_000)
        code = self.screen.locator(".invitation .code")
        expect(code).to_have_text(re.compile("^[A-Z0-9]{5}$"))
        self.code = code.inner_text()

    def open(self, path: str, width: int, height: int) -> Page:
        """Open a path in a window of its own."""
        page = self.open_windows.enter_context(self.windows.lend(locale="en-GB")).new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.on("pageerror", lambda error: self.problems.append(error.stack or str(error)))
        page.on("request", lambda request: self.requested_urls.append(request.url))
        page.goto(self.url + path)
        return page

    def phone(self, name: str = "") -> Page:
        """Return a phone that has joined the room."""
        page = self.open(f"/join?room={self.code}&lang={self.language}", width=390, height=844)
        expect(page.locator(".state")).to_have_attribute("data-state", "all")
        if name:
            page.locator("header input").fill(name)
            page.locator("header input").blur()
        return page

    def close(self) -> None:
        """Close all windows; fail if one had an error or loaded anything from another server."""
        self.open_windows.close()
        assert self.problems == []
        own = (self.url, "data:", "blob:")
        assert [url for url in self.requested_urls if not url.startswith(own)] == []

    def press(self, *keys: str) -> None:
        """Press keys at the big screen."""
        for key in keys:
            self.screen.keyboard.press(key)

    @property
    def stage(self) -> Locator:
        """All of the big screen."""
        return self.screen.locator(".stage")

    @property
    def paper(self) -> Locator:
        """The pad in focus."""
        return self.screen.locator(".view .paper").first

    @property
    def digit(self) -> Locator:
        """The prediction for the pad in focus."""
        return self.screen.locator(".view .digit").first

    @property
    def tiles(self) -> Locator:
        """The tiles of all phones."""
        return self.screen.locator(".tile")

    @property
    def title(self) -> Locator:
        """The line at the top."""
        return self.screen.locator(".caption h2")
