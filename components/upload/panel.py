"""The upload panel: an image by file, drag and drop, paste or camera."""

import base64
import binascii
from dataclasses import dataclass

import streamlit as st

from components.assets import component
from components.i18n import Language, error_message, texts_for
from model import InputError

_upload = component("upload")
# Session state; a new count tells the browser that its image was received.
_RECEIVED_COUNT_KEY = "images_received"


@dataclass(frozen=True, slots=True)
class Upload:
    """An image file from the browser."""

    name: str
    content: bytes


def show_upload(language: Language, max_megabytes: float) -> Upload | None:
    """Show the upload panel and return the file chosen with this run, if any.

    Raises InputError "file_too_large" for a file of more than `max_megabytes`, and
    "unsupported_image" for a message that cannot be decoded.
    """
    too_large = error_message(language, "file_too_large", "", megabytes=f"{max_megabytes:g}")
    result = _upload(
        key="upload",
        data={
            "texts": texts_for(language, "upload") | {"too_large": too_large},
            "limit": int(max_megabytes * 2**20),
            "receivedCount": st.session_state.get(_RECEIVED_COUNT_KEY, 0),
        },
        on_image_change=_count_received,
    )
    if not result.image:
        return None
    try:
        content = base64.b64decode(result.image["content"], validate=True)
    except (KeyError, TypeError, binascii.Error):
        raise InputError("unsupported_image", "The image did not arrive: try again.") from None
    if len(content) > max_megabytes * 2**20:
        raise InputError("file_too_large", too_large)
    return Upload(str(result.image.get("name", "")), content)


def _count_received() -> None:
    st.session_state[_RECEIVED_COUNT_KEY] = st.session_state.get(_RECEIVED_COUNT_KEY, 0) + 1
