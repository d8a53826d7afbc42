"""The Streamlit page with the known optimizations: a fragment, LiteRT, strokes not pixels."""

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from components.pad.paths import strokes_from_canvas
from model import Recognizer

recognizer = st.cache_resource(Recognizer.load)()


@st.fragment
def pad_and_bars() -> None:
    """Show the pad and the bars; only this fragment reruns when the pen lifts."""
    canvas = st_canvas(stroke_width=20, width=280, height=280, key="canvas")
    prediction = recognizer.predict_strokes(strokes_from_canvas(canvas.json_data), with_image=False)
    st.bar_chart(prediction.digits[0].probabilities if prediction.digits else [0.0] * 10)


st.title("Draw a digit")
pad_and_bars()
