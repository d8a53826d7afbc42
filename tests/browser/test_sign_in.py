"""Signing in on the pages, and what visitors and reviewers see there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, save_drawings
from tests.browser.windows import Windows
from tests.oidc_provider import provider
from tools.dev_server import Server, running_server
from tools.inkling_page import InklingPage
from tools.sample_strokes import ONE, SEVEN

__all__ = ["provider"]

PASSWORD = "a password of the tests"


@pytest.fixture(scope="module")
def protected_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with access rules."""
    folder = tmp_path_factory.mktemp("protected")
    with running_server(folder, {"REVIEWER_PASSWORD": PASSWORD}) as running:
        yield running


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
        ada.page.get_by_role("radio", name="Mine").check()
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


def test_without_access_rules_nobody_is_asked(open_page: OpenPage) -> None:
    page = open_page().page
    expect(page.get_by_role("link", name="Review", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Sign in")).to_have_count(0)
    expect(page.get_by_role("radio", name="Mine")).to_be_hidden()


def test_a_reviewer_signs_in_with_the_account_of_a_provider(
    provider: str, windows: Windows, tmp_path: Path
) -> None:
    settings = {
        "OIDC_ISSUER": provider,
        "OIDC_CLIENT_ID": "inkling",
        "OIDC_CLIENT_SECRET": "a secret of the tests",
        "REVIEWERS": "@school.example",
    }
    with running_server(tmp_path, settings) as server, windows.lend(locale="en-GB") as window:
        page = window.new_page()
        page.goto(f"{server.url}/sign-in?next=/join")
        page.get_by_role("link", name="127.0.0.1").click()
        page.locator("input[name=sub]").fill("ada")
        page.locator("button[type=submit], input[type=submit], button").first.click()
        page.wait_for_url(f"{server.url}/join")
        page.goto(f"{server.url}/sign-in")
        expect(page.locator("main")).to_contain_text("ada@school.example")
