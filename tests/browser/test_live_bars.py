"""The bars follow the pen over the live connection, and always agree with the saved prediction."""

import json
import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import WebSocket, WebSocketRoute, expect

from tests.browser.conftest import OpenPage
from tests.browser.http_requests import http_post
from tools.inkling_page import InklingPage, expected_bar_lengths, wait_for_frames, wait_until
from tools.sample_strokes import FOUR, ONE, SEVEN, THREE, ZERO, Stroke

SET_HIDDEN = """hidden => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
}"""
HEARTBEAT_SEQ = -1  # components/prediction/live_link.js
FOCUSED_LABEL = """() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.getAttribute('aria-label') ?? '';
}"""


class Traffic:
    """The messages on the page's live connections."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.received: list[dict[str, Any]] = []
        self.max_in_flight = 0
        self.closed = 0

    def watch(self, socket: WebSocket) -> None:
        if not socket.url.endswith("/api/live"):
            return
        socket.on("framesent", lambda text: self._record(self.sent, text))
        socket.on("framereceived", lambda text: self._record(self.received, text))
        socket.on("close", lambda _socket: self._count_close())

    def is_idle(self) -> bool:
        """Return whether every message has been answered."""
        return len(self.sent) == len(self.received)

    def has_answers(self, count: int) -> bool:
        """Return whether at least `count` messages have been answered."""
        return len(self.received) >= count

    def _record(self, messages: list[dict[str, Any]], text: str | bytes) -> None:
        message = json.loads(text)
        if message["seq"] == HEARTBEAT_SEQ:
            return
        messages.append(message)
        self.max_in_flight = max(self.max_in_flight, len(self.sent) - len(self.received))

    def _count_close(self) -> None:
        self.closed += 1


@pytest.fixture
def traffic() -> Traffic:
    """The traffic of `page`."""
    return Traffic()


@pytest.fixture
def page(traffic: Traffic, open_page: OpenPage) -> InklingPage:
    """The drawing page on a desktop, with its traffic recorded."""
    return open_page(watch=traffic.watch)


def reload_with_route(page: InklingPage, handle: Callable[[WebSocketRoute], None]) -> None:
    """Reload the page with its live connection routed through `handle`."""
    page.page.route_web_socket(re.compile("/api/live$"), handle)
    page.page.reload()


def test_bars_change_while_the_pen_is_down(page: InklingPage) -> None:
    page.pen_down(SEVEN[0], steps=8)
    page.expect_prediction("7")
    assert page.saved() == []
    page.page.mouse.up()
    page.expect_history("7")


def test_final_bars_equal_http_and_the_saved_prediction(
    traffic: Traffic, page: InklingPage
) -> None:
    drawings: list[list[Stroke]] = [
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
        check_final_bars(traffic, page, strokes)
        page.button("Clear").click()
        expect(page.text).to_have_text("–")


def check_final_bars(traffic: Traffic, page: InklingPage, strokes: list[Stroke]) -> None:
    """Compare the bars, the saved prediction and HTTP for the strokes drawn last."""
    wait_until(page.page, lambda: traffic.is_idle() and len(traffic.sent[-1]["strokes"]) > 0)
    sent = traffic.sent[-1]["strokes"]
    assert len(sent) == len(strokes)
    response = http_post(f"{page.url}/api/strokes", json={"strokes": sent, "save": False}).json()
    expected = [digit["probabilities"] for digit in response["digits"]]
    wait_until(page.page, lambda: saved_probabilities(page) == expected)
    live, saved = traffic.received[-1], page.saved()[0]
    assert [digit["probabilities"] for digit in live["digits"]] == expected
    assert live["text"] == response["text"] == saved["text"]
    page.expect_prediction(response["text"])
    if len(expected) == 1:
        page.expect_bar_lengths(expected_bar_lengths(response["digits"][0]))


def saved_probabilities(page: InklingPage) -> list[list[float]]:
    """Return the probabilities of each digit of the newest saved prediction."""
    return [digit["probabilities"] for digit in page.saved()[0]["digits"]]


def test_a_near_server_gets_one_message_at_a_time(traffic: Traffic, page: InklingPage) -> None:
    page.draw(ONE)  # the first answers of a page that was just opened may take longer
    page.page.keyboard.press("c")
    wait_until(page.page, traffic.is_idle)
    traffic.max_in_flight = 0
    page.draw(FOUR, steps=120)
    page.expect_prediction("4")
    wait_until(page.page, traffic.is_idle)
    assert len(traffic.sent) > 10
    assert traffic.max_in_flight == 1
    numbers = [message["seq"] for message in traffic.received]
    assert numbers == sorted(numbers)


def test_each_move_of_the_mouse_sends_one_message(traffic: Traffic, page: InklingPage) -> None:
    page.pen_down(SEVEN[0][:1])
    wait_until(page.page, lambda: traffic.has_answers(1) and traffic.is_idle())
    before = len(traffic.sent)
    left, top = page.window_position(*SEVEN[0][0])
    # Positions between the pixels, where the pointer event and the mouse event of a move differ.
    for count in range(1, 9):
        page.page.mouse.move(left + 7 * count + 0.7, top + 5 * count + 0.7)
        wait_until(page.page, partial(traffic.has_answers, before + count))
        wait_for_frames(page.page)  # in which a second message for this move would be sent
    page.page.mouse.up()
    wait_for_frames(page.page)
    assert len(traffic.sent) - before == 8
    wait_until(page.page, traffic.is_idle)


class DelayedConnection:
    """A live connection whose answers are delayed by `seconds`.

    sent_at: when the page sent messages. delivered: the answers that the page has received.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.sent_at: list[float] = []
        self.delivered: list[dict[str, Any]] = []
        self.max_in_flight = 0
        self._delayed: list[tuple[float, WebSocketRoute, str | bytes]] = []

    @property
    def in_flight(self) -> int:
        """The number of messages whose answers the page has not received."""
        return len(self.sent_at) - len(self.delivered)

    def handle(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def forward(text: str | bytes) -> None:
            self.sent_at.append(time.monotonic())
            self.max_in_flight = max(self.max_in_flight, self.in_flight)
            server.send(text)

        route.on_message(forward)
        server.on_message(
            lambda text: self._delayed.append((time.monotonic() + self.seconds, route, text))
        )

    def deliver(self) -> None:
        """Deliver the answers whose delay has passed."""
        while self._delayed and self._delayed[0][0] < time.monotonic():
            _, route, text = self._delayed.pop(0)
            self.delivered.append(json.loads(text))
            route.send(text)

    def draw_line(self, page: InklingPage, start: list[float], end: list[float]) -> list[float]:
        """Draw a line at the speed of a hand; return when the page sent messages during it."""
        before = len(self.sent_at)
        positions = page.window_position(*start), page.window_position(*end)
        for x, y in np.linspace(*positions, 80):
            page.page.mouse.move(x, y)
            page.page.wait_for_timeout(20)
            self.deliver()
        return self.sent_at[before:]

    def answers_all(self) -> bool:
        """Deliver the answers whose delay has passed; return whether the page has all of them."""
        self.deliver()
        return self.in_flight == 0


def start_seven(page: InklingPage, delay: float) -> DelayedConnection:
    """Draw the bar of a seven over a connection whose answers are delayed by `delay` seconds."""
    connection = DelayedConnection(delay)
    reload_with_route(page, connection.handle)
    page.wait_until_ready()
    wait_until(page.page, connection.answers_all)  # the page knows how far away the server is
    page.pen_down(SEVEN[0][:1])
    connection.draw_line(page, *SEVEN[0][:2])
    return connection


def test_a_page_whose_answers_get_slower_sends_less_often(page: InklingPage) -> None:
    connection = start_seven(page, delay=0)
    connection.seconds = 0.1
    start, end = SEVEN[0][1::2]
    middle = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2]
    connection.draw_line(page, start, middle)  # some drawings leave before the first slow answer
    started = time.monotonic()
    sent_at = connection.draw_line(page, middle, end)
    seconds = time.monotonic() - started
    assert 3 < len(sent_at) <= 2 + seconds / 0.2, (len(sent_at), seconds)
    page.page.mouse.up()

    def shows_seven() -> bool:
        connection.deliver()
        return page.text.inner_text() == "7"

    wait_until(page.page, shows_seven)


def test_a_page_far_from_its_server_does_not_slow_down(page: InklingPage) -> None:
    connection = start_seven(page, delay=0.1)
    sent_at = connection.draw_line(page, *SEVEN[0][1::2])
    assert min(np.diff(sent_at)) < 0.18  # a page that slowed down would wait 0.2 s


@pytest.mark.parametrize("delay", [0.1, 0.3])
def test_far_away_several_messages_are_in_flight_and_the_last_answer_wins(
    page: InklingPage, delay: float
) -> None:
    connection = start_seven(page, delay)
    connection.draw_line(page, *SEVEN[0][1::2])
    page.page.mouse.up()
    wait_until(page.page, connection.answers_all)
    assert 1 < connection.max_in_flight <= 24  # components/prediction/send_pacer.js
    numbers = [answer["seq"] for answer in connection.delivered]
    assert numbers == sorted(numbers)
    page.expect_prediction("7")
    (last,) = connection.delivered[-1]["digits"]
    page.expect_bar_lengths(expected_bar_lengths(last))


def test_a_late_answer_to_a_cleared_drawing_is_not_shown(page: InklingPage) -> None:
    held: list[tuple[WebSocketRoute, str | bytes]] = []

    def hold_answers(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(lambda text: held.append((route, text)))

    reload_with_route(page, hold_answers)
    page.wait_until_ready()
    page.pen_down(SEVEN[0])
    page.page.mouse.up()
    page.page.keyboard.press("c")
    wait_until(page.page, lambda: len(held) > 0)
    for route, text in held:
        route.send(text)
    wait_for_frames(page.page)
    expect(page.text).to_have_text("–")


def test_without_a_websocket_the_bars_show_the_saved_prediction(page: InklingPage) -> None:
    reload_with_route(page, lambda route: route.close(code=1011))
    expect(page.pad).to_have_attribute("role", "img")
    page.draw(SEVEN)
    page.expect_prediction("7")
    page.expect_history("7")
    notice = page.page.locator(".st-key-prediction_area .sign")
    expect(notice).to_contain_text("Connection lost")
    saved = page.saved()[0]["digits"][0]
    page.expect_bar_lengths(expected_bar_lengths(saved))


def test_two_tabs_do_not_share_a_drawing(open_page: OpenPage) -> None:
    first, second = open_page(), open_page()
    first.pen_down(SEVEN[0], steps=1)
    second.pen_down(THREE[0], steps=1)
    first.expect_prediction("7")
    second.expect_prediction("3")
    first.page.mouse.up()
    second.page.mouse.up()
    wait_until(first.page, lambda: sorted(item["text"] for item in first.saved()) == ["3", "7"])
    expect(second.rows).to_have_count(2)
    first.expect_prediction("7")
    second.expect_prediction("3")


def test_a_hidden_tab_closes_its_connection(traffic: Traffic, page: InklingPage) -> None:
    page.page.evaluate(SET_HIDDEN, True)
    wait_until(page.page, lambda: traffic.closed == 1)
    page.page.evaluate(SET_HIDDEN, False)
    page.draw(SEVEN)
    page.expect_history("7")
    page.expect_prediction("7")


def test_the_prediction_is_announced_to_screen_readers(page: InklingPage) -> None:
    page.draw(SEVEN)
    announcement = page.page.locator(".st-key-prediction_area .visually-hidden[aria-live=polite]")
    expect(announcement).to_have_text(re.compile(r"^Prediction 7, >?\d+(\.\d)?% confidence$"))
    page.page.keyboard.press("c")
    expect(announcement).to_have_text("The pad is empty")


def bar_transition(page: InklingPage) -> object:
    """Return the duration of a bar's CSS transition."""
    bar = page.bars.first.locator("i")
    return bar.evaluate("bar => getComputedStyle(bar).transitionDuration")


def test_reduced_motion_is_respected(open_page: OpenPage) -> None:
    durations = {
        preference: bar_transition(open_page(media={"reduced_motion": preference}))
        for preference in ("no-preference", "reduce")
    }
    assert durations == {"no-preference": "0.09s", "reduce": "0s"}


def test_bars_are_eased_only_when_no_pen_moves_them(page: InklingPage) -> None:
    page.draw(SEVEN)
    page.expect_prediction("7")
    wait_until(page.page, lambda: bar_transition(page) == "0s")
    page.page.keyboard.press("n")
    page.expect_prediction("0")
    wait_until(page.page, lambda: bar_transition(page) == "0.09s")


def test_samples_work_with_the_keyboard_alone(page: InklingPage) -> None:
    keyboard = page.page.keyboard
    for _ in range(40):
        keyboard.press("Tab")
        if page.page.evaluate(FOCUSED_LABEL).startswith("Sample 1:"):
            break
    keyboard.press("Enter")
    page.expect_history("0")
    page.expect_prediction("0")
    keyboard.press("n")
    page.expect_prediction("1")
    page.expect_history("1", "0")
