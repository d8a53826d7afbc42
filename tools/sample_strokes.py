"""Sample digits as pen strokes, and as images drawn from them."""

import io
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

Stroke = list[list[float]]


def _arc(x: float, y: float, width: float, height: float, start: float, end: float) -> Stroke:
    """Return points on an ellipse around (x, y) between two angles in degrees, 0 to the right."""
    angles = np.radians(np.linspace(start, end, 14))
    dx, dy = width * np.cos(angles), height * np.sin(angles)
    return [[x + float(a), y + float(b)] for a, b in zip(dx, dy, strict=True)]


ZERO: list[Stroke] = [_arc(150, 150, 60, 95, -90, 270)]
ONE: list[Stroke] = [[[150, 50], [150, 150], [150, 250]]]
THREE: list[Stroke] = [_arc(140, 100, 55, 50, -150, 90) + _arc(140, 200, 60, 50, -90, 150)]
FOUR: list[Stroke] = [[[120, 50], [80, 160], [220, 160]], [[180, 90], [180, 260]]]
SEVEN: list[Stroke] = [[[80, 60], [220, 60], [180, 150], [140, 250]]]


def picture(
    strokes: list[Stroke], size: tuple[int, int] = (300, 300), mode: str = "L", pen: int = 20
) -> Image.Image:
    """Return an image of the strokes, dark on white; `pen` is the line width in pixels."""
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    for stroke in strokes:
        draw.line([(x, y) for x, y in stroke], fill=20, width=pen, joint="curve")
    return image.convert(mode)


def encoded(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    """Return the image encoded as a file of that format."""
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()
