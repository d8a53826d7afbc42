"""The scripts of the components, which browsers fetch once and keep.

A script that were part of a component's message would come again with every run of the page.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

_FOLDER = Path(__file__).resolve().parent

# The last file of each has the default export, the others what it uses.
_FILES = {
    "accuracy": ("accuracy/matrix.js",),
    "samples": ("samples/samples.js",),
    "history_panel": ("history_panel/forget.js", "history_panel/history_panel.js"),
    "prediction": ("prediction/live_link.js", "prediction/bars.js", "prediction/prediction.js"),
    "pad": ("pad/ink.js", "pad/pad.js"),
    "present": (
        "prediction/bars.js",
        "shared/room_link.js",
        "shared/drawing_surface.js",
        "present/view.js",
        "present/animations.js",
        "present/poster.js",
        "present/session_page.js",
        "present/participant_grid.js",
        "present/rounds.js",
        "present/keys.js",
        "present/presented_room.js",
        "present/layout.js",
        "present/mover.js",
        "present/round_control.js",
        "present/present.js",
    ),
    "review": (
        "shared/format.js",
        "review/url_state.js",
        "review/filters.js",
        "review/grid.js",
        "review/corrections.js",
        "review/corrections_bar.js",
        "review/pending_deletes.js",
        "review/replay.js",
        "review/detail.js",
        "review/totals.js",
        "review/review.js",
    ),
    "upload": ("upload/upload.js",),
}


def loader(name: str) -> str:
    """A module with the default export of the script `name`, short enough for every message."""
    return text_of("loader.js").replace("SCRIPT", f"scripts/{name}.js?version={_version(name)}")


def text_of(*files: str) -> str:
    """Files of this folder, one after another."""
    return "\n".join((_FOLDER / file).read_text(encoding="utf-8") for file in files)


def script_route(request: Request) -> Response:
    """The script that the address names; one of another version is not to be kept."""
    name = request.path_params["name"]
    if name not in _FILES:
        return PlainTextResponse("There is no such script.", 404)
    newest = request.query_params.get("version") == _version(name)
    kept = "public, max-age=31536000, immutable" if newest else "no-cache"
    return Response(_script(name), media_type="text/javascript", headers={"Cache-Control": kept})


@lru_cache
def _script(name: str) -> str:
    return text_of("shared/dom.js", *_FILES[name])


@lru_cache
def _version(name: str) -> str:
    return hashlib.sha256(_script(name).encode()).hexdigest()[:16]
