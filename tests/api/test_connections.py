"""The real server: foreign websites, slow and many connections, and files of its own user only."""

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from core.http_protocol import MAX_HEADER_BYTES
from tools.dev_server import Server, running_server
from tools.sample_strokes import SEVEN

WAIT_SECONDS = 15
EVIL = Origin("http://evil.example")


@pytest.mark.parametrize("path", ["/api/live", "/api/rooms/K7Q2M", "/_stcore/stream"])
def test_a_socket_of_a_foreign_website_is_refused(server: Server, path: str) -> None:
    address = server.url.replace("http", "ws") + path
    with pytest.raises(InvalidStatus) as refused, connect(address, origin=EVIL):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/_stcore/host-config", "/api/history"])
def test_a_rebound_name_is_refused(server: Server, path: str) -> None:
    response = httpx.get(server.url + path, headers={"Host": "evil.example"})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "unknown_host")
    response = httpx.get(server.url + path, headers={"Origin": "http://evil.example"})
    assert (response.status_code, response.json()["error"]["code"]) == (403, "foreign_origin")


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/auth/login", "/oauth2callback"])
def test_streamlits_metrics_and_sign_in_are_closed(server: Server, path: str) -> None:
    assert httpx.get(server.url + path).status_code == 404


def test_only_our_own_page_may_speak_to_streamlits_script(server: Server) -> None:
    response = httpx.get(f"{server.url}/_stcore/host-config", headers={"Host": "localhost:8501"})
    config = response.json()
    assert config["allowedOrigins"] == ["https://localhost:8501", "http://localhost:8501"]
    assert config["blockErrorDialogs"] is True
    assert response.headers["x-content-type-options"] == "nosniff"


def test_streamlits_uploader_is_closed(server: Server) -> None:
    response = httpx.put(f"{server.url}/_stcore/upload_file/session/file", content=b"x" * 1000)
    assert response.status_code == 405


def test_responses_do_not_name_the_server(server: Server) -> None:
    for path in ("/", "/join", "/api/health/live", "/api/docs"):
        headers = httpx.get(server.url + path).headers
        assert "server" not in headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors" in headers["content-security-policy"]


def test_images_are_private(server_client: httpx.Client) -> None:
    id = server_client.post("/api/strokes", json={"strokes": SEVEN}).json()["id"]
    for path in (f"/api/history/{id}/image.png", f"/api/history/{id}", "/api/history"):
        assert "private" in server_client.get(path).headers["cache-control"]


@pytest.fixture
def raw_connection(server: Server) -> Iterator[socket.socket]:
    """A TCP connection to the server."""
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=WAIT_SECONDS) as raw:
        yield raw


def response_to(raw: socket.socket, *parts: bytes) -> bytes:
    """Send parts of a request until the server closes the connection; return its response."""
    received = b""
    with suppress(ConnectionError):
        for part in parts:
            raw.sendall(part)
    with suppress(ConnectionError):
        while part := raw.recv(1000):
            received += part
    return received


START = b"POST /api/strokes HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = START + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n"
HEADER = b"X-Header: " + b"x" * 1000 + b"\r\n"
ENDLESS = [HEADER] * (4 * MAX_HEADER_BYTES // 1000)


@pytest.mark.parametrize(
    "parts",
    {
        "in one read": [START + b"".join(ENDLESS[:80]) + b"\r\n"],
        "one header": [START + b"X-Header: " + b"x" * 2 * MAX_HEADER_BYTES + b"\r\n\r\n"],
        "a URL": [
            b"GET /?" + b"x" * 2 * MAX_HEADER_BYTES + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
        ],
        "endless": [START, *ENDLESS],
        "one endless header": [START + b"X-Header: ", *[b"x" * 1000] * 300],
        "many small ones": [START + b"x:\r\n" * MAX_HEADER_BYTES],
        "endless trailers": [CHUNKED, *ENDLESS],
        "one endless trailer": [CHUNKED + b"X-Trailer: ", *[b"x" * 1000] * 300],
        "of a socket": [
            b"GET /api/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
            b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + b"".join(ENDLESS[:80]) + b"\r\n"
        ],
    }.values(),
    ids=lambda parts: str(len(parts)),
)
def test_headers_that_are_too_large_end_the_connection(
    raw_connection: socket.socket, server: Server, parts: list[bytes]
) -> None:
    response = response_to(raw_connection, *parts)
    # A connection that is closed while data still arrives is reset, perhaps before the response.
    assert response[:12] in (b"HTTP/1.1 431", b"")
    assert "Traceback" not in server.log.read_text()


def test_headers_in_one_read_are_answered_with_431(raw_connection: socket.socket) -> None:
    response = response_to(raw_connection, START + HEADER * 70 + b"\r\n")
    assert response.startswith(b"HTTP/1.1 431 ")


def test_a_body_in_many_chunks_is_answered(raw_connection: socket.socket) -> None:
    body = b'{"strokes": [], "save": false}' + b" " * 50_000
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    head = START + b"Content-Type: application/json\r\nConnection: close\r\n"
    response = response_to(
        raw_connection, head + b"Transfer-Encoding: chunked\r\n\r\n", chunks + b"0\r\n\r\n"
    )
    assert response.startswith(b"HTTP/1.1 200 ")


def test_a_handshake_with_a_long_header_is_refused(raw_connection: socket.socket) -> None:
    handshake = (
        b"GET /_stcore/stream HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Header: " + b"x" * 20_000 + b"\r\n\r\n"
    )
    assert response_to(raw_connection, handshake).startswith(b"HTTP/1.1 400 ")


def test_http_1_1_without_a_host_is_refused(raw_connection: socket.socket) -> None:
    response = response_to(
        raw_connection, b"GET /api/health/live HTTP/1.1\r\nConnection: close\r\n\r\n"
    )
    assert response.startswith(b"HTTP/1.1 400 ")


def test_a_silent_connection_is_closed(tmp_path: Path) -> None:
    command = (
        sys.executable,
        "-c",
        "import core.http_protocol as p; p.HEADER_SECONDS = p.BODY_SECONDS = 0.5\n"
        "import serve; serve.main()",
        "--port",
    )
    with running_server(tmp_path, command=command) as server:
        parts = urlsplit(server.url)
        beginnings = (
            b"",
            b"GET / HT",
            b"POST /api/strokes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
        )
        for beginning in beginnings:
            with socket.create_connection((parts.hostname, parts.port), WAIT_SECONDS) as raw:
                raw.sendall(beginning)
                with suppress(ConnectionResetError):
                    while raw.recv(1000):
                        pass
        assert httpx.get(f"{server.url}/api/health/live").is_success
        assert "Traceback" not in server.log.read_text()


def test_a_client_has_a_limited_number_of_sockets(tmp_path: Path) -> None:
    with running_server(tmp_path, {"RATE_LIMIT_FACTOR": "0.02"}) as server, ExitStack() as stack:
        address = server.url.replace("http", "ws") + "/api/live"
        sockets = [stack.enter_context(connect(address, close_timeout=1)) for _ in range(11)]
        with pytest.raises(ConnectionClosed) as closed:
            sockets[-1].recv(timeout=WAIT_SECONDS)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1013
        sockets[0].close()
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            with suppress(ConnectionClosed), connect(address) as again:
                again.send('{"strokes": []}')
                assert "text" in str(again.recv(timeout=WAIT_SECONDS))
                return
        pytest.fail("the place of the closed socket was not given to another one")


def test_the_files_belong_to_the_user_of_the_server(tmp_path: Path) -> None:
    old = tmp_path / "history.sqlite3"
    old.touch(mode=0o644)
    with running_server(tmp_path) as server:
        httpx.post(f"{server.url}/api/strokes", json={"strokes": SEVEN}).raise_for_status()
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.glob("*.sqlite3*")}
        assert set(modes.values()) == {0o600}
        assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_a_weak_secret_ends_the_start_with_a_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match=r"SECRET holds a secret of 5 characters") as failure,
        running_server(tmp_path, {"SECRET": "short"}),
    ):
        pass
    assert "Traceback" not in str(failure.value)
