"""The components' static files: ES modules under /assets, stylesheets, how both are mounted.

A component's inline script is part of every message to its page, so it only imports the component's
module from a URL with the version of all modules in it, which browsers cache for good.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

_FOLDER = Path(__file__).resolve().parent
_STATIC_IMPORT = re.compile(r'^(?:import|export)\b[^"\';]*?["\'](\.[^"\']+)["\'];', re.MULTILINE)


def component(
    name: str, styles: Sequence[str] = (), shared_styles: Sequence[str] = ()
) -> Callable[..., Any]:
    """Return a renderer of the component in the folder `name`.

    `styles`: stylesheets in that folder, `name`.css by default; the module is named like the first.
    `shared_styles`: stylesheets in the folder `shared`, which come before them.
    The renderer takes the `data` of the module and Streamlit's own options.
    """
    sheets = styles or (f"{name}.css",)
    mount = st.components.v2.component(
        f"inkling.{name}",
        css=read_files(
            "shared/theme.css",
            *(f"shared/{sheet}" for sheet in shared_styles),
            *(f"{name}/{sheet}" for sheet in sheets),
        ),
        js=inline_loader(f"{name}/{Path(sheets[0]).stem}.js"),
    )

    def render(*, data: dict[str, Any], **options: Any) -> Any:
        # Streamlit searches a dict for data frames, which takes longer than everything else; it
        # passes a list unchanged.
        return mount(data=[data], **options)

    return render


def inline_loader(entry: str) -> str:
    """Return a small module whose default export is that of `entry`, a module below components/."""
    loader = read_files("shared/loader.js")
    arguments = json.dumps([assets_version(), entry, module_graph(entry)])
    return f"{loader}\nexport default (await importWithRetry(...{arguments})).default;\n"


@lru_cache
def read_files(*files: str) -> str:
    """Return the contents of files below components/, joined by line feeds."""
    return "\n".join((_FOLDER / file).read_text(encoding="utf-8") for file in files)


@lru_cache
def module_graph(entry: str) -> list[str]:
    """Return `entry` and all modules that it imports statically, directly or not."""
    graph = [entry]
    for path in graph:  # grows during the loop
        for target in _STATIC_IMPORT.findall(_modules()[path]):
            imported = (_FOLDER / path).parent.joinpath(target).resolve()
            relative = imported.relative_to(_FOLDER).as_posix()
            if relative not in graph:
                graph.append(relative)
    return graph


@lru_cache
def assets_version() -> str:
    """Return the version of the modules: a hash of all their paths and contents."""
    digest = hashlib.sha256(json.dumps(_modules()).encode())
    return digest.hexdigest()[:16]


def asset_route(request: Request) -> Response:
    """Serve a module at /assets/{version}-{attempt}/{path}.

    During an update a page may request a different version than this server's. It gets this
    server's modules, which its browser must not cache under that version.
    """
    module = _modules().get(request.path_params["path"])  # only these modules are served
    if module is None:
        return PlainTextResponse("There is no such module.", 404)
    version, _, _attempt = request.path_params["version"].partition("-")
    current = version == assets_version()
    caching = "public, max-age=31536000, immutable" if current else "no-cache"
    return Response(module, media_type="text/javascript", headers={"Cache-Control": caching})


@lru_cache
def _modules() -> dict[str, str]:
    """Return the text of each module by its path below components/."""
    return {
        file.relative_to(_FOLDER).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(_FOLDER.rglob("*.js"))
    }
