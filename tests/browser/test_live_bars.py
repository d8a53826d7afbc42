"""The bars follow the pen, and always agree with the record."""

import json
import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import numpy as np
import pytest
from playwright.sync_api import WebSocket, WebSocketRoute, expect

from tests.browser.conftest import OpenPage
from tools.inkling_page import InklingPage, chances
from tools.sample_strokes import FOUR, ONE, SEVEN, THREE, ZERO, Path


class Traffic:
    """What went over the page's live links."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.received: list[dict[str, Any]] = []
        self.most_in_flight = 0
        self.closed = 0

    def watch(self, socket: WebSocket) -> None:
        if not socket.url.endswith("/api/live"):
            return
        socket.on("framesent", lambda text: self._note(self.sent, text))
        socket.on("framereceived", lambda text: self._note(self.received, text))
        socket.on("close", lambda _socket: self._close())

    def has_sent(self, count: int) -> bool:
        return len(self.sent) >= count

    def _note(self, where: list[dict[str, Any]], text: str | bytes) -> None:
        where.append(json.loads(text))
        self.most_in_flight = max(self.most_in_flight, len(self.sent) - len(self.received))

    def _close(self) -> None:
        self.closed += 1


@pytest.fixture
def traffic() -> Traffic:
    """What goes over the live links of `page`."""
    return Traffic()


@pytest.fixture
def page(traffic: Traffic, open_page: OpenPage) -> InklingPage:
    """The page on a desktop, watched from its first moment."""
    return open_page(watch=traffic.watch)


def reload_through(page: InklingPage, handle: Callable[[WebSocketRoute], None]) -> None:
    """Load the page anew, its live link in the hands of `handle`."""
    page.page.route_web_socket(re.compile("/api/live$"), handle)
    page.page.reload()


def go_on_until(page: InklingPage, holds: Callable[[], bool]) -> None:
    """Let the page go on until this holds, five seconds at most."""
    deadline = time.monotonic() + 5
    while not holds() and time.monotonic() < deadline:
        page.page.wait_for_timeout(20)


def test_bars_change_while_the_pen_is_down(page: InklingPage) -> None:
    page.pen_down(SEVEN[0], steps=8)
    page.expect_read("7")
    assert page.kept() == []
    page.page.mouse.up()
    page.expect_rows("7")


def test_final_bars_equal_http_and_the_record(traffic: Traffic, page: InklingPage) -> None:
    drawings: list[list[Path]] = [
        ZERO,
        ONE,
        THREE,
        FOUR,
        SEVEN,
        [[[150, 150]]],
        [*FOUR, [[20, 20], [40, 260]]],
    ]
    for count, strokes in enumerate(drawings, start=1):
        page.draw(strokes, steps=2)
        expect(page.rows).to_have_count(count)
        expect(page.rows.locator("b").first).not_to_have_text("")
        page.page.wait_for_timeout(500)
        check_final_bars(traffic, page, strokes)
        page.button("Clear").click()
        expect(page.text).to_have_text("–")


def check_final_bars(traffic: Traffic, page: InklingPage, strokes: list[Path]) -> None:
    """The bars, the record and HTTP say the same of these strokes, the last that were drawn."""
    ink = traffic.sent[-1]["strokes"]
    assert len(ink) == len(strokes)
    plain = httpx.post(f"{page.url}/api/strokes", json={"strokes": ink, "save": False}).json()
    live, kept = traffic.received[-1], page.kept()[0]
    assert live["text"] == plain["text"] == kept["text"] == page.text.inner_text()
    for other in (live["digits"], kept["digits"]):
        assert [one["probabilities"] for one in other] == [
            one["probabilities"] for one in plain["digits"]
        ]
    if len(plain["digits"]) == 1:
        assert page.shares() == pytest.approx(chances(plain["digits"][0]), abs=1e-12)


def test_one_message_at_most_is_in_flight(traffic: Traffic, page: InklingPage) -> None:
    page.draw(FOUR, steps=120)
    page.expect_rows("4")
    assert len(traffic.sent) > 10
    assert traffic.most_in_flight == 1
    orders = [answer["seq"] for answer in traffic.received]
    assert orders == sorted(orders)


def test_each_move_of_a_mouse_is_read_once(traffic: Traffic, page: InklingPage) -> None:
    page.pen_down(SEVEN[0][:1])
    page.page.wait_for_timeout(200)
    before = len(traffic.sent)
    left, top = page.place(*SEVEN[0][0])
    for number in range(1, 9):  # between the pixels, where a mouse's two events differ
        page.page.mouse.move(left + 7 * number + 0.7, top + 5 * number + 0.7)
        page.page.wait_for_timeout(60)
        # Where answers are late the next ink waits a little.
        go_on_until(page, partial(traffic.has_sent, before + number))
    page.page.mouse.up()
    page.page.wait_for_timeout(200)
    assert len(traffic.sent) - before == 8
    assert len(traffic.received) == len(traffic.sent)


class LateAnswers:
    """A live link whose answers come `seconds` late; when the page asked for them."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.asked: list[float] = []
        self._due: list[tuple[float, WebSocketRoute, str | bytes]] = []

    def hold(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def ask(text: str | bytes) -> None:
            self.asked.append(time.monotonic())
            server.send(text)

        route.on_message(ask)
        server.on_message(
            lambda text: self._due.append((time.monotonic() + self.seconds, route, text))
        )

    def come(self) -> None:
        """Let through what is due."""
        while self._due and self._due[0][0] < time.monotonic():
            _, route, text = self._due.pop(0)
            route.send(text)

    def draw_through(self, page: InklingPage, start: list[float], end: list[float]) -> list[float]:
        """Draw a line; when the page asked meanwhile."""
        before = len(self.asked)
        for x, y in np.linspace(page.place(*start), page.place(*end), 80):
            page.page.mouse.move(x, y)
            page.page.wait_for_timeout(20)
            self.come()
        return self.asked[before:]


def begin_seven(page: InklingPage, late: float) -> LateAnswers:
    """Draw the bar of a seven over a link whose answers come `late` seconds late."""
    answers = LateAnswers(late)
    reload_through(page, answers.hold)
    page.wait_until_ready()
    page.pen_down(SEVEN[0][:1])
    answers.draw_through(page, *SEVEN[0][:2])
    return answers


def test_a_page_whose_answers_get_late_asks_less_often(page: InklingPage) -> None:
    answers = begin_seven(page, late=0)
    answers.seconds = 0.1
    begun = time.monotonic()
    asked = answers.draw_through(page, *SEVEN[0][1::2])
    seconds = time.monotonic() - begun
    assert 3 < len(asked) <= 2 + seconds / 0.2, (len(asked), seconds)
    page.page.mouse.up()

    def seven_is_read() -> bool:
        answers.come()
        return page.text.inner_text() == "7"

    go_on_until(page, seven_is_read)
    page.expect_read("7")


def test_a_page_far_from_its_server_asks_at_once_again(page: InklingPage) -> None:
    answers = begin_seven(page, late=0.1)
    asked = answers.draw_through(page, *SEVEN[0][1::2])
    assert min(np.diff(asked)) < 0.18  # a page that is late itself waits 0.2 s


def test_an_answer_to_ink_that_is_gone_is_not_shown(page: InklingPage) -> None:
    held: list[tuple[WebSocketRoute, str | bytes]] = []

    def hold(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(lambda text: held.append((route, text)))

    reload_through(page, hold)
    page.wait_until_ready()
    page.pen_down(SEVEN[0])
    page.page.mouse.up()
    page.page.keyboard.press("c")
    page.page.wait_for_timeout(300)
    assert held, "an answer must be on its way"
    for route, text in held:
        route.send(text)
    page.page.wait_for_timeout(300)
    expect(page.text).to_have_text("–")


def test_without_a_websocket_the_bars_come_with_the_record(page: InklingPage) -> None:
    reload_through(page, lambda route: route.close(code=1011))
    expect(page.pad).to_have_attribute("role", "img")
    page.draw(SEVEN)
    page.expect_read("7")
    page.expect_rows("7")
    sign = page.page.locator(".st-key-bars_area .sign")
    expect(sign).to_contain_text("Link lost")
    assert page.shares() == pytest.approx(chances(page.kept()[0]["digits"][0]), abs=1e-12)


def test_two_tabs_do_not_mix(open_page: OpenPage) -> None:
    one, other = open_page(), open_page()
    one.pen_down(SEVEN[0], steps=1)
    other.pen_down(THREE[0], steps=1)
    one.expect_read("7")
    other.expect_read("3")
    one.page.mouse.up()
    other.page.mouse.up()
    expect(other.rows).to_have_count(2)
    one.page.wait_for_timeout(500)
    one.expect_read("7")
    other.expect_read("3")
    assert sorted(item["text"] for item in one.kept()) == ["3", "7"]


def test_a_hidden_tab_holds_no_link(traffic: Traffic, page: InklingPage) -> None:
    hide = """hidden => {
        Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    page.page.evaluate(hide, True)
    page.page.wait_for_timeout(500)
    assert traffic.closed == 1
    page.page.evaluate(hide, False)
    page.draw(SEVEN)
    page.expect_rows("7")
    page.expect_read("7")


def test_the_digit_is_announced(page: InklingPage) -> None:
    page.draw(SEVEN)
    spoken = page.page.locator(".st-key-bars_area [aria-live=polite]")
    expect(spoken).to_have_text(re.compile(r"^Read 7, >?\d+(\.\d)?% sure$"))
    page.page.keyboard.press("c")
    expect(spoken).to_have_text("The pad is empty")


def easing(page: InklingPage) -> object:
    """How long a bar takes to its place, as CSS tells it."""
    bar = page.bars.first.locator("i")
    return bar.evaluate("bar => getComputedStyle(bar).transitionDuration")


def test_reduced_motion_is_respected(open_page: OpenPage) -> None:
    motion = {}
    for wish in ("no-preference", "reduce"):
        motion[wish] = easing(open_page(media={"reduced_motion": wish}))
    assert motion == {"no-preference": "0.09s", "reduce": "0s"}


def test_only_bars_that_no_pen_moves_are_eased(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_read("7")
    assert easing(page) == "0s"
    page.page.keyboard.press("n")
    page.expect_read("0")
    assert easing(page) == "0.09s"


def test_keyboard_only(page: InklingPage) -> None:
    keyboard = page.page.keyboard
    for _ in range(40):
        keyboard.press("Tab")
        focused = "() => { let e = document.activeElement; while (e?.shadowRoot?.activeElement)\
            e = e.shadowRoot.activeElement; return e?.getAttribute('aria-label') ?? ''; }"
        if page.page.evaluate(focused).startswith("Sample 1:"):
            break
    keyboard.press("Enter")
    page.expect_rows("0")
    page.expect_read("0")
    keyboard.press("n")
    page.expect_read("1")
    page.expect_rows("1", "0")
