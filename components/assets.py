"""Components-v2 components from JavaScript and CSS files of their own."""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

FOLDER = Path(__file__).resolve().parent


def component(name: str, *scripts: str) -> "ComponentRenderer":
    """The component in the folder `name`: its stylesheet and its scripts, joined in this order.

    The last script (`name`.js when none is given) has the default export, the others what it uses.
    """
    folder = FOLDER / name
    files = scripts or (f"{name}.js",)
    return st.components.v2.component(
        f"inkling.{name}",
        css=_text(FOLDER / "look.css") + _text(folder / f"{name}.css"),
        js="\n".join(_text(folder / file) for file in files),
    )


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
