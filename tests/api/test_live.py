"""WS /api/live: every request is answered, in order, within stated limits."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from api.routes.live import BURST, MAX_POINTS
from api.websockets import MAX_MESSAGE
from tools.dev_server import Server
from tools.sample_strokes import FOUR, ONE, SEVEN, THREE, ZERO, Stroke

Connect = Callable[[], ClientConnection]


@pytest.fixture
def open_connection(server: Server) -> Iterator[Connect]:
    """Opens connections, each closed at the end of the test."""
    with ExitStack() as stack:
        address = server.url.replace("http", "ws") + "/api/live"
        yield lambda: stack.enter_context(connect(address, max_size=None, close_timeout=1))


def request(strokes: list[Stroke], seq: int = 1) -> str:
    return json.dumps({"seq": seq, "strokes": strokes})


def receive(socket: ClientConnection) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(socket.recv(timeout=20))
    return answer


@pytest.mark.parametrize("strokes", [ZERO, ONE, THREE, FOUR, SEVEN, []])
def test_an_answer_equals_that_of_http(
    open_connection: Connect, server_client: httpx.Client, strokes: list[Stroke]
) -> None:
    socket = open_connection()
    socket.send(request(strokes))
    answer = receive(socket)
    body = {"strokes": strokes, "save": False}
    prediction = server_client.post("/api/strokes", json=body).json()
    assert answer["text"] == prediction["text"]
    digits = [{k: v for k, v in digit.items() if k != "glyph"} for digit in answer["digits"]]
    assert digits == prediction["digits"]


@pytest.mark.parametrize("message", [request(SEVEN), "no JSON"])
def test_an_answer_has_the_time_of_the_server(open_connection: Connect, message: str) -> None:
    socket = open_connection()
    before = time.time() * 1000 - 1
    socket.send(message)
    assert before <= receive(socket)["time"] <= time.time() * 1000


def test_nothing_is_saved(open_connection: Connect, server_client: httpx.Client) -> None:
    socket = open_connection()
    socket.send(request(SEVEN))
    receive(socket)
    assert server_client.get("/api/history").json()["items"] == []


def test_every_request_is_answered_in_order(open_connection: Connect) -> None:
    sockets = [open_connection() for _ in range(5)]
    for seq in range(30):
        for socket in sockets:
            socket.send(request(SEVEN, seq))
    for socket in sockets:
        assert [receive(socket)["seq"] for _ in range(30)] == list(range(30))


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "7",
        "null",
        "[]",
        "{}",
        '{"strokes": 7}',
        '{"strokes": [7]}',
        '{"strokes": [[["a", "b"]]]}',
        '{"strokes": [[[1, 2, 3]]]}',
        '{"strokes": [[[1, 2, 3, 4]]]}',
        '{"strokes": [[[[1, 2]]]]}',
        f'{{"strokes": [[{[0] * 100_000}]]}}',
        '{"strokes": [[[1, NaN]]]}',
        '{"strokes": [[[1e9, 1]]]}',
        '{"strokes": {"a": 1}}',
        "[" * 5000,
    ],
)
def test_an_invalid_request_is_answered_and_the_connection_stays_open(
    open_connection: Connect, text: str
) -> None:
    socket = open_connection()
    socket.send(text)
    error = receive(socket)["error"]
    assert error["code"] in {"invalid_request", "invalid_strokes"}
    assert error["message"].endswith(".")
    socket.send(request(SEVEN, 2))
    assert receive(socket)["seq"] == 2


def close_code_and_reason(socket: ClientConnection) -> tuple[int | None, str | None]:
    """The close code and reason, after all answers that arrive before."""
    with suppress(ConnectionClosed):
        while True:
            socket.recv(timeout=20)
    return socket.close_code, socket.close_reason


def test_a_message_that_is_too_large_closes_the_connection(open_connection: Connect) -> None:
    socket = open_connection()
    socket.send(" " * (MAX_MESSAGE + 1))
    expected = (1008, "Message too large: send at most 512 KB.")
    assert close_code_and_reason(socket) == expected


def test_an_unfinished_message_is_not_buffered_without_limit(open_connection: Connect) -> None:
    socket = open_connection()
    # Fragments of one message; the server closes the connection before the last.
    with suppress(ConnectionClosed):
        socket.send("x" * 2**19 for _ in range(6))
    with pytest.raises(ConnectionClosed):
        socket.recv(timeout=10)
    # 1006: the close frame is lost if the server closes while more of the message arrives.
    assert socket.close_code in (1006, 1009)


def test_too_many_points_close_the_connection(open_connection: Connect) -> None:
    socket = open_connection()
    socket.send(request([[[1, 2]] * (MAX_POINTS + 1)]))
    assert close_code_and_reason(socket) == (1008, "Too many points: send at most 20000.")


def test_too_many_messages_close_only_the_connection_that_sends_them(
    open_connection: Connect,
) -> None:
    flooding, other = open_connection(), open_connection()
    for seq in range(3 * BURST):
        try:
            flooding.send(request([], seq))
        except ConnectionClosed:
            break
    expected = (1008, "Too many messages: send at most 200 a second.")
    assert close_code_and_reason(flooding) == expected
    other.send(request(SEVEN))
    assert receive(other)["seq"] == 1


def test_a_binary_message_closes_the_connection(open_connection: Connect) -> None:
    socket = open_connection()
    socket.send(b"\x00\x01")
    assert close_code_and_reason(socket) == (1003, "Send JSON as text.")


def test_a_client_that_does_not_read_its_answers_does_not_delay_others(
    open_connection: Connect,
) -> None:
    slow, other = open_connection(), open_connection()
    strokes = [[[float(x), float(y)] for x in range(0, 300, 30)] for y in range(0, 300, 30)]
    for seq in range(100):
        slow.send(request(strokes, seq))
    for seq in range(20):
        other.send(request(ONE, seq))
        assert receive(other)["seq"] == seq
