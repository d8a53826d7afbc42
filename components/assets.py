"""Components-v2 components from JavaScript and CSS files of their own."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

FOLDER = Path(__file__).resolve().parent


def component(name: str, *scripts: str, styles: Sequence[str] = ()) -> Callable[..., Any]:
    """The component in the folder `name`: its stylesheets and its scripts, joined in this order.

    The last script (`name`.js when none is given) has the default export, the others what it uses.
    The stylesheet is `name`.css when none is given. It is called as Streamlit's own renderer is,
    with the `data` of its script and what else Streamlit takes.
    """
    folder = FOLDER / name
    files = scripts or (f"{name}.js",)
    sheets = styles or (f"{name}.css",)
    mount = st.components.v2.component(
        f"inkling.{name}",
        css=_text(FOLDER / "look.css") + "\n".join(_text(folder / sheet) for sheet in sheets),
        js=_text(FOLDER / "elements.js") + "\n".join(_text(folder / file) for file in files),
    )

    def render(*, data: dict[str, Any], **options: Any) -> Any:
        # In a dict Streamlit looks for data frames, which takes longest of all; in a list not.
        return mount(data=[data], **options)

    return render


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
