"""The page's socket: what the page does not send is refused without a traceback or much work."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect

from api.middleware.page_messages import (
    MAX_FIELDS,
    MAX_JSON_ITEMS,
    MAX_STATE_BYTES,
    MAX_TRIGGER_BYTES,
    InvalidPageMessageError,
    check_page_message,
)
from api.routes.live import MAX_POINTS
from core.websocket_protocol import (
    MAX_FRAGMENTS,
    MAX_MESSAGE_BYTES,
)
from tools.dev_server import Server
from tools.page_socket import PageSocket, open_page, run_message

WAIT_SECONDS = 20


@pytest.fixture
def page(server: Server) -> Iterator[PageSocket]:
    """An open page; afterwards there is no traceback in the server's log."""
    with open_page(server.url) as opened:
        yield opened
    assert "Traceback" not in server.log.read_text()


def close_code(socket: ClientConnection) -> int | None:
    """Return the code with which the server closes the connection."""
    with suppress(ConnectionClosed):
        while True:
            socket.recv(timeout=WAIT_SECONDS)
    return socket.close_code


def many_widgets() -> bytes:
    message = BackMsg()
    for _ in range(MAX_FIELDS + 1):
        message.rerun_script.widget_states.widgets.add()
    content: bytes = message.SerializeToString()
    return content


def many_numbers() -> bytes:
    message = BackMsg()
    widget = message.rerun_script.widget_states.widgets.add()
    widget.int_array_value.data.extend([7] * 200_000)
    content: bytes = message.SerializeToString()
    return content


HOSTILE: dict[str, Callable[[], bytes | str]] = {
    "text": lambda: "{}",
    "not a message": lambda: b"\xff" * 50,
    "a field that is cut off": lambda: run_message({"canvas": "{}"})[:-1],
    "an endless number": lambda: b"\x58" + b"\xff" * 20,
    "not JSON": lambda: run_message({"canvas": "{"}),
    "no object": lambda: run_message({"canvas": "[7]"}),
    "a trigger that is not JSON": lambda: run_message({"canvas": "["}, "json_trigger_value"),
    "a long number": lambda: run_message({"canvas": f'{{"a": {"9" * 5000}}}'}),
    "deep arrays": lambda: run_message({"canvas": f'{{"a": {"[" * 90_000}{"]" * 90_000}}}'}),
    "many arrays": lambda: run_message({"canvas": f'{{"a": [{"[]," * MAX_JSON_ITEMS}[]]}}'}),
    "a large state": lambda: run_message({"canvas": f'{{"a": "{"x" * MAX_STATE_BYTES}"}}'}),
    "an image": lambda: run_message(
        {"upload": json.dumps({"content": "A" * MAX_TRIGGER_BYTES})}, "json_trigger_value"
    ),
    "a large id": lambda: run_message({"x" * 200_000: "{}"}),
    "many components": many_widgets,
    "many numbers": many_numbers,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_message_ends_its_connection(page: PageSocket, server: Server, name: str) -> None:
    page.socket.send(HOSTILE[name]())
    assert close_code(page.socket) is not None
    with open_page(server.url) as other:
        other.run()


def test_a_message_that_the_page_never_sends_is_ignored(page: PageSocket) -> None:
    messages = [BackMsg() for _ in range(8)]
    messages[0].clear_cache = True
    messages[1].set_run_on_save = True
    messages[2].load_git_info = True
    messages[3].debug_shutdown_runtime = True
    messages[4].debug_disconnect_websocket = True
    messages[5].file_urls_request.request_id = "1"
    messages[6].backend_operation_request.install_skills.SetInParent()
    messages[7].backend_operation_request.dismiss_skills_nudge.SetInParent()
    for message in messages:
        content = message.SerializeToString()
        assert content
        assert check_page_message(content) is None
        page.socket.send(content)
    page.run()


def test_the_largest_drawing_passes(page: PageSocket) -> None:
    path = [["Q", 123.12345678901234, 45.123456789, 124.123456789012, 46.1234567890123]]
    raw = {"objects": [{"type": "path", "path": path * MAX_POINTS, "strokeWidth": 19}]}
    state = json.dumps({"drawing": {"raw": raw, "data": None}})
    page.run({page.ids["canvas"]: state})


@pytest.mark.parametrize(
    "state",
    [
        {"drawing": 7},
        {"drawing": {"raw": 7, "data": None}},
        {"drawing": {"raw": {"objects": 7, "backgroundFit": []}, "data": 7}},
    ],
)
def test_a_made_up_state_of_the_canvas_leaves_no_traceback(
    page: PageSocket, state: dict[str, object]
) -> None:
    page.run({page.ids["canvas"]: json.dumps(state)})


@pytest.mark.parametrize("value", [[], {}, 7, "huge"])
def test_made_up_tools_leave_no_traceback(page: PageSocket, value: object) -> None:
    page.run({page.ids["tools"]: json.dumps({"width": value, "density": value})})


def test_random_messages_are_refused_or_pass() -> None:
    chance = random.Random(6)
    valid = run_message({"canvas": '{"drawing": null}', "tools": "{}"})
    for _ in range(3000):
        changed = bytearray(valid[: chance.choice((len(valid), chance.randrange(len(valid))))])
        for _ in range(chance.choice((1, 3, 20))):
            if changed:
                changed[chance.randrange(len(changed))] = chance.randrange(256)
        with suppress(InvalidPageMessageError):
            check_page_message(bytes(changed))


@pytest.mark.parametrize("path", ["/api/live", "/_stcore/stream"])
def test_an_unfinished_message_that_is_too_large_ends_its_connection(
    server: Server, path: str
) -> None:
    with connect(server.url.replace("http", "ws") + path, close_timeout=1) as socket:
        frame = Frame(Opcode.BINARY, b"x" * (MAX_MESSAGE_BYTES + 1), fin=False)
        with suppress(OSError):  # the server may close before it has read everything
            socket.socket.sendall(frame.serialize(mask=True))
        assert close_code(socket) == 1009


@pytest.mark.parametrize("path", ["/api/live", "/_stcore/stream"])
def test_a_message_of_too_many_fragments_ends_its_connection(server: Server, path: str) -> None:
    with connect(server.url.replace("http", "ws") + path, close_timeout=1) as socket:
        frames = [Frame(Opcode.TEXT, b"", fin=False)]
        frames += [Frame(Opcode.CONT, b"", fin=False)] * (MAX_FRAGMENTS + 1)
        socket.socket.sendall(b"".join(frame.serialize(mask=True) for frame in frames))
        assert close_code(socket) == 1008


@pytest.mark.parametrize("path", ["/api/live", "/_stcore/stream"])
def test_text_that_is_not_utf_8_is_no_traceback(server: Server, path: str) -> None:
    with connect(server.url.replace("http", "ws") + path, close_timeout=1) as socket:
        socket.socket.sendall(Frame(Opcode.TEXT, b"\xff").serialize(mask=True))
        assert close_code(socket) == 1007
    assert "Traceback" not in server.log.read_text()
