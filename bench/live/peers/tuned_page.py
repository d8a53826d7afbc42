"""The same page made quick: a fragment, LiteRT, strokes instead of a picture."""

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from components.pad.paths import strokes_from_canvas
from model import Recognizer

reader = st.cache_resource(Recognizer.load)()


@st.fragment
def pad_and_bars() -> None:
    """Only this runs again when the pen lifts."""
    canvas = st_canvas(stroke_width=20, width=280, height=280, key="canvas")
    reading = reader.predict_strokes(strokes_from_canvas(canvas.json_data), with_image=False)
    st.bar_chart(reading.digits[0].probabilities if reading.digits else [0.0] * 10)


st.title("Draw a digit")
pad_and_bars()
