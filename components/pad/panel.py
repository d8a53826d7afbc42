"""The drawing pad: a canvas and its tools.

The browser predicts and saves what is drawn by itself (pad.js); the page only knows the tools.
"""

import logging

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from components.assets import component
from components.i18n import Language, texts_for

# CSS pixels; the page scales the pad to fit. The canvas has `density` pixels for each: crisp on
# dense screens and light on others.
WIDTH, HEIGHT = 480, 360
PEN_WIDTHS = {"fine": 11, "medium": 19, "broad": 29}
DENSITIES = (1, 2)
PEN_COLOR = "#1a1d29"

log = logging.getLogger(__name__)

_tools = component("pad")


def show_pad(language: Language, replaced_by: str | None) -> None:
    """Show the pad and its tools.

    A new value of `replaced_by` clears the pad: an image has replaced the drawing.
    """
    tools = st.session_state.get("tools") or {}
    width, density = tools.get("width"), tools.get("density")
    # Not yet set, or made up, where it may be of any type.
    if width not in list(PEN_WIDTHS) or density not in DENSITIES:
        width, density = "medium", DENSITIES[0]
    with st.container(key="paper"):
        _show_canvas(PEN_WIDTHS[width] * density, density)
    _tools(
        key="tools",
        data={
            "texts": texts_for(language, "pad"),
            "language": language,
            "width": width,
            "penWidths": PEN_WIDTHS,
            "replaced": replaced_by,
            "shape": f"{WIDTH} / {HEIGHT}",
            "density": density,
            "densities": DENSITIES,
        },
        default={"width": width, "density": density},
        on_width_change=lambda: None,
        on_density_change=lambda: None,
    )


def _show_canvas(stroke_width: int, density: int) -> None:
    """Show the canvas."""
    try:
        st_canvas(
            stroke_width=stroke_width,
            stroke_color=PEN_COLOR,
            update_streamlit=False,
            width=WIDTH * density,
            height=HEIGHT * density,
            key="canvas",
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        log.warning("the canvas reported an invalid state: %r", error)
