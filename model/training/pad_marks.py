"""Numbers on a drawing pad with marks that are no digits: taps, underlines, frames, points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from model.training.pen import Stroke, spline, vary_handwriting
from model.training.pen_paths import DIGITS_FILE, PenPath, read_pen_paths

Drawing = list[Stroke]
Mark = Callable[[Sequence[Drawing], np.random.Generator], tuple[Drawing, str]]
_POINT_DISTANCE = 6.0  # pixels between the points that a pad sends


def draw_with_mark(kind: str, text: str, rng: np.random.Generator) -> tuple[Drawing, Drawing, str]:
    """Return the digits of `text`, the strokes of a mark of that kind, and the text to predict.

    kind: a key of MARKS. Digits are 130 to 220 pixels high. A "?" in the text to predict stands
    for a mark that separates digits or is a sign.
    """
    digits = write_number(text, rng)
    marks, pattern = MARKS[kind](digits, rng)
    remaining = iter(text)
    expected = "".join(next(remaining) if sign == "#" else sign for sign in pattern)
    return [stroke for digit in digits for stroke in digit], marks, expected


def write_number(text: str, rng: np.random.Generator) -> list[Drawing]:
    """Return the strokes of each digit of a number, written from left to right."""
    height = rng.uniform(130, 220)
    left = rng.uniform(20, 60)
    digits = []
    for symbol in text:
        paths = _paths(symbol)
        weights = np.array([path.weight for path in paths])
        path = paths[rng.choice(len(paths), p=weights / weights.sum())]
        strokes = vary_handwriting(path.strokes, rng, variation=rng.uniform(0.2, 0.9))
        low, size = _bounds(strokes)
        scale = height * rng.uniform(0.92, 1.05) / max(size[1], size[0] / 2)
        moved = [
            (stroke - low) * scale + (left, 60 + rng.normal(0, 0.03) * height) for stroke in strokes
        ]
        digits.append([_resample(stroke) for stroke in moved])
        left += size[0] * scale + height * max(0.15, rng.normal(0.3, 0.06))
    return digits


@cache
def _paths(symbol: str) -> list[PenPath]:
    return [path for path in read_pen_paths(DIGITS_FILE) if path.symbol == symbol]


def _bounds(strokes: Sequence[Stroke]) -> tuple[Stroke, Stroke]:
    """Return the top left corner and the width and height of strokes, each (2,)."""
    points = np.concatenate(strokes)
    return points.min(axis=0), np.ptp(points, axis=0)


def _resample(stroke: Stroke) -> Stroke:
    """Return points about _POINT_DISTANCE apart."""
    arc = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    positions = np.linspace(0, arc[-1], max(2, round(arc[-1] / _POINT_DISTANCE) + 1))
    return np.stack([np.interp(positions, arc, stroke[:, axis]) for axis in (0, 1)], axis=1)


def _tap(center: Stroke, rng: np.random.Generator, reach: float = 3.0) -> Stroke:
    """Return one to five points within `reach` pixels of a center (2,)."""
    count = int(rng.integers(1, 6))
    return np.asarray(center + rng.uniform(-reach, reach, (count, 2)).cumsum(axis=0) / count**0.5)


def _all(digits: Sequence[Drawing]) -> tuple[Stroke, Stroke, float]:
    """Return the top left and bottom right corners of all digits, and their mean height."""
    low, size = _bounds([stroke for digit in digits for stroke in digit])
    heights = [float(_bounds(digit)[1][1]) for digit in digits]
    return low, low + size, float(np.mean(heights))


def _taps_beside(digits: Sequence[Drawing], rng: np.random.Generator, side: str) -> Drawing:
    low, high, height = _all(digits)
    distance = rng.uniform(0.12, 0.5) * height
    along = rng.uniform(0, 1, 2)
    x, y = low + along * (high - low)
    center = {
        "before": (low[0] - distance, y),
        "after": (high[0] + distance, y),
        "above": (x, low[1] - distance),
        "below": (x, high[1] + distance),
    }[side]
    return [_tap(np.array(center), rng)]


def _tap_mark(*sides: str) -> Mark:
    def draw(digits: Sequence[Drawing], rng: np.random.Generator) -> tuple[Drawing, str]:
        return [tap for side in sides for tap in _taps_beside(digits, rng, side)], "#" * len(digits)

    return draw


def _palm_dots(digits: Sequence[Drawing], rng: np.random.Generator) -> tuple[Drawing, str]:
    """Draw two to five dots at the lower right, where the hand lies."""
    _, high, height = _all(digits)
    corner = high + rng.uniform(0.05, 0.35, 2) * height
    count = int(rng.integers(2, 6))
    return [_tap(corner + rng.uniform(0, 0.4, 2) * height, rng) for _ in range(count)], "#" * len(
        digits
    )


def _palm_smear(digits: Sequence[Drawing], rng: np.random.Generator) -> tuple[Drawing, str]:
    """Draw one or two short strokes at the lower right."""
    _, high, height = _all(digits)
    corner = high + rng.uniform(0.08, 0.35, 2) * height
    smears = []
    for _ in range(rng.integers(1, 3)):
        start = corner + rng.uniform(0, 0.3, 2) * height
        smears.append(_resample(start + rng.normal(0, 0.05 * height, (3, 2)).cumsum(axis=0)))
    return smears, "#" * len(digits)


def _line(start: Stroke, end: Stroke, rng: np.random.Generator, wave: float) -> Stroke:
    knots = np.linspace(start, end, 5) + np.stack([np.zeros(5), rng.normal(0, wave, 5)], axis=1)
    return _resample(spline(knots))


def _underline(
    length: tuple[float, float], slope: float = 0.03, count: int = 1, zigzag: bool = False
) -> Mark:
    """Draw `count` lines below the digits, `length` times as long as those are wide."""

    def draw(digits: Sequence[Drawing], rng: np.random.Generator) -> tuple[Drawing, str]:
        low, high, height = _all(digits)
        center = (low[0] + high[0]) / 2
        half = max(rng.uniform(*length) * (high[0] - low[0]), 0.4 * height) / 2
        rise = rng.normal(0, slope)
        y = high[1] + height * rng.uniform(0.1, 0.3) + abs(rise) * half
        lines = []
        for _ in range(count):
            start = np.array([center - half, y + rise * half])
            end = np.array([center + half, y - rise * half])
            line = _line(start, end, rng, 0.01 * height)
            if zigzag:
                below = np.array([0.0, 0.05 * height])
                back = _line(end + below, start + 1.6 * below, rng, 2.0)
                line = np.concatenate([line, back])
            lines.append(line if rng.random() < 0.8 else line[::-1])
            y += height * rng.uniform(0.08, 0.15)
        return lines, "#" * len(digits)

    return draw


def _circle(digits: Sequence[Drawing], rng: np.random.Generator) -> tuple[Drawing, str]:
    """Draw a ring around the digits, in one stroke that ends near its start."""
    low, high, _ = _all(digits)
    radius = (high - low) / 2 * np.sqrt(2) * rng.uniform(0.95, 1.25) + 8
    radius[0] = max(radius[0], 0.6 * radius[1])
    start, sweep = rng.uniform(0, 2 * np.pi), rng.uniform(1.85, 2.2) * np.pi
    angles = start + np.linspace(0, sweep, 14) * rng.choice([-1, 1])
    wobble = 1 + rng.normal(0, 0.02, (14, 1))
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1) * wobble * radius
    return [_resample(spline((low + high) / 2 + ring))], "#" * len(digits)


def _box(stroke_count: int) -> Mark:
    def draw(digits: Sequence[Drawing], rng: np.random.Generator) -> tuple[Drawing, str]:
        low, high, height = _all(digits)
        left, top = low - rng.uniform(0.12, 0.3, 2) * height
        right, bottom = high + rng.uniform(0.12, 0.3, 2) * height
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        corners += rng.normal(0, 0.02 * height, corners.shape)
        sides = [np.stack([corners[i], corners[(i + 1) % 4]]) for i in range(4)]
        if stroke_count == 1:
            return [_resample(np.concatenate(sides))], "#" * len(digits)
        if stroke_count == 2:
            return [_resample(np.concatenate(pair)) for pair in (sides[:2], sides[2:])], "#" * len(
                digits
            )
        return [_resample(side) for side in sides], "#" * len(digits)

    return draw


def _gap(digits: Sequence[Drawing], rng: np.random.Generator) -> tuple[str, float, float, float]:
    """Make room between two of the digits, and return where.

    Returns the text to predict, the x in the middle of the gap, the baseline, and the height.
    """
    index = int(rng.integers(1, len(digits)))
    _, _, height = _all(digits)
    for digit in digits[index:]:
        digit[:] = [stroke + np.array([0.2 * height, 0.0]) for stroke in digit]
    left, right = _bounds(digits[index - 1]), _bounds(digits[index])
    x = (left[0][0] + left[1][0] + right[0][0]) / 2
    baseline = float(np.mean([low[1] + size[1] for low, size in (left, right)]))
    return f"{'#' * index}?{'#' * (len(digits) - index)}", float(x), baseline, height


def _separator(kind: str) -> Mark:
    def draw(digits: Sequence[Drawing], rng: np.random.Generator) -> tuple[Drawing, str]:
        pattern, x, baseline, height = _gap(digits, rng)
        low = np.array([x, baseline - rng.uniform(0.0, 0.08) * height])
        if kind == "point":
            marks = [_tap(low, rng, 0.02 * height)]
        elif kind == "comma":
            length = rng.uniform(0.14, 0.25) * height
            knots = low + np.array([[0, 0], [0.02, 0.5], [-0.25, 1]]) * length
            marks = [_resample(spline(knots))]
        elif kind == "colon":
            upper = low - (rng.normal(0, 0.02) * height, rng.uniform(0.35, 0.6) * height)
            marks = [_tap(upper, rng, 0.02 * height), _tap(low, rng, 0.02 * height)]
        else:
            half = rng.uniform(0.08, 0.12) * height
            middle = low - (0, rng.uniform(0.35, 0.55) * height)
            reach = np.array([half, 0.0])
            marks = [_line(middle - reach, middle + reach, rng, 0.01 * height)]
        return marks, pattern

    return draw


def _minus(digits: Sequence[Drawing], rng: np.random.Generator) -> tuple[Drawing, str]:
    """Draw a minus sign before the number."""
    low, high, height = _all(digits)
    length = rng.uniform(0.25, 0.5) * height
    end = np.array(
        [low[0] - rng.uniform(0.15, 0.3) * height, (low[1] + high[1]) / 2 + rng.normal(0, 8)]
    )
    return [_line(end - (length, 0), end, rng, 0.01 * height)], "?" + "#" * len(digits)


MARKS: dict[str, Mark] = {
    "tap before": _tap_mark("before"),
    "tap after": _tap_mark("after"),
    "tap above": _tap_mark("above"),
    "tap below": _tap_mark("below"),
    "two taps": _tap_mark("before", "after"),
    "palm dots": _palm_dots,
    "palm smear": _palm_smear,
    "short underline": _underline((0.5, 0.9)),
    "long underline": _underline((1.1, 1.6)),
    "double underline": _underline((0.9, 1.4), count=2),
    "slanted underline": _underline((0.9, 1.4), slope=0.12),
    "underline there and back": _underline((0.9, 1.4), zigzag=True),
    "circle": _circle,
    "box in one stroke": _box(1),
    "box in two strokes": _box(2),
    "box in four strokes": _box(4),
    "decimal point": _separator("point"),
    "decimal comma": _separator("comma"),
    "colon": _separator("colon"),
    "dash": _separator("dash"),
    "minus sign": _minus,
}
SEPARATORS = ("decimal point", "decimal comma", "colon", "dash")  # for numbers of two digits on
