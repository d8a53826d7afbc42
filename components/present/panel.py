"""The presenter's big screen. It runs in the browser, over the room's own WebSocket."""

import streamlit as st

from components.assets import component
from components.help.page import name_keys, shortcut_rows
from components.i18n import Language, texts_for
from components.samples.samples import sheet_url
from core.settings import get_settings

_stage = component(
    "present",
    styles=(
        "present.css",
        "drawing_view.css",
        "participant_grid.css",
        "scenes.css",
        "../look_inside/inside.css",
        "console.css",
    ),
)


def present_page(language: Language) -> None:
    """Show the big screen, or with `?show=` the drawings of a past session."""
    show = st.query_params.get("show")
    _stage(
        key="session" if show else "stage",
        data={
            "texts": texts_for(language, "present"),
            "insideTexts": texts_for(language, "look_inside"),
            "language": language,
            "sheet": sheet_url(),
            "publicUrl": get_settings().public_url,
            "show": show,
            "shortcuts": [
                [name_keys(keys, language), action] for keys, action in shortcut_rows()["present"]
            ],
        },
    )
