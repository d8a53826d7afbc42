"""Nothing that is drawn is lost: silent connections, restarts and reloads."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path as FilePath
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import OpenPage, save_drawings
from tests.browser.http_requests import http_client, http_get
from tests.browser.pages import BlockedRequests
from tools.dev_server import Server, free_port, running_server
from tools.forwarder import Wire, wire
from tools.inkling_page import InklingPage, wait_until
from tools.sample_strokes import FOUR, SEVEN, THREE

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}
LAPTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
BLOCK_STORAGE = """for (const name of ["localStorage", "sessionStorage"])
    Object.defineProperty(window, name, { get() { throw new DOMException("", "SecurityError"); } });
"""
SECONDS = 90  # until every connection has found out that it is silent, and is open again


@pytest.fixture
def link(server: Server) -> Iterator[Wire]:
    """The network between the page and its server."""
    with wire(server.url) as opened:
        yield opened


def saved_strokes(server: Server) -> list[str]:
    """Return the strokes of every saved drawing, each as text."""
    with http_client(base_url=server.url) as http:
        items = http.get("/api/history", params={"limit": 500}).json()["items"]
        return [http.get(f"/api/history/{item['id']}/strokes").text for item in items]


def count_saved(server: Server) -> int:
    return len(http_get(f"{server.url}/api/history", params={"limit": 500}).json()["items"])


def saving_note(page: InklingPage) -> Locator:
    """The line that tells what is not saved yet."""
    return page.page.locator(".st-key-pad_area .saving")


def unsaved_count(page: InklingPage) -> int:
    """Return how many drawings the page says are not saved."""
    number = re.match(r"(\d+) drawings? (is|are) not saved yet", saving_note(page).inner_text())
    return int(number[1]) if number else 0


def draw_line(page: InklingPage, index: int) -> None:
    """Draw a line that no other index has, and clear the pad."""
    x, y = 20 + index % 20 * 13, 20 + index // 20 * 50
    page.draw([[[x, y], [x + 6, y + 30]]], steps=1)
    page.page.keyboard.press("c")


def test_a_link_that_fails_five_times_in_a_hundred_drawings_loses_none(
    open_page: OpenPage, link: Wire, server: Server
) -> None:
    page = open_page(link.url)
    failures: dict[int, tuple[Callable[[], None], Callable[[], None]]] = {
        10: (link.cut, link.resume),  # at once: it only has to send again
        28: (link.fall_silent, link.cut),  # nothing arrives, and what was sent is lost
        46: (link.lose_answers, link.cut),  # all arrives, but the page does not know
        64: (link.fall_silent, link.resume),  # all arrives late
        82: (link.forget, lambda: None),  # only new connections work
    }
    for index in range(100):
        if index in failures:
            failures[index][0]()
        draw_line(page, index)
        if index - 5 in failures:
            wait_until(page.page, partial(tells_the_truth, page, server, index + 1), SECONDS)
            failures[index - 5][1]()
    wait_until(page.page, lambda: count_saved(server) >= 100, SECONDS)
    expect(saving_note(page)).to_be_empty(timeout=SECONDS * 1000)
    strokes = saved_strokes(server)
    assert len(strokes) == len(set(strokes)) == 100
    expect(page.rows.first).to_be_visible()


def tells_the_truth(page: InklingPage, server: Server, drawn: int) -> bool:
    """Return whether the page says of at least all drawings that are not saved that they are not.

    A drawing that is saved may be counted too, while its answer is on its way.
    """
    return drawn - count_saved(server) <= unsaved_count(page)


@pytest.mark.parametrize(
    ("size", "locale", "sentence"),
    [
        (PHONE, "en-GB", "2 drawings are not saved yet."),
        (LAPTOP, "zh-CN", "有 2 份笔迹尚未保存"),
    ],
)
def test_the_page_says_what_is_not_saved_and_saves_it_later(
    open_page: OpenPage, link: Wire, size: dict[str, Any], locale: str, sentence: str
) -> None:
    page = open_page(link.url, locale=locale, **size)
    link.fall_silent()
    for index in (1, 2):
        draw_line(page, index)
    expect(saving_note(page)).to_contain_text(sentence)
    expect(saving_note(page)).to_be_in_viewport()
    link.resume()
    expect(saving_note(page)).to_be_empty(timeout=SECONDS * 1000)
    expect(page.rows).to_have_count(2)


def test_a_page_that_is_loaded_again_saves_what_the_one_before_could_not(
    open_page: OpenPage, server: Server
) -> None:
    page = open_page()
    requests = BlockedRequests(page.page, "**/api/strokes")
    page.draw(FOUR)
    expect(saving_note(page)).to_contain_text("1 drawing is not saved yet. This browser keeps it")
    requests.unblock()
    page.page.reload()
    page.wait_until_ready()
    page.expect_history("4")
    expect(saving_note(page)).to_be_empty()
    assert count_saved(server) == 1


def test_without_storage_drawings_are_saved_while_another_page_is_shown(
    open_page: OpenPage, server: Server
) -> None:
    page = open_page()
    page.page.add_init_script(BLOCK_STORAGE)
    page.page.reload()
    page.wait_until_ready()
    requests = BlockedRequests(page.page, "**/api/strokes")
    page.draw(SEVEN)
    expect(saving_note(page)).to_contain_text("Keep this page open")
    page.page.get_by_role("link", name="Accuracy", exact=True).click()
    page.page.wait_for_url("**/accuracy")
    assert count_saved(server) == 0
    requests.unblock()
    wait_until(page.page, lambda: count_saved(server) == 1, SECONDS)
    page.page.get_by_role("link", name="Draw", exact=True).click()
    page.expect_prediction("7")
    expect(page.button("Clear")).to_be_enabled()


def test_an_answer_that_is_lost_stores_nothing_twice(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    lost: list[Route] = []

    def lose_answer(route: Route) -> None:
        if len(lost) < 2:
            route.fetch()
            lost.append(route)
            route.abort()
        else:
            route.continue_()

    page.page.route("**/api/strokes", lose_answer)
    page.draw(FOUR)
    page.expect_history("4")
    expect(saving_note(page)).to_be_empty()
    assert len(lost) == 2
    assert count_saved(server) == 1


def test_a_drawing_that_the_server_refuses_is_reported(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN", **PHONE)
    refuses = True

    def refuse(route: Route) -> None:
        if refuses:
            error = {"code": "too_many_points", "message": "Too many."}
            route.fulfill(status=413, json={"error": error})
        else:
            route.continue_()

    page.page.route("**/api/strokes", refuse)
    page.draw(SEVEN)
    expect(saving_note(page)).to_contain_text("笔迹过多，无法保存")
    refuses = False
    page.page.keyboard.press("c")
    page.draw(THREE)
    page.expect_history("3")
    expect(saving_note(page)).to_be_empty()


@pytest.mark.parametrize(
    ("size", "locale", "sentence"),
    [
        (PHONE, "zh-CN", "连接已断开，正在重连。可以继续书写。"),
        (LAPTOP, "en-GB", "Connection lost, reconnecting. You can go on drawing."),
    ],
)
def test_while_the_server_is_away_only_the_page_itself_says_so_and_the_pad_works(
    open_page: OpenPage, tmp_path: FilePath, size: dict[str, Any], locale: str, sentence: str
) -> None:
    port = free_port()
    with running_server(tmp_path, port=port) as own:
        page = open_page(own.url, locale=locale, **size)
        own.kill()
    notices: list[str] = []
    # Streamlit reports its dialog after its sixth attempt to reach the server.
    page.page.on("console", lambda message: notices.append(message.text))
    wait_until(page.page, lambda: sum("not responding" in text for text in notices) >= 7, SECONDS)
    expect(page.page.get_by_role("dialog")).to_have_count(0)
    expect(page.page.locator("[inert]")).to_have_count(0)
    expect(page.page.locator(".st-key-prediction_area .sign")).to_have_text(sentence)
    page.draw(FOUR)
    expect(page.page.locator(".st-key-prediction_area .note")).to_have_text(sentence)
    page.page.keyboard.press("c")
    page.draw(SEVEN)
    expect(saving_note(page)).to_contain_text("2")
    with running_server(tmp_path, port=port) as own:
        expect(page.rows.locator("b")).to_have_text(["7", "4"], timeout=SECONDS * 1000)
        page.expect_prediction("7")
        expect(page.page.locator(".st-key-prediction_area .sign")).to_be_empty()
        expect(saving_note(page)).to_be_empty()


@pytest.mark.parametrize("name", ["Review", "Accuracy"])
def test_other_pages_say_that_the_connection_is_lost(
    open_page: OpenPage, link: Wire, name: str
) -> None:
    page = open_page(link.url).page
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url(f"**/{name.lower()}")
    line = page.locator(".st-key-connection p")
    expect(line).to_be_attached()
    expect(line).to_be_empty()
    page.context.set_offline(True)
    link.cut()
    expect(line).to_have_text("Connection lost, reconnecting …", timeout=SECONDS * 1000)
    expect(line).to_be_in_viewport()
    page.context.set_offline(False)
    expect(line).to_be_empty(timeout=SECONDS * 1000)


def test_an_image_chosen_over_a_silent_connection_arrives_once(
    open_page: OpenPage, link: Wire, server: Server
) -> None:
    page = open_page(link.url)
    link.forget()
    page.button("Sample 3: a handwritten 2").click()
    expect(page.rows.locator("b")).to_have_text(["2"], timeout=SECONDS * 1000)
    page.expect_prediction("2")
    page.button("Sample 4: a handwritten 3").click()
    page.expect_history("3", "2")
    assert count_saved(server) == 2


@pytest.mark.parametrize("pause", range(0, 240, 30))
def test_an_image_chosen_right_after_a_stroke_is_not_lost(page: InklingPage, pause: int) -> None:
    page.draw(SEVEN)
    page.page.wait_for_timeout(pause)
    page.page.keyboard.press("n")
    page.page.get_by_role("radio", name="Broad pen").check()  # interrupts the run of the image
    page.expect_prediction("0")
    page.expect_history("0", "7")


@pytest.mark.parametrize("offset", [-90_000, 90_000])
def test_the_history_is_in_order_when_the_clock_of_the_browser_is_wrong(
    open_page: OpenPage, server: Server, offset: int
) -> None:
    page = open_page()
    page.page.add_init_script(f"const now = Date.now; Date.now = () => now() + {offset};")
    page.page.reload()
    page.wait_until_ready()
    save_drawings(server, THREE)
    page.draw(SEVEN)
    page.expect_history("7", "3")
    page.page.keyboard.press("n")
    page.expect_history("0", "7", "3")
    page.draw(FOUR)
    page.expect_history("4", "0", "7", "3")
