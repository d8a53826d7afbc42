"""Normalize a segment to the 28×28 glyph that the network was trained on.

This is MNIST's own normalization: the segment is scaled to fit a 20×20 box with its aspect ratio
preserved, then its center of mass is moved to the center of a 28×28 image (LeCun et al. 1998,
http://yann.lecun.com/exdb/mnist).
"""

from collections.abc import Sequence
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.strokes import Stroke

Glyph = NDArray[np.uint8]  # (28, 28), ink 255 on background 0

GLYPH_SIDE = 28  # pixels
BOX_SIDE = 20  # pixels of the box that a segment is scaled to
PEN_WIDTH = 2.4  # pixels of a glyph; the median stroke width of MNIST's digits
_MIN_STROKE_WIDTH = 1.8  # pixels of a glyph; thinner strokes of an image are widened to PEN_WIDTH
_WORKING_SIDE = 120  # pixels of the longer side at which the stroke width is measured
_SUPERSAMPLING = 4  # strokes are drawn at this many times the size and averaged (antialiasing)
_FRACTION_BITS = 4  # fraction bits of cv2's fixed-point coordinates


def normalize_image(ink: NDArray[np.uint8]) -> Glyph:
    """Return the glyph of a segment's ink, uint8 (height, width), 255 on 0; blank for no ink.

    Strokes thinner than those in the training data are widened to PEN_WIDTH.
    """
    crop = crop_to_ink(ink)
    if crop is None:
        return np.zeros((GLYPH_SIDE, GLYPH_SIDE), np.uint8)
    return center_by_mass(scale_to_box(normalize_stroke_width(crop)))


def crop_to_ink(ink: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return the bounding rectangle of pixels above 127, plus one pixel; None for no ink."""
    x, y, width, height = cv2.boundingRect(np.asarray(ink > 127, np.uint8))
    if width == 0:
        return None
    margin = 1
    return ink[max(y - margin, 0) : y + height + margin, max(x - margin, 0) : x + width + margin]


def normalize_stroke_width(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the ink binarized (0 or 255), with strokes of at least _MIN_STROKE_WIDTH.

    The result is cropped to its ink and about _WORKING_SIDE pixels on the longer side. The stroke
    width is estimated as four times the mean distance of ink pixels from the background, which is
    exact for a long bar.
    """
    longer = max(ink.shape)
    if longer > _WORKING_SIDE:
        reach = longer // _WORKING_SIDE
        ink = np.asarray(cv2.dilate(ink, np.ones((reach, reach), np.uint8)), np.uint8)
    scale = _WORKING_SIDE / longer
    size = max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.copyMakeBorder(
        cv2.resize(ink, size, interpolation=method), 12, 12, 12, 12, cv2.BORDER_CONSTANT
    )
    # Isolated pixels may be blurred below the usual threshold by the downscaling.
    maximum = int(resized.max())
    threshold = 127 if maximum > 127 else maximum / 2
    _, binary = cv2.threshold(resized, threshold, 255, cv2.THRESH_BINARY)
    distance = cv2.distanceTransform(binary, cv2.DIST_L2, 3)
    pixel = _WORKING_SIDE / BOX_SIDE  # one pixel of a glyph at the working resolution
    stroke_width = 4 * float(distance[distance > 0].mean()) / pixel if binary.any() else PEN_WIDTH
    if stroke_width < _MIN_STROKE_WIDTH:
        diameter = round((PEN_WIDTH - stroke_width) * pixel) | 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (diameter, diameter))
        binary = cv2.dilate(binary, kernel)
    x, y, width, height = cv2.boundingRect(binary)
    return np.asarray(binary[y : y + height, x : x + width], np.uint8)


def scale_to_box(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the ink scaled to BOX_SIDE pixels on its longer side, aspect ratio preserved."""
    height, width = ink.shape
    scale = BOX_SIDE / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, size, interpolation=method), np.uint8)


def center_by_mass(ink: NDArray[np.uint8]) -> Glyph:
    """Return a glyph with the ink's center of mass at its center.

    ink: uint8 (height, width), at most 28×28, not blank. It moves by whole pixels, as in MNIST,
    and stays inside the glyph.
    """
    height, width = ink.shape
    moments = cv2.moments(ink)
    mass = moments["m00"]
    left = _centered_offset(moments["m10"] / mass, width)
    top = _centered_offset(moments["m01"] / mass, height)
    glyph = np.zeros((GLYPH_SIDE, GLYPH_SIDE), np.uint8)
    glyph[top : top + height, left : left + width] = ink
    return glyph


def _centered_offset(center: float, length: int) -> int:
    return min(max(round((GLYPH_SIDE - 1) / 2 - center), 0), GLYPH_SIDE - length)


def normalize_strokes(strokes: Sequence[Stroke]) -> Glyph:
    """Return the glyph of pen strokes, drawn with a round pen of PEN_WIDTH."""
    return center_by_mass(draw_strokes_in_box(strokes))


def draw_strokes_in_box(strokes: Sequence[Stroke]) -> NDArray[np.uint8]:
    """Draw strokes so that they fill BOX_SIDE pixels on the longer side, pen width included."""
    points = np.concatenate(strokes) if len(strokes) > 1 else strokes[0]
    origin = points.min(axis=0)
    extent_x, extent_y = (points.max(axis=0) - origin).tolist()
    longer = max(extent_x, extent_y)
    scale = (BOX_SIDE - PEN_WIDTH) / max(longer, 1e-9) if longer > 0 else 0.0
    width = ceil(extent_x * scale + PEN_WIDTH - 1e-6)
    height = ceil(extent_y * scale + PEN_WIDTH - 1e-6)
    margin = np.array([(width - extent_x * scale) / 2, (height - extent_y * scale) / 2])
    return draw_strokes(strokes, (origin, scale, margin), (width, height), PEN_WIDTH)


def draw_strokes(
    strokes: Sequence[Stroke],
    transform: tuple[NDArray[np.float64], float, NDArray[np.float64]],
    size: tuple[int, int],
    pen_width: float,
    supersampling: int = _SUPERSAMPLING,
) -> NDArray[np.uint8]:
    """Draw strokes with a round pen and antialiased edges: uint8 (height, width), 255 on 0.

    transform: origin, scale and margin; a point p is drawn at (p - origin) * scale + margin.
    size: width and height in pixels. pen_width: in pixels. supersampling: pixels that are drawn
    for each pixel of the result, in each direction.
    """
    origin, scale, margin = transform
    width, height = size
    canvas = np.zeros((height * supersampling, width * supersampling), np.uint8)
    unit = supersampling * 2**_FRACTION_BITS
    shift = (margin - 0.5 / supersampling - origin * scale) * unit
    paths = [np.rint(stroke * (scale * unit) + shift).astype(np.int32) for stroke in strokes]
    # cv2.polylines draws nothing for a single point.
    paths = [np.repeat(path, 2, axis=0) if len(path) == 1 else path for path in paths]
    thickness = round(pen_width * supersampling)
    cv2.polylines(canvas, paths, False, 255, thickness, cv2.LINE_8, _FRACTION_BITS)
    return np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), np.uint8)
