"""Gradio's Sketchpad with `live=True`."""

import os
from typing import Any

import gradio  # type: ignore[import-not-found,unused-ignore]
from PIL import Image

from model import Recognizer

reader = Recognizer.load()


def read(drawing: dict[str, Any]) -> dict[str, float]:
    """The ten chances."""
    reading = reader.predict_image(Image.fromarray(drawing["composite"]))
    shares = reading.digits[0].probabilities if reading.digits else [0.0] * 10
    return {str(digit): float(share) for digit, share in enumerate(shares)}


page = gradio.Interface(
    read,
    gradio.Sketchpad(canvas_size=(280, 280)),
    gradio.Label(num_top_classes=10),
    live=True,
)
page.launch(server_name="127.0.0.1", server_port=int(os.environ["PORT"]), quiet=True)
