"""The pad on the page."""

from dataclasses import dataclass

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from components.assets import component
from components.i18n.draw import Language, words
from components.pad.paths import Stroke, strokes_of

# CSS pixels; the page scales the pad to fit. The canvas has `density` pixels for each: crisp on
# dense screens and light on others.
WIDTH, HEIGHT = 480, 360
WIDTHS = {"fine": 11, "medium": 19, "broad": 29}
DENSITIES = (1, 2)
INK = "#1a1d29"

_tools = component("pad")


@dataclass(frozen=True, slots=True)
class PadInk:
    """The strokes on the pad; if it was emptied right after a stroke, what was on it, numbered."""

    strokes: tuple[Stroke, ...]
    finished: tuple[Stroke, ...] = ()
    number: float | None = None


def draw_pad(language: Language, replaced: str | None) -> PadInk:
    """Show the pad and its tools; the ink on it.

    `replaced` names the picture that took the place of the drawing: another name empties the pad.
    """
    paper = st.container(key="paper")
    tools = st.session_state.get("tools") or {}
    width = tools.get("width") or "medium"
    density = tools.get("density") or DENSITIES[0]
    with paper:
        canvas = st_canvas(
            stroke_width=WIDTHS[width] * density,
            stroke_color=INK,
            width=WIDTH * density,
            height=HEIGHT * density,
            key="canvas",
        )
    result = _tools(
        key="tools",
        data={
            "texts": words(language, "pad"),
            "language": language,
            "width": width,
            "replaced": replaced,
            "shape": f"{WIDTH} / {HEIGHT}",
            "density": density,
            "densities": DENSITIES,
        },
        default={"width": width, "density": density},
        on_width_change=lambda: None,
        on_density_change=lambda: None,
        on_finished_change=lambda: None,
    )
    finished = result.finished or {"strokes": [], "number": None}
    last = tuple(tuple((float(x), float(y)) for x, y in one) for one in finished["strokes"])
    return PadInk(strokes_of(canvas.json_data), last, finished["number"])
