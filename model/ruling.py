"""Ruled and squared paper: its lines taken out of the ink, the pen's strokes across them kept."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_SMALLEST = 200  # pixels; in a smaller picture a line is as likely a stroke
_THICKEST = 60  # a rule is thinner than this part of the picture's length along it
_FAINTEST = 50  # of 255, from which a pixel may be part of a rule
_TILT = 10.0  # degrees that a rule may lean
_STEP = 0.25  # degrees between directions tried
_COVERED = 0.6  # share of a rule's length that shows
_ENDS = 0.4  # share of its first and last tenth that shows: a rule runs from edge to edge
_MOST_RULES = 80  # a sheet has fewer


def without_rules(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The ink (height, width), uint8, without lines that run straight across the whole picture."""
    if min(ink.shape) < _SMALLEST:
        return ink
    across = _without_level_rules(ink)
    upright = cv2.rotate(_without_level_rules(_turned(across)), cv2.ROTATE_90_COUNTERCLOCKWISE)
    return np.asarray(upright, np.uint8)


def _turned(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.rotate(ink, cv2.ROTATE_90_CLOCKWISE), np.uint8)


def _without_level_rules(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    width = ink.shape[1]
    thickest = max(3, width // _THICKEST)
    mask = np.asarray(ink > _FAINTEST, np.uint8)
    tall = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((thickest + 1, 1), np.uint8))
    lines = cv2.HoughLines(
        mask - tall,
        rho=2,
        theta=np.radians(_STEP),
        threshold=int(_COVERED / 2 * width),
        min_theta=np.radians(90 - _TILT),
        max_theta=np.radians(90 + _TILT),
    )
    if lines is None:
        return ink
    cleared = ink.copy()
    for distance, angle in lines[:_MOST_RULES, 0].tolist():
        _clear(cleared, mask, distance, angle, thickest)
    return cleared


def _clear(
    ink: NDArray[np.uint8], mask: NDArray[np.uint8], distance: float, angle: float, thickest: int
) -> None:
    """Wipe the line x cos(angle) + y sin(angle) = distance out of ink and mask, if it is a rule.

    The strip along the line is taken out straight; where what is on the line is no thicker there
    than the line usually is, it is the line and not a stroke across it.
    """
    height, width = ink.shape
    x = np.arange(width)
    middle = np.rint((distance - x * np.cos(angle)) / np.sin(angle)).astype(np.intp)
    offsets = np.arange(-2 * thickest, 2 * thickest + 1)[:, None]
    y = middle + offsets
    strip = mask[np.clip(y, 0, height - 1), x] * ((y >= 0) & (y < height))
    centre = 2 * thickest
    near = strip[centre - 2 : centre + 3]
    shown = near.any(axis=0)
    tenth = max(1, width // 10)
    if min(shown[:tenth].mean(), shown[-tenth:].mean()) < _ENDS or shown.mean() < _COVERED:
        return
    start = np.clip(centre - 2 + near.argmax(axis=0), 0, len(strip) - 1)
    below = _run(strip, start, 1)
    above = _run(strip, start, -1)
    thick = below + above - 1
    usual = float(np.median(thick[shown]))
    wiped = shown & (thick <= usual + max(2.0, 0.5 * usual))
    rows = offsets + centre
    part = wiped & (rows > start - above - 1) & (rows < start + below + 1)
    at_y, at_x = np.clip(y, 0, height - 1)[part], np.broadcast_to(x, y.shape)[part]
    ink[at_y, at_x] = 0
    mask[at_y, at_x] = 0


def _run(strip: NDArray[np.uint8], start: NDArray[np.intp], step: int) -> NDArray[np.intp]:
    """How many set pixels follow one another in each column from its start, up or down."""
    rows = np.arange(len(strip))[:, None]
    ahead = rows >= start if step > 0 else rows <= start
    gaps = np.where(ahead & (strip == 0), np.abs(rows - start), len(strip))
    return np.asarray(gaps.min(axis=0), np.intp)
