"""The Streamlit page of most tutorials: canvas, resize, `model.predict`, `st.bar_chart`."""

import cv2
import numpy as np
import streamlit as st
from streamlit_drawable_canvas import st_canvas

from model.training.architecture import build_network

model = st.cache_resource(build_network)()  # our architecture; its weights do not affect the speed

st.title("Draw a digit")
canvas = st_canvas(
    stroke_width=20,
    stroke_color="#ffffff",
    background_color="#000000",
    width=280,
    height=280,
    return_image_data=True,
    key="canvas",
)
if canvas.image_data is not None:
    glyph = cv2.resize(canvas.image_data.astype("uint8"), (28, 28))
    image = cv2.cvtColor(glyph, cv2.COLOR_RGBA2GRAY).reshape(1, 28, 28, 1) / np.float32(255)
    logits = model.predict(image, verbose=0)["logits"][0, :10]
    exponentials = np.exp(logits - logits.max())
    st.bar_chart(exponentials / exponentials.sum())
