"""WS /api/live: every message answered, in order, within limits that are told."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from api.routes.live import BURST, MAX_MESSAGE, MAX_POINTS
from tools.dev_server import Server
from tools.sample_strokes import FOUR, ONE, SEVEN, THREE, ZERO, Path

Link = Callable[[], ClientConnection]


@pytest.fixture
def link(server: Server) -> Iterator[Link]:
    """Opens links, each closed at the end."""
    with ExitStack() as links:
        address = server.url.replace("http", "ws") + "/api/live"
        yield lambda: links.enter_context(connect(address, max_size=None, close_timeout=1))


def message(strokes: list[Path], seq: int = 1) -> str:
    return json.dumps({"seq": seq, "strokes": strokes})


def answer(socket: ClientConnection) -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(socket.recv(timeout=20))
    return reply


@pytest.mark.parametrize("strokes", [ZERO, ONE, THREE, FOUR, SEVEN, []])
def test_an_answer_is_what_http_says(link: Link, client: httpx.Client, strokes: list[Path]) -> None:
    socket = link()
    socket.send(message(strokes))
    live = answer(socket)
    plain = client.post("/api/strokes", json={"strokes": strokes, "save": False}).json()
    assert live["text"] == plain["text"]
    assert [{k: v for k, v in one.items() if k != "glyph"} for one in live["digits"]] == plain[
        "digits"
    ]


def test_nothing_is_kept(link: Link, client: httpx.Client) -> None:
    socket = link()
    socket.send(message(SEVEN))
    answer(socket)
    assert client.get("/api/history").json()["items"] == []


def test_every_message_is_answered_in_order(link: Link) -> None:
    sockets = [link() for _ in range(5)]
    for seq in range(30):
        for socket in sockets:
            socket.send(message(SEVEN, seq))
    for socket in sockets:
        assert [answer(socket)["seq"] for _ in range(30)] == list(range(30))


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
        '{"strokes": [[[1, NaN]]]}',
        '{"strokes": [[[1e9, 1]]]}',
        '{"strokes": {"a": 1}}',
        "[" * 5000,
    ],
)
def test_a_bad_message_gets_a_sentence_and_the_link_lives_on(link: Link, text: str) -> None:
    socket = link()
    socket.send(text)
    error = answer(socket)["error"]
    assert error["code"] in {"invalid_request", "invalid_strokes"}
    assert error["message"].endswith(".")
    socket.send(message(SEVEN, 2))
    assert answer(socket)["seq"] == 2


def closed(socket: ClientConnection) -> tuple[int | None, str | None]:
    """Close code and reason, after whatever answers came before."""
    with suppress(ConnectionClosed):
        while True:
            socket.recv(timeout=20)
    return socket.close_code, socket.close_reason


def test_a_message_too_large_closes_the_link(link: Link) -> None:
    socket = link()
    socket.send(" " * (MAX_MESSAGE + 1))
    assert closed(socket) == (1008, "Message too large: send at most 512 KB.")


def test_too_much_ink_closes_the_link(link: Link) -> None:
    socket = link()
    socket.send(message([[[1, 2]] * (MAX_POINTS + 1)]))
    assert closed(socket) == (1008, "Too much ink: send at most 20000 points.")


def test_too_many_messages_close_the_link_of_who_sends_them_alone(link: Link) -> None:
    greedy, fair = link(), link()
    for seq in range(3 * BURST):
        try:
            greedy.send(message([], seq))
        except ConnectionClosed:
            break
    assert closed(greedy) == (1008, "Too many messages: send at most 200 a second.")
    fair.send(message(SEVEN))
    assert answer(fair)["seq"] == 1


def test_bytes_close_the_link(link: Link) -> None:
    socket = link()
    socket.send(b"\x00\x01")
    assert closed(socket) == (1003, "Send JSON as text.")


def test_who_does_not_take_answers_holds_nobody_up(link: Link) -> None:
    sluggish, quick = link(), link()
    many = [[[float(x), float(y)] for x in range(0, 300, 30)] for y in range(0, 300, 30)]
    for seq in range(100):
        sluggish.send(message(many, seq))
    for seq in range(20):
        quick.send(message(ONE, seq))
        assert answer(quick)["seq"] == seq
