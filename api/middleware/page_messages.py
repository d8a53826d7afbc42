"""What browsers send on the page's socket: Streamlit's BackMsg, checked before Streamlit sees it.

Streamlit parses a message whole on the event loop, logs a traceback for one that it cannot read,
keeps the state of components as long as the page is open, and acts on some messages that the page
never sends: one clears the caches of all visitors, another installs files. So only what the page
sends passes, and its size is counted before anything is parsed.
"""

import json
from collections.abc import Iterator
from functools import lru_cache

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState

# The most that a drawing of api.routes.live.MAX_POINTS takes: a point is an array of five.
MAX_STATE_BYTES = 2_000_000
MAX_TRIGGER_BYTES = 100_000  # of what was chosen: a sample, the ids of a file's pages
MAX_JSON_ITEMS = 130_000
MAX_OTHER_BYTES = 100_000  # of ids, the URL, and so on
MAX_FIELDS = 500  # of a message; the page has a dozen of components
# Measured: a run of the page, and what it takes longer for each value of a component's state.
RUN_SECONDS = 0.008
ITEM_SECONDS = 0.6e-6
PASSED = frozenset({"rerun_script", "stop_script", "app_heartbeat"})
_STATE, _TRIGGER = "json_value", "json_trigger_value"  # of components: persistent, for one run
_NESTED = {"rerun_script": "ClientState", "widget_states": "WidgetStates", "widgets": "WidgetState"}


class InvalidPageMessageError(Exception):
    """A message that the page does not send; the text says why."""


def check_page_message(data: bytes) -> float | None:
    """Return how many seconds of a core the page's run will take about; None: ignore the message.

    Raises InvalidPageMessageError.
    """
    _check_sizes(data)
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise InvalidPageMessageError("not a message of Streamlit") from None
    kind = message.WhichOneof("type")
    if kind != "rerun_script":
        return 0.0 if kind in PASSED else None
    items = sum(map(_check_widget, message.rerun_script.widget_states.widgets))
    return RUN_SECONDS + ITEM_SECONDS * items


def _check_sizes(data: bytes) -> None:
    """Raise InvalidPageMessageError for too many or too large parts.

    Reads only the lengths of the fields: parsing could take 400 MB for a message of 15 MB.
    """
    sizes = dict.fromkeys((_STATE, _TRIGGER), 0)
    count = 0
    parts = [(memoryview(data), "BackMsg")]
    while parts:
        part, kind = parts.pop()
        for number, value in _fields(part):
            count += 1
            if count > MAX_FIELDS:
                raise InvalidPageMessageError("too many fields")
            name = _field_names()[kind].get(number, "")
            if name in _NESTED:
                parts.append((value, _NESTED[name]))
            elif name in sizes and kind == "WidgetState":
                sizes[name] += len(value)
    others = len(data) - sum(sizes.values())
    if (
        sizes[_STATE] > MAX_STATE_BYTES
        or sizes[_TRIGGER] > MAX_TRIGGER_BYTES
        or others > MAX_OTHER_BYTES
    ):
        raise InvalidPageMessageError("too large")


@lru_cache
def _field_names() -> dict[str, dict[int, str]]:
    """Return the names of the fields by number, for each message that is walked through."""
    kinds = {
        "BackMsg": BackMsg.DESCRIPTOR,
        "ClientState": ClientState.DESCRIPTOR,
        "WidgetStates": WidgetState.DESCRIPTOR.file.message_types_by_name["WidgetStates"],
        "WidgetState": WidgetState.DESCRIPTOR,
    }
    return {
        kind: {field.number: field.name for field in descriptor.fields}
        for kind, descriptor in kinds.items()
    }


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield number and bytes of each field of a protobuf message; no bytes for a number.

    https://protobuf.dev/programming-guides/encoding/
    """
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        wire_type = key & 7
        length = 0
        if wire_type == 0:
            _, position = _varint(data, position)
        elif wire_type == 2:
            length, position = _varint(data, position)
        elif wire_type in (1, 5):
            position += 8 if wire_type == 1 else 4
        else:  # groups, which are obsolete
            raise InvalidPageMessageError("not a message of Streamlit")
        if position + length > len(data):
            raise InvalidPageMessageError("not a message of Streamlit")
        yield key >> 3, data[position : position + length]
        position += length


def _varint(data: memoryview, position: int) -> tuple[int, int]:
    """Return the variable-length integer at a position, and the position after it."""
    value = 0
    for index, byte in enumerate(data[position : position + 10]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, position + index + 1
    raise InvalidPageMessageError("not a message of Streamlit")


def _check_widget(widget: WidgetState) -> int:
    """Return how many values a component's state or trigger has at most.

    Raises InvalidPageMessageError if it is not JSON, or has too many.
    """
    kind = widget.WhichOneof("value")
    if kind not in (_STATE, _TRIGGER):
        return 0
    text: str = getattr(widget, kind)
    # Much faster than parsing.
    items = text.count(",") + text.count("[") + text.count("{")
    if items > MAX_JSON_ITEMS:
        raise InvalidPageMessageError("too many values")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidPageMessageError("not JSON") from None
    if kind == _STATE and not isinstance(value, dict):
        raise InvalidPageMessageError("not a JSON object")
    return items
