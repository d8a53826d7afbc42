"""uvicorn's WebSocket protocol with limits on what a connection may have buffered.

An unfinished message stays in memory while the connection is open, so that its maximum size, times
the sockets of a client, is the memory that the client can take.
"""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

PAGE_PATH = "/_stcore/stream"  # under whatever prefix Streamlit is served
MAX_MESSAGE_BYTES = 2**21  # the largest drawing takes 2 MB
MAX_FRAGMENTS = 1_000  # of one message: empty ones take memory, too
_INVALID_HANDSHAKE = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 25\r\nconnection: close\r\n\r\nThe handshake is invalid."
)


class LimitedWebSocketProtocol(WebSocketsSansIOProtocol):
    """Closes connections whose messages have too many fragments, or are not what they say.

    The size of messages is limited by uvicorn's `ws_max_size`.
    """

    def data_received(self, data: bytes) -> None:
        """Parse data; a handshake that cannot be read ends the connection."""
        super().data_received(data)
        if not self.handshake_initiated:  # websockets cannot read it; uvicorn would wait for more
            self.transport.write(_INVALID_HANDSHAKE)
            self.transport.close()

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
        self.frames = []
        super().connection_lost(exc)

    def _fail(self, code: int, reason: str) -> None:
        """Close the connection because of what the client sent."""
        self.frames = []
        if self.close_sent or self.transport.is_closing():
            return
        self.conn.fail(code, reason)
        if self.conn.close_sent is None:  # the client is about to close it
            self.transport.abort()
        else:
            self.handle_parser_exception()
