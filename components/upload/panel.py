"""The upload panel: an image by file, drag and drop, paste or camera."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from components.assets import component
from components.choice import note_choice, received_choice, take_choice
from components.i18n import Language, error_message, texts_for
from model import InputError

_upload = component("upload")


@dataclass(frozen=True, slots=True)
class Upload:
    """An image file as the browser sent it: in base64, if all is well."""

    encoded: Any
    max_megabytes: float

    def content(self) -> bytes:
        """Return the file's content.

        Raises InputError "file_too_large" for a file of more than `max_megabytes`, and
        "unsupported_image" for one that cannot be decoded.
        """
        try:
            content = base64.b64decode(self.encoded, validate=True)
        except (TypeError, ValueError, binascii.Error):
            raise InputError("unsupported_image", "The image did not arrive: try again.") from None
        if len(content) > self.max_megabytes * 2**20:
            raise InputError(
                "file_too_large", f"This file is larger than {self.max_megabytes:g} MB."
            )
        return content


def show_upload(language: Language, max_megabytes: float) -> Upload | None:
    """Show the upload panel and return the file chosen since the last run, if any."""
    too_large = error_message(language, "file_too_large", "", megabytes=f"{max_megabytes:g}")
    _upload(
        key="upload",
        data={
            "texts": texts_for(language, "upload") | {"too_large": too_large},
            "limit": int(max_megabytes * 2**20),
            "received": received_choice("upload"),
        },
        on_image_change=note_choice("upload", "image"),
    )
    chosen = take_choice("upload")
    return None if chosen is None else Upload(chosen.get("content"), max_megabytes)
