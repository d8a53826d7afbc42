"""The drawing pad: a canvas and its tools."""

from dataclasses import dataclass

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from components.assets import component
from components.i18n import Language, texts_for
from components.pad.paths import Stroke, strokes_from_canvas

# CSS pixels; the page scales the pad to fit. The canvas has `density` pixels for each: crisp on
# dense screens and light on others.
WIDTH, HEIGHT = 480, 360
PEN_WIDTHS = {"fine": 11, "medium": 19, "broad": 29}
DENSITIES = (1, 2)
PEN_COLOR = "#1a1d29"

_tools = component("pad")


@dataclass(frozen=True, slots=True)
class PadState:
    """What is on the pad.

    cleared_strokes: what was on it when it was last cleared right after a stroke, before the
    canvas had sent that stroke. clear_number: a number for that event, None before the first.
    """

    strokes: tuple[Stroke, ...]
    cleared_strokes: tuple[Stroke, ...] = ()
    clear_number: float | None = None


def show_pad(language: Language, replaced_by: str | None) -> PadState:
    """Show the pad and its tools and return its strokes.

    A new value of `replaced_by` clears the pad: an image has replaced the drawing.
    """
    paper = st.container(key="paper")
    tools = st.session_state.get("tools") or {}
    width, density = tools.get("width"), tools.get("density")
    if width not in PEN_WIDTHS or density not in DENSITIES:  # not yet set, or made up
        width, density = "medium", DENSITIES[0]
    with paper:
        canvas = st_canvas(
            stroke_width=PEN_WIDTHS[width] * density,
            stroke_color=PEN_COLOR,
            width=WIDTH * density,
            height=HEIGHT * density,
            key="canvas",
        )
    result = _tools(
        key="tools",
        data={
            "texts": texts_for(language, "pad"),
            "language": language,
            "width": width,
            "replaced": replaced_by,
            "shape": f"{WIDTH} / {HEIGHT}",
            "density": density,
            "densities": DENSITIES,
        },
        default={"width": width, "density": density},
        on_width_change=lambda: None,
        on_density_change=lambda: None,
        on_finished_change=lambda: None,
    )
    cleared = result.finished or {"strokes": [], "number": None}
    return PadState(
        strokes=strokes_from_canvas(canvas.json_data),
        cleared_strokes=tuple(
            tuple((float(x), float(y)) for x, y in stroke) for stroke in cleared["strokes"]
        ),
        clear_number=cleared["number"],
    )
