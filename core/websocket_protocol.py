"""uvicorn's WebSocket protocol with a smaller message limit everywhere but on the page's socket."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

PAGE_PATH = "/_stcore/stream"  # under whatever prefix Streamlit is served
# Maximum size of a message. An unfinished message stays buffered while the connection is open, so
# that this, times the sockets of a client, is the memory that the client can take.
MAX_MESSAGE_BYTES = 2**21


class LimitedWebSocketProtocol(WebSocketsSansIOProtocol):
    """Accepts messages of `ws_max_size` on the page's socket only, which carries image files."""

    def handle_connect(self, event: Request) -> None:
        """Set the limit for the path of the handshake, before the first message can arrive."""
        path = event.path.partition("?")[0]
        if not path.endswith(PAGE_PATH):
            self.conn.max_message_size = MAX_MESSAGE_BYTES
        super().handle_connect(event)
