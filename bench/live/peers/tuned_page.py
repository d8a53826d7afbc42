"""The Streamlit page with the known optimizations: a fragment, LiteRT, strokes not pixels."""

from typing import Any

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from model import Recognizer

recognizer = st.cache_resource(Recognizer.load)()


def strokes_from_canvas(drawing: dict[str, Any] | None) -> list[list[tuple[float, float]]]:
    """Return the ends of the path commands of each stroke."""
    objects = (drawing or {}).get("objects", [])
    return [[(command[-2], command[-1]) for command in item["path"]] for item in objects]


@st.fragment
def pad_and_bars() -> None:
    """Show the pad and the bars; only this fragment reruns when the pen lifts."""
    canvas = st_canvas(stroke_width=20, width=280, height=280, key="canvas")
    prediction = recognizer.predict_strokes(strokes_from_canvas(canvas.json_data), with_image=False)
    st.bar_chart(prediction.digits[0].probabilities if prediction.digits else [0.0] * 10)


st.title("Draw a digit")
pad_and_bars()
