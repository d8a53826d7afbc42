"""uvicorn's HTTP protocol with deadlines, so that slow or silent connections are closed.

uvicorn itself only closes connections that are idle after a response. It keeps a
connection open for ever that sends nothing, or a byte a minute, and buffers headers of any length.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection

from uvicorn.middleware.proxy_headers import _TrustedHosts
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 15  # within which the headers of a request must arrive
BODY_SECONDS = 120  # within which the rest must: 10 MB over a slow mobile connection
MAX_HEADER_BYTES = 2**16
_HEADER_OVERHEAD = 4  # bytes of a header besides its name and value: ": " and a line end
_CHUNK_OVERHEAD = 32  # bytes allowed for the size of a chunk and its line ends
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 26\r\nconnection: close\r\n\r\nThe headers are too large."
)
# Of one address; browsers open six each, so a class of 50 has 300. A gateway, which is on a private
# network, holds the connections of everybody: its address is exempt (TRUSTED_PROXIES).
MAX_CONNECTIONS = 1_000

_open_connections: Counter[str] = Counter()


class _HeadersTooLargeError(Exception):
    """Headers or trailers are larger than MAX_HEADER_BYTES."""


class DeadlineHttpProtocol(HttpToolsProtocol):
    """Closes connections that take too long for a request, or of which there are too many."""

    is_gateway: Callable[[str], bool] = staticmethod(lambda _address: False)

    _deadline: asyncio.TimerHandle | None = None
    _header_bytes = 0  # received without complete headers
    _parsed_bytes = 0  # of the URL, headers and trailers of a request
    _framing_bytes = 0  # received of a body besides its content: chunk sizes and trailers
    _is_in_request = False
    _address: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the first deadline."""
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        _open_connections[self._address] += 1
        is_over = _open_connections[self._address] > MAX_CONNECTIONS
        if is_over and not self.is_gateway(self._address):
            transport.abort()
            return
        self._set_deadline(HEADER_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._set_deadline(None)
        self._count_closed()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse data; count the bytes that are kept in memory without an end in sight."""
        if self._is_in_request:
            self._framing_bytes += len(data)
        else:
            if self._deadline is None:  # the next request of the connection begins
                self._set_deadline(HEADER_SECONDS)
            self._header_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        unfinished = self._framing_bytes if self._is_in_request else self._header_bytes
        if unfinished > MAX_HEADER_BYTES:
            self._respond_too_large()

    def on_message_begin(self) -> None:
        """Count the bytes of the next request."""
        self._parsed_bytes = self._framing_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count and add a part of the URL."""
        self._count_parsed(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count and add a header or trailer."""
        self._count_parsed(len(name) + len(value) + _HEADER_OVERHEAD)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Continue with the deadline for the body."""
        self._is_in_request, self._header_bytes = True, 0
        self._set_deadline(BODY_SECONDS)
        super().on_headers_complete()

    def on_chunk_header(self) -> None:
        """Allow for the size of a chunk."""
        self._framing_bytes -= _CHUNK_OVERHEAD

    def on_body(self, body: bytes) -> None:
        """Add a part of the body."""
        self._framing_bytes -= len(body)
        super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        """Refuse a request that is malformed, or whose headers are too large."""
        if self._parsed_bytes > MAX_HEADER_BYTES:
            self._respond_too_large()
        else:
            super().send_400_response(msg)

    def on_message_complete(self) -> None:
        """End the deadline: the request is complete."""
        self._is_in_request = False
        self._set_deadline(None)
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """End the deadline: the socket has its own."""
        self._set_deadline(None)
        self._count_closed()
        super().handle_websocket_upgrade()

    def _count_parsed(self, count: int) -> None:
        self._parsed_bytes += count
        if self._parsed_bytes > MAX_HEADER_BYTES:
            raise _HeadersTooLargeError  # ends the parser, which then calls send_400_response

    def _respond_too_large(self) -> None:
        self.transport.write(_TOO_LARGE)
        self.transport.close()

    def _set_deadline(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self._abort) if seconds else None

    def _abort(self) -> None:
        self._deadline = None
        self.transport.abort()

    def _count_closed(self) -> None:
        if self._address is not None:
            _open_connections[self._address] -= 1
            if _open_connections[self._address] <= 0:
                del _open_connections[self._address]
            self._address = None


def protocol_for(gateways: Collection[str]) -> type[DeadlineHttpProtocol]:
    """Return the protocol class for a server behind these addresses or networks (or none)."""
    trusted = _TrustedHosts(list(gateways))
    namespace = {"is_gateway": staticmethod(trusted.__contains__)}
    return type("HttpProtocol", (DeadlineHttpProtocol,), namespace)
