"""Components-v2 components from JavaScript and CSS files of their own."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

FOLDER = Path(__file__).resolve().parent


def component(name: str, *scripts: str, styles: Sequence[str] = ()) -> "ComponentRenderer":
    """The component in the folder `name`: its stylesheets and its scripts, joined in this order.

    The last script (`name`.js when none is given) has the default export, the others what it uses.
    The stylesheet is `name`.css when none is given.
    """
    folder = FOLDER / name
    files = scripts or (f"{name}.js",)
    sheets = styles or (f"{name}.css",)
    return st.components.v2.component(
        f"inkling.{name}",
        css=_text(FOLDER / "look.css") + "\n".join(_text(folder / sheet) for sheet in sheets),
        js=_text(FOLDER / "elements.js") + "\n".join(_text(folder / file) for file in files),
    )


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
