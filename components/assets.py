"""Components-v2 components from JavaScript and CSS files of their own."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from components.scripts import loader, text_of


def component(name: str, styles: Sequence[str] = ()) -> Callable[..., Any]:
    """The component in the folder `name`, with its script and its stylesheets.

    The stylesheet is `name`.css when none is given. It is called as Streamlit's own renderer is,
    with the `data` of its script and what else Streamlit takes.
    """
    sheets = (f"{name}/{sheet}" for sheet in styles or (f"{name}.css",))
    mount = st.components.v2.component(
        f"inkling.{name}",
        css=text_of("shared/theme.css", *sheets),
        js=loader(name),
    )

    def render(*, data: dict[str, Any], **options: Any) -> Any:
        # In a dict Streamlit looks for data frames, which takes longest of all; in a list not.
        return mount(data=[data], **options)

    return render
