"""A gateway for tests: one address, whose first room socket leads to another server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


@contextmanager
def misdirecting_gateway(url: str, wrong_url: str) -> Iterator[str]:
    """Yield the URL of a gateway to `url` that leads the first room socket to `wrong_url`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        urls = {"right": url, "first": wrong_url}
        threading.Thread(target=_accept, args=[listener, urls], daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def _accept(listener: socket.socket, urls: dict[str, str]) -> None:
    with suppress(OSError):  # the listener is closed at the end
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_forward, args=[client, urls], daemon=True).start()


def _forward(client: socket.socket, urls: dict[str, str]) -> None:
    with suppress(OSError), client:
        beginning = client.recv(2**16)
        is_room_socket = b"GET /api/rooms/" in beginning and b"pgrade: websocket" in beginning
        url = urls.pop("first", urls["right"]) if is_room_socket else urls["right"]
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port)) as server:
            server.sendall(beginning)
            threading.Thread(target=_copy, args=[server, client], daemon=True).start()
            _copy(client, server)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(2**16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
