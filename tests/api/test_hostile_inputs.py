"""A hostile request is refused or answered, and the server keeps working."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from api.middleware.body_limit import MAX_JSON_ARRAYS, MAX_JSON_BYTES
from api.routes.live import MAX_STROKES
from api.routes.predict import MAX_FRAME_BYTES
from tests.api.test_bad_input import assert_clear_error
from tools.dev_server import Server
from tools.sample_strokes import SEVEN

Connect = Callable[[str], ClientConnection]


def png(pixels: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def vertical_bars() -> bytes:
    pixels = np.full((1000, 1900), 255, np.uint8)
    for x in range(10, 1810, 6):
        pixels[100:900, x : x + 3] = 0
    return png(pixels)


def specks() -> bytes:
    random = np.random.default_rng(0).random((1000, 1000))
    return png(np.where(random < 0.02, 0, 255).astype(np.uint8))


def ruled_sheet() -> bytes:
    pixels = np.full((240, 320), 235, np.uint8)
    pixels[20:-20:12, 30:-30] = 150
    return png(pixels)


def faint_specks() -> bytes:
    pixels = np.full((300, 300), 255, np.uint8)
    pixels[::37, ::41] = 120
    return png(pixels)


def eps() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(buffer, "EPS")
    return buffer.getvalue()


def archive() -> bytes:
    """Return a ZIP archive of a few kilobytes that unpacks to a large image."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as content:
        content.writestr("../../bomb.bmp", b"BM" + bytes(50_000_000))
    return buffer.getvalue()


def jpeg(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (width, height), "white").save(buffer, "JPEG")
    return buffer.getvalue()


IMAGES: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "vertical bars": (vertical_bars, 200, ""),
    "specks": (specks, 200, ""),
    "ruled sheet": (ruled_sheet, 200, ""),
    "faint specks": (faint_specks, 200, ""),
    "64 megapixels": (lambda: png(np.zeros((8000, 8000), np.uint8)), 413, "image_too_large"),
    "16 bits": (lambda: png(np.zeros((8000, 8000), np.uint16)), 413, "image_too_large"),
    "EPS": (eps, 422, "unsupported_image"),
    "ZIP": (archive, 422, "unsupported_image"),  # only the browser unpacks archives
}


@pytest.mark.parametrize("name", IMAGES)
def test_a_hostile_image_is_answered(server_client: httpx.Client, name: str) -> None:
    create, status, code = IMAGES[name]
    response = server_client.post("/api/predict?save=false", files={"file": (name, create())})
    if status == 200:
        assert response.status_code == 200
    else:
        assert_clear_error(response, status, code)


FRAMES: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "empty": (lambda: b"", 422, "empty_file"),
    "large": (lambda: jpeg(64, 64) + bytes(MAX_FRAME_BYTES), 413, "file_too_large"),
    "many pixels": (lambda: jpeg(4000, 3000), 413, "image_too_large"),
    "cut off": (lambda: jpeg(640, 480)[:300], 422, "unsupported_image"),
    "PNG": (lambda: png(np.zeros((480, 640), np.uint8)), 422, "unsupported_image"),
    "ZIP": (archive, 422, "unsupported_image"),
    "text": (lambda: b"just words", 422, "unsupported_image"),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_hostile_frame_is_refused(server_client: httpx.Client, name: str) -> None:
    create, status, code = FRAMES[name]
    response = server_client.post("/api/predict/frame", files={"file": (name, create())})
    assert_clear_error(response, status, code)


def post(server_client: httpx.Client, body: str | bytes) -> httpx.Response:
    return server_client.post(
        "/api/strokes", content=body, headers={"Content-Type": "application/json"}
    )


BODIES = {
    "too large": ('{"strokes": [' + " " * MAX_JSON_BYTES + "]}", 413, "file_too_large"),
    "many arrays": ('{"strokes": [' + "[]," * MAX_JSON_ARRAYS + "[]]}", 413, "too_many_points"),
    "many objects": ('{"strokes": [' + "{}," * MAX_JSON_ARRAYS + "{}]}", 413, "too_many_points"),
    "many numbers": ("[" + "7," * 400_000 + "7]", 422, "invalid_request"),
    "many wrong strokes": ('{"strokes": [' + "7," * 400_000 + "7]}", 422, "invalid_request"),
    "many wrong points": ('{"strokes": [[' + "7," * 400_000 + "7]]}", 422, "invalid_request"),
    "a long number": ('{"strokes": [[[' + "9" * 400 + ", 1]]]}", 422, None),
    "a very long number": ('{"strokes": [[[' + "9" * 5000 + ", 1]]]}", 400, "invalid_request"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_refused(server_client: httpx.Client, name: str) -> None:
    body, status, code = BODIES[name]
    assert_clear_error(post(server_client, body), status, code)


def test_a_streamed_body_is_counted(server_client: httpx.Client) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"strokes": ['
        for _ in range(100):
            yield b"[]," * 1000
        yield b"[]]}"

    headers = {"Content-Type": "application/json"}
    assert_clear_error(server_client.post("/api/strokes", content=chunks(), headers=headers), 413)


def test_too_many_dots_are_refused(server_client: httpx.Client) -> None:
    dots = [[[x * 9, y * 9]] for x in range(40) for y in range(45)]
    assert_clear_error(
        server_client.post("/api/strokes", json={"strokes": dots}), 422, "too_many_symbols"
    )


@pytest.fixture
def open_connection(server: Server) -> Iterator[Connect]:
    """Opens WebSocket connections under /api, closed at the end of the test."""
    with ExitStack() as stack:
        address = server.url.replace("http", "ws") + "/api"
        yield lambda path: stack.enter_context(
            connect(address + path, max_size=None, close_timeout=1)
        )


LIVE = {
    "many strokes": (json.dumps({"strokes": [[[1, 2]]] * (MAX_STROKES + 1)}), "too_many_strokes"),
    "many empty strokes": ('{"strokes": [' + "[]," * 150_000 + "[]]}", "too_many_strokes"),
    "a long number": ('{"strokes": [[[' + "9" * 400 + ", 1]]]}", "invalid_request"),
    "an invalid seq": ('{"seq": "\\ud800", "strokes": []}', "invalid_request"),
    "an object for an array": ('{"strokes": {"a": 1}}', "invalid_request"),
}


@pytest.mark.parametrize("name", LIVE)
def test_a_hostile_live_message_is_answered(open_connection: Connect, name: str) -> None:
    text, code = LIVE[name]
    socket = open_connection("/live")
    socket.send(text)
    assert json.loads(socket.recv(timeout=20))["error"]["code"] == code
    socket.send(json.dumps({"seq": 2, "strokes": SEVEN}))
    assert json.loads(socket.recv(timeout=20))["text"] == "7"


@pytest.fixture
def room(server_client: httpx.Client) -> dict[str, str]:
    created: dict[str, str] = server_client.post("/api/rooms").json()
    return created


def close_code(socket: ClientConnection) -> int | None:
    with suppress(ConnectionClosed):
        while True:
            socket.recv(timeout=20)
    return socket.close_code


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"\x00\x01", 1003),
        ("7", 1008),
        ("[" * 5000, 1008),
        ('{"hello": "guest", "key": 7}', 1008),
        ('{"hello": "presenter", "token": "\\ud800"}', 4007),
        ('{"hello": "presenter", "token": ' + "[" * 500 + "]" * 500 + "}", 4007),
    ],
)
def test_an_invalid_hello_closes_the_connection(
    open_connection: Connect, room: dict[str, str], server: Server, message: str | bytes, code: int
) -> None:
    socket = open_connection(f"/rooms/{room['code']}")
    socket.send(message)
    assert close_code(socket) == code
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize(
    "message",
    [
        {"ink": 5},
        {"ink": {"a": 1}},
        {"ink": [5]},
        {"ink": [[0, 0, 5]]},
        {"ink": [[0, 0, [[int("9" * 400), 1]]]]},
        {"ink": [["a", [], {}]]},
        {"vote": {"round": [], "value": {}}},
        {"name": ["\ud800"]},
    ],
)
def test_an_invalid_room_message_is_ignored(
    open_connection: Connect, room: dict[str, str], server: Server, message: dict[str, Any]
) -> None:
    socket = open_connection(f"/rooms/{room['code']}")
    socket.send(json.dumps({"hello": "guest", "key": "k" * 16, "name": "\ud800"}))
    socket.send(json.dumps(message))
    socket.send(json.dumps({"clear": True}))
    socket.send(json.dumps({"ink": [[0, 0, [[10, 10], [20, 20]]]]}))
    while not json.loads(socket.recv(timeout=20)).get("reading"):
        pass
    assert "Traceback" not in server.log.read_text()


def test_a_binary_message_closes_only_its_own_connection(
    open_connection: Connect, room: dict[str, str]
) -> None:
    presenter = open_connection(f"/rooms/{room['code']}")
    presenter.send(json.dumps({"hello": "presenter", "token": room["token"], "known": [5, {}]}))
    participant = open_connection(f"/rooms/{room['code']}")
    participant.send(json.dumps({"hello": "guest", "key": "k" * 16}))
    participant.send(b"\x00")
    assert close_code(participant) == 1003
    presenter.send(json.dumps({"do": "read", "strokes": SEVEN}))
    while "read" not in json.loads(presenter.recv(timeout=20)):
        pass
