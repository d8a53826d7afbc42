"""Polarity and background of small pictures, such as the digits of data sets.

In a picture of few pixels the strokes are as wide as the gaps between them and may reach the border
on every side, so that neither the number of pixels nor their thickness tells ink from background.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

MAX_SIDE = 128  # pixels of the longer side; digits of 28 pixels, enlarged four times, have 112
MAX_SCAN_SIDE = 64  # pixels; in larger pictures strokes are thin compared with the background
_WIDTH_WEIGHT = 0.5  # of the log ratio of the largest radii, against a share of the border
_ENLARGEMENT = 3  # makes radii of few pixels exact
_MIN_EVIDENCE = 0.4  # of at most 1.5, for or against a dark background
_MIN_SCAN_INK = 24  # of 255; fainter pixels are noise
_MIN_INK = 80  # the same where an edge is several pixels wide
_MIN_CLEAR_EVIDENCE = 1.4  # the same in pictures above MAX_SCAN_SIDE: nearly the whole border
_MAX_INK_SHARE = 0.4  # share of the ink in pictures above MAX_SCAN_SIDE; more is paper or shadow
_FLAT_DEVIATION = 8  # gray levels (0-255) by which a flat background differs from its median
_FLAT_SHARE = 0.5  # share of the lighter pixels that belong to a flat background


def scan_polarity(gray: NDArray[np.uint8]) -> bool | None:
    """Return whether a small picture shows light ink on a dark background.

    The background is where the corners and most of the border are: hardly a digit has ink in three
    corners, even if it fills the picture. It is also the class with the wider places. Returns None
    where these disagree, and for large pictures.
    """
    if max(gray.shape) > MAX_SIDE:
        return None
    dark = gray < (int(gray.min()) + int(gray.max())) / 2
    corners = dark[[0, 0, -1, -1], [0, -1, 0, -1]]
    border = np.concatenate([dark[0], dark[-1], dark[:, 0], dark[:, -1]])
    widths = np.log(_largest_radius(dark) / _largest_radius(~dark))
    evidence = 2 * corners.mean() + border.mean() - 1.5 + _WIDTH_WEIGHT * widths
    min_evidence = _MIN_EVIDENCE if max(gray.shape) <= MAX_SCAN_SIDE else _MIN_CLEAR_EVIDENCE
    return bool(evidence > 0) if abs(evidence) >= min_evidence else None


def _largest_radius(mask: NDArray[np.bool_]) -> float:
    """Return the radius in pixels of the largest disk in the mask; it may cross the border."""
    enlarged = np.kron(mask, np.ones((_ENLARGEMENT, _ENLARGEMENT))).astype(np.uint8)
    radius = float(cv2.distanceTransform(enlarged, cv2.DIST_L2, 5).max()) / _ENLARGEMENT
    return min(max(radius, 0.5), float(max(mask.shape)))  # there is no limit if all is in the mask


def flat_background(image: NDArray[np.uint8], gray: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return the color (3,) of a small picture's background; None if the picture is not flat.

    image: uint8 (height, width, 3), dark on light. gray: the same in gray. A scan or screenshot has
    one background color. To follow shading in it, as in a photo, would erase the gray edges of its
    strokes, which at this size are a large part of the ink.
    """
    if max(gray.shape) > MAX_SIDE:
        return None
    threshold, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    light = gray > threshold
    is_scan = max(gray.shape) <= MAX_SCAN_SIDE
    if not light.any() or not (is_scan or light.mean() > 1 - _MAX_INK_SHARE):
        return None
    deviation = np.abs(gray[light].astype(np.int16) - int(np.median(gray[light])))
    if (deviation <= _FLAT_DEVIATION).mean() < _FLAT_SHARE:
        return None
    return np.asarray(np.median(image[light], axis=0), np.uint8)
