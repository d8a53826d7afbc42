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
    "gallery": ("gallery/gallery.js",),
    "history_panel": ("history_panel/forget.js", "history_panel/history_panel.js"),
    "live_bars": ("live_bars/link.js", "live_bars/painter.js", "live_bars/live_bars.js"),
    "pad": ("pad/ink.js", "pad/pad.js"),
    "present": (
        "live_bars/painter.js",
        "present/room_link.js",
        "present/paper.js",
        "present/view.js",
        "present/moves.js",
        "present/poster.js",
        "present/album.js",
        "present/crowd.js",
        "present/rounds.js",
        "present/keys.js",
        "present/presented_room.js",
        "present/layout.js",
        "present/mover.js",
        "present/asker.js",
        "present/present.js",
    ),
    "review": (
        "review/words.js",
        "review/address.js",
        "review/filters.js",
        "review/shelf.js",
        "review/corrections.js",
        "review/corrections_bar.js",
        "review/removals.js",
        "review/replay.js",
        "review/one.js",
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
    return text_of("elements.js", *_FILES[name])


@lru_cache
def _version(name: str) -> str:
    return hashlib.sha256(_script(name).encode()).hexdigest()[:16]
