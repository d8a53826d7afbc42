"""uvicorn's WebSocket protocol with limits on what a connection may have buffered.

An unfinished message stays in memory while the connection is open, so that its maximum size, times
the sockets of a client, is the memory that the client can take. Messages of an image file, which
only the page's socket carries, are therefore limited in number and in time.
"""

import asyncio
from collections import Counter
from collections.abc import Collection
from typing import Any, ClassVar

from uvicorn.middleware.proxy_headers import _TrustedHosts
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame
from websockets.http11 import Request

PAGE_PATH = "/_stcore/stream"  # under whatever prefix Streamlit is served
MAX_MESSAGE_BYTES = 2**21  # of every other socket; on the page's, a larger message is an image file
MAX_FRAGMENTS = 1_000  # of one message: empty ones take memory, too
# Messages of more than MAX_MESSAGE_BYTES that are arriving at the same time.
MAX_LARGE_MESSAGES = 24
MAX_LARGE_MESSAGES_OF_CLIENT = 8
LARGE_MESSAGE_SECONDS = 120  # within which one must arrive: 13 MB over a slow mobile connection
_INVALID_HANDSHAKE = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 25\r\nconnection: close\r\n\r\nThe handshake is invalid."
)


def max_page_message(upload_megabytes: float) -> int:
    """Return the maximum size of the page's messages: an image file in base64 and the page's state.

    upload_megabytes: maximum size of an image file.
    """
    return int(upload_megabytes * 2**20 * 4 / 3) + MAX_MESSAGE_BYTES


class LimitedWebSocketProtocol(WebSocketsSansIOProtocol):
    """Accepts messages of `ws_max_size` on the page's socket only, a few at a time."""

    gateways: ClassVar[_TrustedHosts] = _TrustedHosts([])
    _large_messages: ClassVar[Counter[str]] = Counter()  # by client address

    _address = ""
    _deadline: asyncio.TimerHandle | None = None  # of the large message that is arriving

    def handle_connect(self, event: Request) -> None:
        """Set the limit for the path of the handshake, before the first message can arrive."""
        path = event.path.partition("?")[0]
        if not path.endswith(PAGE_PATH):
            self.conn.max_message_size = MAX_MESSAGE_BYTES
        self._address = self._client_address(event)
        super().handle_connect(event)

    def data_received(self, data: bytes) -> None:
        """Parse data, and count the message among the large ones if it has become one."""
        super().data_received(data)
        if not self.handshake_initiated:  # websockets cannot read it; uvicorn would wait for more
            self.transport.write(_INVALID_HANDSHAKE)
            self.transport.close()
            return
        buffered = len(self.conn.reader.buffer) + sum(map(len, self.frames))
        if buffered > MAX_MESSAGE_BYTES and self._deadline is None:
            self._begin_large_message()

    def handle_cont(self, event: Frame) -> None:
        """Add a fragment to the message, unless it has too many."""
        if len(self.frames) >= MAX_FRAGMENTS:
            self._fail(CloseCode.POLICY_VIOLATION, "too many fragments")
        else:
            super().handle_cont(event)

    def handle_ping(self) -> None:
        """Answer, unless the client does not read the answers."""
        if self.transport.get_write_buffer_size() > MAX_MESSAGE_BYTES:
            self.transport.abort()
        else:
            super().handle_ping()

    def send_receive_event_to_app(self) -> None:
        """Pass a complete message on; text that is not UTF-8 ends the connection."""
        self._end_large_message()
        if self.curr_msg_data_type == "text":
            try:
                self.frames = [b"".join(self.frames)]
                self.frames[0].decode()
            except UnicodeDecodeError:  # uvicorn would log a traceback
                self._fail(CloseCode.INVALID_DATA, "invalid UTF-8")
                return
        super().send_receive_event_to_app()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the message that was arriving."""
        self._end_large_message()
        self.frames = []
        super().connection_lost(exc)

    def _begin_large_message(self) -> None:
        counts = self._large_messages
        is_full = counts.total() >= MAX_LARGE_MESSAGES
        if is_full or counts[self._address] >= MAX_LARGE_MESSAGES_OF_CLIENT:
            self._fail(CloseCode.TRY_AGAIN_LATER, "too many images at a time")
            return
        counts[self._address] += 1
        self._deadline = self.loop.call_later(
            LARGE_MESSAGE_SECONDS, self._fail, CloseCode.TRY_AGAIN_LATER, "too slow"
        )

    def _end_large_message(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
            self._large_messages[self._address] -= 1
            if not self._large_messages[self._address]:
                del self._large_messages[self._address]

    def _fail(self, code: int, reason: str) -> None:
        """Close the connection because of what the client sent."""
        self._end_large_message()
        self.frames = []
        if self.close_sent or self.transport.is_closing():
            return
        self.conn.fail(code, reason)
        if self.conn.close_sent is None:  # the client is about to close it
            self.transport.abort()
        else:
            self.handle_parser_exception()

    def _client_address(self, event: Request) -> str:
        """Return the client's address; behind a gateway the one that the gateway reports."""
        address = self.client[0] if self.client else ""
        forwarded = ",".join(event.headers.get_all("X-Forwarded-For"))
        if forwarded and address in self.gateways:
            address, _ = self.gateways.get_trusted_client_address(forwarded)
        return address


def websocket_protocol_for(gateways: Collection[str]) -> type[LimitedWebSocketProtocol]:
    """Return the protocol class for a server behind these addresses or networks (or none)."""
    namespace: dict[str, Any] = {"gateways": _TrustedHosts(list(gateways))}
    return type("WebSocketProtocol", (LimitedWebSocketProtocol,), namespace)
