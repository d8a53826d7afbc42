"""A Gradio page: Sketchpad with `live=True`."""

import os
from typing import Any

import gradio  # type: ignore[import-not-found,unused-ignore]
from PIL import Image

from model import Recognizer

recognizer = Recognizer.load()


def predict(drawing: dict[str, Any]) -> dict[str, float]:
    """Return the probability of each digit."""
    prediction = recognizer.predict_image(Image.fromarray(drawing["composite"]))
    probabilities = prediction.digits[0].probabilities if prediction.digits else [0.0] * 10
    return {str(digit): float(probability) for digit, probability in enumerate(probabilities)}


page = gradio.Interface(
    predict,
    gradio.Sketchpad(canvas_size=(280, 280)),
    gradio.Label(num_top_classes=10),
    live=True,
)
page.launch(server_name="127.0.0.1", server_port=int(os.environ["PORT"]), quiet=True)
