"""The page for a projector; all of it runs in the browser and over the room's own link."""

import base64
from functools import lru_cache

import streamlit as st

from components.assets import component
from components.i18n.draw import Language, words
from components.samples.samples import SHEET

_stage = component(
    "present", styles=("present.css", "drawing_view.css", "participant_grid.css", "scenes.css")
)


def present_page(language: Language) -> None:
    """Show the big screen, or with `?show=` the drawings of a session that was presented."""
    show = st.query_params.get("show")
    _stage(
        key="album" if show else "stage",
        data={
            "texts": words(language, "present"),
            "language": language,
            "sheet": _sheet(),
            "show": show,
        },
    )


@lru_cache
def _sheet() -> str:
    return "data:image/png;base64," + base64.b64encode(SHEET.read_bytes()).decode()
