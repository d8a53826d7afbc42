"""The pad on the page."""

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from components.assets import component
from components.pad.paths import Stroke, strokes_of
from components.texts import Language, words

# Pixels of the pad, about two to a CSS pixel: crisp on dense screens. The page scales it to fit.
WIDTH, HEIGHT = 960, 720
WIDTHS = {"fine": 22, "medium": 38, "broad": 58}  # pixels of the pad
INK = "#1a1d29"

_tools = component("pad", "ink.js", "pad.js")


def draw_pad(language: Language, replaced: str | None) -> tuple[Stroke, ...]:
    """Show the pad and its tools; the strokes on it.

    `replaced` names the picture that took the place of the drawing: another name empties the pad.
    """
    paper = st.container(key="paper")
    width = (st.session_state.get("tools") or {}).get("width") or "medium"
    with paper:
        canvas = st_canvas(
            stroke_width=WIDTHS[width],
            stroke_color=INK,
            width=WIDTH,
            height=HEIGHT,
            key="canvas",
        )
    _tools(
        key="tools",
        data={
            "texts": words(language, "pad"),
            "language": language,
            "width": width,
            "replaced": replaced,
            "shape": f"{WIDTH} / {HEIGHT}",
        },
        default={"width": width},
        on_width_change=lambda: None,
    )
    return strokes_of(canvas.json_data)
