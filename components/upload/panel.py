"""Upload on the page."""

import base64
import binascii
from dataclasses import dataclass

import streamlit as st

from components.assets import component
from components.i18n.draw import Language, sentence_for, words
from model import InputError

_upload = component("upload")
_ARRIVED = "pictures_arrived"  # another number tells the browser that its picture has been read


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture file as it came from the browser."""

    name: str
    content: bytes


def offer_upload(language: Language, megabytes: float) -> Upload | None:
    """Show where pictures go in; the one that came with this run, None where none did.

    Raises InputError "file_too_large" for a file of more than `megabytes`.
    """
    too_large = sentence_for(language, "file_too_large", "", megabytes=f"{megabytes:g}")
    result = _upload(
        key="upload",
        data={
            "texts": words(language, "upload") | {"too_large": too_large},
            "limit": int(megabytes * 2**20),
            "arrived": st.session_state.get(_ARRIVED, 0),
        },
        on_picture_change=_count,
    )
    if not result.picture:
        return None
    try:
        content = base64.b64decode(result.picture["content"], validate=True)
    except (KeyError, TypeError, binascii.Error):
        raise InputError("unsupported_image", "The picture did not arrive: try again.") from None
    if len(content) > megabytes * 2**20:
        raise InputError("file_too_large", too_large)
    return Upload(str(result.picture.get("name", "")), content)


def _count() -> None:
    st.session_state[_ARRIVED] = st.session_state.get(_ARRIVED, 0) + 1
