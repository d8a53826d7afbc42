"""Signing in on the pages, and what visitors and reviewers see there."""

import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PASSWORD, OpenPage, save_drawings
from tests.browser.held_timers import UNDO_DELETION, HeldTimers
from tests.browser.windows import Windows
from tests.oidc_provider import provider
from tools.dev_server import Server, running_server
from tools.forwarder import stripping_gateway
from tools.inkling_page import InklingPage, wait_until
from tools.sample_strokes import ONE, SEVEN

__all__ = ["provider"]


def sign_in(page: Page) -> None:
    """Fill in the form of the sign-in page."""
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_visitors_see_their_own_drawings_and_reviewers_everybodys(
    protected_server: Server, windows: Windows
) -> None:
    with windows.lend(locale="en-GB") as ada_window, windows.lend(locale="en-GB") as bob_window:
        bob = InklingPage(bob_window.new_page(), protected_server.url)
        bob.draw(ONE)
        bob.expect_history("1")
        ada = InklingPage(ada_window.new_page(), protected_server.url)
        ada.draw(SEVEN)
        ada.expect_history("7")
        expect(ada.page.get_by_role("radio", name="Everyone")).to_be_hidden()

        ada.page.get_by_role("link", name="Sign in").click()
        sign_in(ada.page)
        ada.wait_until_ready()
        ada.expect_history("7")
        ada.page.get_by_role("radio", name="Everyone").check()
        ada.expect_history("7", "1")
        ada.page.get_by_role("radio", name="This browser").check()
        ada.expect_history("7")
        assert ada.problems == bob.problems == []


def test_pages_for_reviewers_ask_to_sign_in(protected_server: Server, windows: Windows) -> None:
    save_drawings(protected_server, SEVEN)
    with windows.lend(locale="en-GB") as window:
        page = window.new_page()
        page.goto(f"{protected_server.url}/accuracy")
        expect(page.get_by_text("This page is for reviewers.")).to_be_visible()
        page.goto(f"{protected_server.url}/review")
        expect(page.get_by_text("This page is for reviewers.")).to_be_visible()
        page.locator(".st-key-sign_in_prompt").get_by_role("link", name="Sign in").click()
        sign_in(page)
        expect(page).to_have_url(re.compile(f"^{protected_server.url}/review"))
        expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
        name = page.get_by_label("Your name")
        expect(name).to_have_value("Ada")
        expect(name).not_to_be_editable()

        page.get_by_role("link", name="Sign out Ada").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("This page is for reviewers.")).to_be_visible()


def test_without_access_rules_nobody_is_asked(server: Server, open_page: OpenPage) -> None:
    save_drawings(server, ONE)
    drawing_page = open_page()
    drawing_page.draw(SEVEN)
    drawing_page.expect_history("7", "1")
    page = drawing_page.page
    expect(page.get_by_text("Everyone who can open this page sees these.")).to_be_visible()
    expect(page.get_by_role("link", name="Review", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Sign in")).to_have_count(0)
    expect(page.get_by_role("radio", name="This browser")).to_be_hidden()


@pytest.mark.parametrize("path", ["", "/tools/inkling"], ids=["root", "base path and gateway"])
def test_a_reviewer_signs_in_with_the_account_of_a_provider(
    provider: str, windows: Windows, tmp_path: Path, path: str
) -> None:
    settings = {
        "OIDC_ISSUER": provider,
        "OIDC_CLIENT_ID": "inkling",
        "OIDC_CLIENT_SECRET": "a secret of the tests",
        "REVIEWERS": "@school.example",
        "STREAMLIT_SERVER_BASE_URL_PATH": path,
    }
    with ExitStack() as stack:
        urls = [stack.enter_context(running_server(tmp_path, settings)).url]
        if path:
            urls.append(stack.enter_context(stripping_gateway(urls[0], path.strip("/"))))
        for url in urls:
            with windows.lend(locale="en-GB") as window:
                sign_in_with_provider(window.new_page(), url + path)


def sign_in_with_provider(page: Page, site: str) -> None:
    """Sign in with the account of the provider."""
    page.goto(f"{site}/sign-in?next=/join")
    page.get_by_role("link", name="127.0.0.1").click()
    page.locator("input[name=sub]").fill("ada")
    page.locator("button[type=submit], input[type=submit], button").first.click()
    page.wait_for_url(f"{site}/join")
    page.goto(f"{site}/sign-in")
    expect(page.locator("main")).to_contain_text("ada@school.example")


READERS = {
    "en": {
        "visitor": "Only you, in this browser, and reviewers see these.",
        "everyone": "From all visitors. Each of them sees only their own.",
        "own": "Made in this browser. The other reviewers see them, too.",
    },
    "zh": {
        "visitor": "只有你（限本浏览器）和审阅者能看到这些记录。",
        "everyone": "所有访客的记录，访客只能看到各自的。",
        "own": "在本浏览器中写下的记录，其他审阅者也能看到。",
    },
}


@pytest.mark.parametrize(("locale", "language"), [("en-GB", "en"), ("zh-CN", "zh")])
def test_the_history_says_who_sees_it(
    protected_server: Server, windows: Windows, locale: str, language: str
) -> None:
    words = READERS[language]
    with windows.lend(locale=locale) as window:
        page = InklingPage(window.new_page(), protected_server.url)
        history = page.page.locator(".st-key-history_area")
        expect_on_both_sizes(page.page, history.get_by_text(words["visitor"]))
        expect(history.get_by_role("radio", name=re.compile("Everyone|所有人"))).to_be_hidden()
        page.page.goto(f"{protected_server.url}/sign-in?lang=en")
        sign_in(page.page)
        page.page.goto(f"{protected_server.url}/?lang={language}")
        page.wait_until_ready()
        expect_on_both_sizes(page.page, history.get_by_text(words["own"]))
        history.get_by_role("radio", name=re.compile("Everyone|所有人")).check()
        expect_on_both_sizes(page.page, history.get_by_text(words["everyone"]))


def expect_on_both_sizes(page: Page, element: Locator) -> None:
    """Wait until an element is visible on a phone, and on a desktop."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        expect(element).to_be_visible()


def test_an_open_history_says_that_everyone_sees_it(windows: Windows, tmp_path: Path) -> None:
    with (
        running_server(tmp_path, {"OPEN": "1"}) as server,
        windows.lend(locale="en-GB") as window,
    ):
        save_drawings(server, ONE)
        page = InklingPage(window.new_page(), server.url)
        history = page.page.locator(".st-key-history_area")
        page.draw(SEVEN)
        page.expect_history("7")
        expect(history.get_by_text("Made in this browser. Everyone who can open")).to_be_visible()
        page.page.get_by_role("radio", name="Everyone").check()
        page.expect_history("7", "1")
        expect(history.get_by_text("Everyone who can open this page sees these.")).to_be_visible()
        assert page.problems == []


@pytest.mark.parametrize("width", [390, 1280])
def test_a_visitor_shares_one_drawing_with_everyone_who_has_the_link(
    protected_server: Server, windows: Windows, width: int
) -> None:
    viewport = {"width": width, "height": 844}
    with windows.lend(locale="en-GB", viewport=viewport) as window, windows.lend() as strangers:
        page = InklingPage(window.new_page(), protected_server.url)
        page.draw(SEVEN)
        page.expect_history("7")
        page.rows.first.get_by_role("button").click()
        dialog = page.page.get_by_role("dialog")
        dialog.get_by_role("button", name="Share").click()
        qr = dialog.get_by_role("img", name="QR code of the link")
        expect(qr).to_be_in_viewport()
        assert qr.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        link = dialog.get_by_label("Link to this prediction")
        expect(link).to_have_value(re.compile("/share/"))
        address = link.input_value()
        assert address.startswith(f"{protected_server.url}/share/")

        stranger = strangers.new_page()
        problems: list[str] = []
        stranger.on("console", lambda message: problems.append(message.text))
        stranger.goto(address)
        expect(stranger.get_by_role("heading", name="Recognized as 7")).to_be_visible()
        drawing = stranger.get_by_role("img", name="Drawing: Recognized as 7")
        assert drawing.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
        expect(stranger.locator(".digits .first b")).to_have_text("7")
        assert problems == []
        id = page.saved()[0]["id"]
        assert stranger.request.get(f"{protected_server.url}/api/history/{id}").status == 404
        stranger.get_by_role("link", name="Draw a digit yourself").click()
        stranger.wait_for_url(f"{protected_server.url}/?lang=en")

        deletions = HeldTimers(page.page, UNDO_DELETION)
        dialog.get_by_role("button", name="Delete").click()
        expect(page.rows.get_by_role("button", name="Undo")).to_be_visible()
        with page.page.expect_response(lambda response: response.request.method == "DELETE"):
            deletions.fire()
        expect(page.rows).to_have_count(0)
        stranger.goto(address)
        expect(stranger.get_by_text("The prediction has been deleted")).to_be_visible()


def test_a_visitor_cannot_change_the_label_of_a_reviewer(
    protected_server: Server, windows: Windows
) -> None:
    with windows.lend(locale="en-GB") as window:
        page = InklingPage(window.new_page(), protected_server.url)
        page.draw(SEVEN)
        page.expect_history("7")
        page.rows.first.get_by_role("button").click()
        dialog = page.page.get_by_role("dialog")
        dialog.get_by_role("button", name="Label as 1 (1)").click()
        expect(page.rows.first).to_contain_text("labelled 1")
        wait_until(page.page, lambda: page.saved()[0]["label"] == "1")
        page.page.keyboard.press("Escape")
        page.page.get_by_role("link", name="Sign in").click()
        sign_in(page.page)
        page.wait_until_ready()
        page.rows.first.get_by_role("button").click()
        expect(dialog.locator("dl")).to_contain_text("1, by visitor")
        page.page.keyboard.press("7")
        expect(dialog.locator("dl")).to_contain_text("7, by Ada")
        wait_until(page.page, lambda: page.saved()[0]["label"] == "7")
        page.page.keyboard.press("Escape")
        page.page.get_by_role("link", name="Sign out Ada").click()
        page.page.get_by_role("button", name="Sign out").click()
        page.wait_until_ready()
        page.rows.first.get_by_role("button").click()
        expect(dialog).to_contain_text("only reviewers may change it")
        expect(dialog.get_by_role("button", name="Label as 1 (1)")).to_be_disabled()
        page.page.keyboard.press("1")
        expect(dialog).to_contain_text("Label: 7")
        assert page.saved()[0]["label"] == "7"
