"""Choose the frame of an animation that shows most of what was written."""

import cv2
import numpy as np
from PIL import Image

_MAX_FRAMES = 100
_MAX_PIXELS = 64_000_000  # of all frames that are decoded
_SIDE = 192  # pixels of the longer side at which the ink is measured


def load_fullest_frame(image: Image.Image) -> Image.Image:
    """Return the loaded frame with the most ink; the image itself if it has one frame.

    Frames beyond _MAX_FRAMES, and beyond _MAX_PIXELS in all, are not looked at.
    """
    limit = min(_MAX_FRAMES, max(1, _MAX_PIXELS // (image.width * image.height)))
    best: Image.Image | None = None
    most = -1.0
    for index in range(limit):
        try:
            image.seek(index)
            image.load()
        except (OSError, ValueError, SyntaxError, EOFError):
            if index == 0:
                raise
            break  # past the last frame, or it is damaged
        if index == 0 and not _has_more(image):
            return image
        ink = _ink(image)
        if ink > most:
            best, most = image.copy(), ink
    return best or image


def _has_more(image: Image.Image) -> bool:
    # A GIF would be searched to its end for `n_frames`, but not for `is_animated`.
    return bool(getattr(image, "is_animated", False))


def _ink(image: Image.Image) -> float:
    """Return how much of the image differs from its most common color."""
    small = image.convert("RGBA")
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small)
    gray = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY), np.int16)
    levels = np.where(
        pixels[..., 3] < 128, -128, gray
    )  # a transparent ground is a color of its own
    ground = np.median(levels)
    return float(np.minimum(np.abs(levels - ground), 255).mean())
