"""Every page works below a path of a host, and behind a gateway that removes that path."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.windows import Windows
from tools.dev_server import running_server
from tools.forwarder import stripping_gateway
from tools.inkling_page import InklingPage
from tools.mouse import draw
from tools.sample_strokes import SEVEN

PASSWORD = "a password of the tests"
BASE_PATH = "tools/inkling"
SETTINGS = {"REVIEWER_PASSWORD": PASSWORD}


@pytest.fixture(scope="module", params=["base path", "gateway"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a site whose root is not the root of its host."""
    folder = tmp_path_factory.mktemp("base")
    strips = request.param == "gateway"
    base = {} if strips else {"STREAMLIT_SERVER_BASE_URL_PATH": BASE_PATH}
    with ExitStack() as stack:
        url = stack.enter_context(running_server(folder, SETTINGS | base)).url
        if strips:
            url = stack.enter_context(stripping_gateway(url, BASE_PATH))
        yield f"{url}/{BASE_PATH}"


@pytest.fixture
def page(windows: Windows, site: str) -> Iterator[Page]:
    """A page; it fails the test if it requests anything that does not exist or lies elsewhere."""
    problems: list[str] = []

    def check_address(url: str) -> None:
        socket_site = site.replace("http", "ws", 1)
        if not url.startswith((f"{site}/", f"{socket_site}/", "data:", "blob:")):
            problems.append(url)

    def check_response(response: Response) -> None:
        # Streamlit looks for its server below each page first.
        is_search = response.url.endswith(("/_stcore/health", "/_stcore/host-config"))
        if response.status >= 400 and not is_search:
            problems.append(f"{response.status} {response.url}")

    with windows.lend(locale="en-GB") as window:
        page = window.new_page()
        page.on("pageerror", lambda error: problems.append(error.stack or str(error)))
        page.on("request", lambda request: check_address(request.url))
        page.on("websocket", lambda socket: check_address(socket.url))
        page.on("response", check_response)
        yield page
    assert problems == []


def test_a_drawing_is_recognized_and_reviewed_after_signing_in(page: Page, site: str) -> None:
    drawing_page = InklingPage(page, f"{site}/")
    drawing_page.draw(SEVEN)
    drawing_page.expect_prediction("7")
    drawing_page.expect_history("7")
    page.get_by_role("link", name="Review", exact=True).click()
    # The header's link leads back to the drawing page until the Review page replaces it.
    page.locator(".st-key-sign_in_prompt").get_by_role("link", name="Sign in").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[role=option] img").first).to_be_visible()
    expect(page).to_have_url(re.compile(rf"^{re.escape(site)}/review(\?|$)"))
    page.keyboard.press("?")
    expect(page.locator("dialog.help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.help")).to_be_hidden()
    page.get_by_role("link", name="Privacy").click()
    page.wait_for_url(re.compile("/privacy"))  # both pages have the next link
    page.get_by_role("link", name="Accuracy").click()
    expect(page.locator("h2", has_text="Accuracy").first).to_be_visible()


def test_a_phone_joins_at_the_address_on_the_big_screen(
    page: Page, site: str, windows: Windows
) -> None:
    page.goto(f"{site}/present")
    expect(page.locator('.stage[data-link="up"]')).to_be_visible()
    expect(page.locator(".where")).to_contain_text(f"{site.partition('//')[2]}/join ")
    expect(page.locator(".invitation .qr")).to_have_attribute("alt", re.compile("/join"))
    label = page.locator(".invitation .qr").get_attribute("alt") or ""
    width = "image => image.decode().then(() => image.naturalWidth)"
    assert page.locator(".invitation .qr").evaluate(width) > 0
    with windows.lend(locale="en-GB") as window:
        phone = window.new_page()
        phone.goto(label.removeprefix("QR code of "))
        expect(phone.locator(".state")).to_have_attribute("data-state", "all")
        draw(phone, phone.locator(".paper"), SEVEN)
        page.keyboard.press("g")
        expect(page.locator(".tile b")).to_have_text(["7"])  # before the phone leaves
    page.keyboard.press("e")
    expect(page.locator(".ending a.address").first).to_have_attribute(
        "href", re.compile(rf"^{re.escape(site)}/present\?show=")
    )
    expect(page.locator(".ending .poster")).to_have_attribute("data-drawings", "1")


def test_the_documentation_sends_requests_below_the_path(page: Page, site: str) -> None:
    page.goto(f"{site}/api/docs")
    operation = page.locator("#operations-health-live_health_live_get")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".request-url")).to_contain_text(f"{site}/api/health/live")
    expect(
        operation.locator(".live-responses-table .response .response-col_status").first
    ).to_contain_text("200")
