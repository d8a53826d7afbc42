"""Gateways for tests: they misdirect a socket, remove a base path, or break connections."""

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
    with _gateway(
        partial(_misdirect_first_room_socket, {"right": url, "first": wrong_url})
    ) as address:
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


def _misdirect_first_room_socket(urls: dict[str, str], client: socket.socket) -> None:
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


class _Connection:
    """One connection through a wire; each direction can be stopped without closing it."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self._sockets = (client, server)
        self.carries_requests, self.carries_answers = threading.Event(), threading.Event()
        self.resume()
        for source, target, gate in (
            (client, server, self.carries_requests),
            (server, client, self.carries_answers),
        ):
            threading.Thread(target=self._carry, args=[source, target, gate], daemon=True).start()

    def resume(self) -> None:
        """Carry everything, also what was sent while it was stopped."""
        self.carries_requests.set()
        self.carries_answers.set()

    def close(self) -> None:
        """Close both ends; what is on its way is lost."""
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self.resume()

    def _carry(self, source: socket.socket, target: socket.socket, gate: threading.Event) -> None:
        with suppress(OSError):
            while data := source.recv(2**16):
                gate.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


class Wire:
    """A TCP proxy to a server, as the network between a browser and its server.

    url: the address to open.
    """

    def __init__(self, server_url: str) -> None:
        parts = urlsplit(server_url)
        self._server = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._is_silent = False
        self._connections: list[_Connection] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Close all connections; new ones work."""
        with self._lock:
            self._is_silent = False
            connections, self._connections = self._connections, []
        for connection in connections:
            connection.close()

    def fall_silent(self) -> None:
        """Carry nothing on old and new connections, without closing one."""
        with self._lock:
            self._is_silent = True
        self.forget()

    def forget(self) -> None:
        """Carry nothing on the connections that there are, as a router that forgot them."""
        for connection in self._connections:
            connection.carries_requests.clear()
            connection.carries_answers.clear()

    def lose_answers(self) -> None:
        """Carry requests on the connections that there are, but no answers."""
        for connection in self._connections:
            connection.carries_answers.clear()

    def resume(self) -> None:
        """Carry everything again, also what was sent during a silence."""
        with self._lock:
            self._is_silent = False
        for connection in self._connections:
            connection.resume()

    def close(self) -> None:
        """Close the address and all connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for it
        self._thread.join()
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):  # the listener is closed at the end
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(self._server)
                except OSError:  # the server is away
                    client.close()
                    continue
                with self._lock:
                    self._connections.append(connection := _Connection(client, server))
                    if self._is_silent:
                        connection.carries_requests.clear()
                        connection.carries_answers.clear()


@contextmanager
def wire(server_url: str) -> Iterator[Wire]:
    """Yield a wire to the server, closed at the end."""
    opened = Wire(server_url)
    try:
        yield opened
    finally:
        opened.close()
