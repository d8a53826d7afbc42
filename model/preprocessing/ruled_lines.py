"""Ruled and squared paper: where its lines are, the pen's strokes across them left out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_SMALLEST = 200  # pixels; in a smaller picture a line is as likely a stroke
_THICKEST = 60  # a rule is thinner than this part of the picture's length along it
_FAINTEST = 0.2  # of the pen's darkness, from which a pixel may be part of a rule
_TILT = 10.0  # degrees that a rule may lean
_STEP = 0.25  # degrees between directions tried
_COVERED = 0.6  # share of a rule's length that shows
_ENDS = 0.4  # share of its first and last tenth that shows: a rule runs from edge to edge
_FEWEST_RULES = 2  # a single line may be a stroke, such as a tall 1
_MOST_RULES = 80  # a sheet has fewer


def find_ruled_lines(grey: NDArray[np.uint8], level: float) -> NDArray[np.bool_] | None:
    """Where straight lines run across the whole picture, without the strokes that cross them.

    grey: uint8 (height, width), the light taken from the paper; level: what a pen takes, 0-255.
    None where there are no such lines.
    """
    if min(grey.shape) < _SMALLEST:
        return None
    mask = np.asarray(grey > _FAINTEST * level, np.uint8)
    level_rules = _level_rules(mask)
    upright = _level_rules(np.ascontiguousarray(mask.T))
    if level_rules is None and upright is None:
        return None
    rules = np.zeros(mask.shape, np.bool_)
    if level_rules is not None:
        rules |= level_rules
    if upright is not None:
        rules |= upright.T
    return rules


def _level_rules(mask: NDArray[np.uint8]) -> NDArray[np.bool_] | None:
    width = mask.shape[1]
    thickest = max(3, width // _THICKEST)
    tall = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((thickest + 1, 1), np.uint8))
    lines = cv2.HoughLines(
        cv2.subtract(mask, tall),
        rho=2,
        theta=np.radians(_STEP),
        threshold=int(_COVERED / 2 * width),
        min_theta=np.radians(90 - _TILT),
        max_theta=np.radians(90 + _TILT),
    )
    if lines is None:
        return None
    rules = np.zeros(mask.shape, np.bool_)
    apart: list[float] = []
    for distance, angle in lines[:_MOST_RULES, 0].tolist():
        if _mark_rule(rules, mask, distance, angle, thickest):
            at_middle = (distance - width / 2 * np.cos(angle)) / np.sin(angle)
            apart += [at_middle] if all(abs(at_middle - y) > 8 for y in apart) else []
    return rules if len(apart) >= _FEWEST_RULES else None


def _mark_rule(
    rules: NDArray[np.bool_],
    mask: NDArray[np.uint8],
    distance: float,
    angle: float,
    thickest: int,
) -> bool:
    """Mark the line x cos(angle) + y sin(angle) = distance, if it is a rule; whether it is.

    The strip along the line is taken out straight; where what is on the line is no thicker there
    than the line usually is, it is the line and not a stroke across it.
    """
    height, width = mask.shape
    x = np.arange(width)
    middle = np.rint((distance - x * np.cos(angle)) / np.sin(angle)).astype(np.intp)
    centre = 2 * thickest
    rows = np.arange(2 * centre + 1)[:, None]
    y = middle + rows - centre
    inside = (y >= 0) & (y < height)
    y = np.clip(y, 0, height - 1)
    close = slice(centre - 2, centre + 3)
    near = mask[y[close], x] * inside[close]
    shown = near.any(axis=0)
    tenth = max(1, width // 10)
    if min(shown[:tenth].mean(), shown[-tenth:].mean()) < _ENDS or shown.mean() < _COVERED:
        return False
    strip = mask[y, x] * inside
    start = centre - 2 + near.argmax(axis=0)
    above, below = _run(strip, start, -1), _run(strip, start, 1)
    thick = above + below - 1
    usual = float(np.median(thick[shown]))
    wiped = shown & (thick <= usual + max(1.0, 0.5 * usual))
    part = wiped & inside & (rows >= start - above) & (rows <= start + below)
    rules[y[part], np.broadcast_to(x, y.shape)[part]] = True
    return True


def _run(strip: NDArray[np.uint8], start: NDArray[np.intp], step: int) -> NDArray[np.intp]:
    """How many set pixels follow one another in each column from its start, up or down."""
    rows = np.arange(len(strip), dtype=np.int16)[:, None]
    start = start.astype(np.int16)
    ahead = rows >= start if step > 0 else rows <= start
    gaps = np.where(ahead & (strip == 0), np.abs(rows - start), np.int16(len(strip)))
    return np.asarray(gaps.min(axis=0), np.intp)
