"""A client of the page's socket that speaks Streamlit's protocol as a browser does, or as none."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

SECONDS = 20  # within which the page answers


class PageSocket:
    """A page that is open; `ids` are those of its components by their names."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.ids: dict[str, str] = {}

    def run(self, states: Mapping[str, str] | None = None, kind: str = "json_value") -> None:
        """Run the page's script with these states of components, by id, and wait for its end."""
        self.socket.send(run_message(states or {}, kind))
        self.wait_for_end()

    def wait_for_end(self) -> None:
        """Wait until the script has run; raises websockets' ConnectionClosed if it never does."""
        while True:
            content = self.socket.recv(timeout=SECONDS)
            message = ForwardMsg()
            message.ParseFromString(content if isinstance(content, bytes) else content.encode())
            if message.WhichOneof("type") == "script_finished":
                return
            component = message.delta.new_element.bidi_component
            if component.id:
                self.ids[component.id.rpartition("-")[2]] = component.id


def run_message(states: Mapping[str, str], kind: str = "json_value") -> bytes:
    """Return the message that runs the script; kind: the field of the widgets' states."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    for id, state in states.items():
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id = id
        setattr(widget, kind, state)
    content: bytes = message.SerializeToString()
    return content


@contextmanager
def open_page(url: str) -> Iterator[PageSocket]:
    """Open the page of a server and run its script once."""
    address = url.replace("http", "ws") + "/_stcore/stream"
    with connect(
        address,
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        compression=None,
        close_timeout=1,
    ) as socket:
        page = PageSocket(socket)
        page.run()
        yield page
