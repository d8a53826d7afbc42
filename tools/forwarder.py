"""Gateways for tests: one misdirects the first room socket, one removes a base path."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from urllib.parse import urlsplit

Forward = Callable[[socket.socket], None]


@contextmanager
def misdirecting_gateway(url: str, wrong_url: str) -> Iterator[str]:
    """Yield the URL of a gateway to `url` that leads the first room socket to `wrong_url`."""
    with _gateway(partial(_forward_rooms, {"right": url, "first": wrong_url})) as address:
        yield address


@contextmanager
def stripping_gateway(url: str, base_path: str) -> Iterator[str]:
    """Yield the URL of a gateway to `url` that removes `base_path` from the path of requests."""
    with _gateway(partial(_forward_stripped, url, base_path)) as address:
        yield address


@contextmanager
def _gateway(forward: Forward) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=[listener, forward], daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def _accept(listener: socket.socket, forward: Forward) -> None:
    with suppress(OSError):  # the listener is closed at the end
        while True:
            client, _ = listener.accept()
            threading.Thread(target=forward, args=[client], daemon=True).start()


def _forward_rooms(urls: dict[str, str], client: socket.socket) -> None:
    with suppress(OSError), client:
        beginning = client.recv(2**16)
        is_room_socket = b"GET /api/rooms/" in beginning and b"pgrade: websocket" in beginning
        url = urls.pop("first", urls["right"]) if is_room_socket else urls["right"]
        with _connect(url) as server:
            server.sendall(beginning)
            threading.Thread(target=_copy, args=[server, client], daemon=True).start()
            _copy(client, server)


def _forward_stripped(url: str, base_path: str, client: socket.socket) -> None:
    # A browser sends the next request of a connection after the response, so each begins a chunk.
    # Requests without the base path are not for this server.
    pattern = re.compile(rb"^([A-Z]+) (/\S*)")
    base = f"/{base_path}/".encode()

    def strip(chunk: bytes) -> bytes:
        match = pattern.match(chunk)
        if match is None:
            return chunk
        path = match[2].removeprefix(base[:-1]) if match[2].startswith(base) else b"/outside"
        return match[1] + b" " + path + chunk[match.end() :]

    with suppress(OSError), client, _connect(url) as server:
        threading.Thread(target=_copy, args=[server, client], daemon=True).start()
        _copy(client, server, strip)


def _connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port))


def _copy(
    source: socket.socket, target: socket.socket, change: Callable[[bytes], bytes] = bytes
) -> None:
    with suppress(OSError):
        while data := source.recv(2**16):
            target.sendall(change(data))
        target.shutdown(socket.SHUT_WR)
