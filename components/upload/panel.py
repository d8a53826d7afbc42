"""The upload panel: files by choice, drag and drop, paste or camera.

The browser sends files with POST /api/predict. The page learns which of them it shall show, or why
the only one that was chosen has no prediction.
"""

from typing import Any

from components.assets import component
from components.choice import note_choice, received_choice, take_choice
from components.draw.stored_file import StoredFile
from components.draw.visit import Visit
from components.i18n import TEXTS, Language, error_message, texts_for
from components.identity import page_identity
from services.predictions import PredictionService

_upload = component("upload", ["upload.css", "file_list.css", "camera.css"])


def show_upload(language: Language, visit: Visit, service: PredictionService) -> None:
    """Show the upload panel, and let the visit show the file that was chosen since the last run."""
    max_megabytes = service.settings.max_upload_megabytes
    _upload(
        key="upload",
        data={
            "texts": texts_for(language, "upload"),
            "errors": _error_messages(language, max_megabytes),
            "limit": int(max_megabytes * 2**20),
            "received": received_choice("upload"),
        },
        on_file_change=note_choice("upload", "file"),
    )
    chosen = take_choice("upload")
    if chosen is not None:
        _show(chosen, visit, service)


def _show(chosen: dict[str, Any], visit: Visit, service: PredictionService) -> None:
    code = chosen.get("error")
    if isinstance(code, str):
        visit.show_error(code if f"error.{code}" in TEXTS["en"] else "unexpected")
        return
    file = StoredFile.parse(chosen.get("file"))
    if file is None:
        visit.show_error("unexpected")
    else:
        visit.show_stored(service, file, page_identity().may_access)


def _error_messages(language: Language, max_megabytes: float) -> dict[str, str]:
    return {
        code: error_message(language, code, "", megabytes=f"{max_megabytes:g}")
        for code in texts_for(language, "error")
    }
