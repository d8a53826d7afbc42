"""Put transparent images on a ground from which their ink differs.

Drawing programs save the ink alone, in any color: black ink is for white paper, white ink for a
dark screen. A picture with its own ground, such as a screenshot with round corners, goes on with
that ground.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

_ANALYSIS_SIDE = 512  # pixels of the longer side at which the colors are compared
_OPAQUE = 128  # alpha (0-255) from which a pixel counts as opaque
_MID_GRAY = 128.0
_TONE_DEVIATION = 40.0  # gray levels (0-255) between two tones
_MIN_INNER_SHARE = 0.01  # share of the opaque pixels that differ from their edge, in a picture


class Backdrop(NamedTuple):
    """What transparent pixels become.

    color: red, green and blue. silhouette: whether opaque pixels become black, on that color: for
    inks of which none of the usual grounds would show all.
    """

    color: tuple[int, int, int]
    silhouette: bool = False


WHITE, BLACK = Backdrop((255, 255, 255)), Backdrop((0, 0, 0))
SILHOUETTE_BACKDROP = Backdrop((255, 255, 255), silhouette=True)


def choose_backdrop(image: Image.Image) -> Backdrop:
    """Return the ground for an image with transparency."""
    sample = image.copy()
    sample.thumbnail((_ANALYSIS_SIDE, _ANALYSIS_SIDE), Image.Resampling.NEAREST)
    pixels = np.asarray(sample.convert("RGBA"))
    opaque = pixels[..., 3] >= _OPAQUE
    if not opaque.any() or opaque.all():
        return WHITE
    colors = np.ascontiguousarray(pixels[..., :3])
    gray = np.asarray(cv2.cvtColor(colors, cv2.COLOR_RGB2GRAY), np.float32)
    edge = opaque & (_erode(opaque) == 0)
    if not edge.any():  # the transparent pixels are all at the border
        return WHITE
    edge_tone = float(np.median(gray[edge]))
    inside = np.abs(gray[opaque] - edge_tone) > _TONE_DEVIATION
    edge_varies = float(gray[edge].std()) > _TONE_DEVIATION
    if not edge_varies and inside.mean() > _MIN_INNER_SHARE:
        red, green, blue = np.median(colors[edge], axis=0).astype(int).tolist()
        return Backdrop((red, green, blue))  # a picture of one ground, which continues
    if edge_varies and opaque.mean() < 0.5:
        return SILHOUETTE_BACKDROP
    return WHITE if float(gray[opaque].mean()) < _MID_GRAY else BLACK


def _erode(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.asarray(cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)), np.uint8)


def flatten(image: Image.Image, backdrop: Backdrop) -> Image.Image:
    """Return a transparent image as RGB on the backdrop."""
    rgba = image.convert("RGBA")
    if backdrop.silhouette:
        black = Image.new("RGBA", rgba.size, (0, 0, 0, 255))
        black.putalpha(rgba.getchannel("A"))
        rgba = black
    ground = Image.new("RGBA", rgba.size, (*backdrop.color, 255))
    return Image.alpha_composite(ground, rgba).convert("RGB")
