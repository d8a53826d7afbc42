"""Tell a 7 whose bar is low from a 2: without its bar it is a clear 7."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from model.network import NetworkOutput
from model.preprocessing.strokes import Stroke
from model.segmentation.segments import Segment, StrokeSegment

_MAX_STROKES = 3
_MIN_STEM = 0.05  # share of the height by which a 7 reaches below its bar; a 2 ends with it
_MAX_BAR_HEIGHT = 0.6  # height / width of a bar; it may begin with a hook
_MIN_CONFIDENCE = 0.8  # of the 7 without its bar


def correct_crossed_sevens(
    segments: Sequence[Segment],
    output: NetworkOutput,
    classify: Callable[[Sequence[Segment]], NetworkOutput],
    digit_threshold: float,
) -> NetworkOutput:
    """Return the output with those of sevens that look like a 2, or like no digit, corrected.

    Their probabilities are those of the longest stroke alone. classify: returns the network's
    output for segments. digit_threshold: least digit probability of a digit.
    """
    values = output.probabilities.argmax(axis=1).tolist()
    rejected = (output.digit_probability < digit_threshold).tolist()
    stems: dict[int, Segment] = {}
    for index, (segment, value, is_rejected) in enumerate(
        zip(segments, values, rejected, strict=True)
    ):
        if (value == 2 or (value == 7 and is_rejected)) and (stem := _without_bar(segment)):
            stems[index] = stem
    if not stems:
        return output
    alone = classify(list(stems.values()))
    is_seven = (alone.probabilities.argmax(axis=1) == 7) & (alone.confidence >= _MIN_CONFIDENCE)
    changed, sources = np.array(list(stems))[is_seven], np.flatnonzero(is_seven)
    probabilities, digit_probability = output.probabilities.copy(), output.digit_probability.copy()
    confidence, sure = output.confidence.copy(), output.sure.copy()
    probabilities[changed] = alone.probabilities[sources]
    sure[changed] = alone.sure[sources] & (digit_probability[changed] >= digit_threshold)
    digit_probability[changed] = alone.digit_probability[sources]
    confidence[changed] = alone.confidence[sources]
    return NetworkOutput(
        probabilities, digit_probability, confidence, sure, output.embedding, output.attention
    )


def _without_bar(segment: Segment) -> StrokeSegment | None:
    """Return the longest stroke of a segment, if a shorter one lies across it above its end."""
    if not isinstance(segment, StrokeSegment) or not 2 <= len(segment.strokes) <= _MAX_STROKES:
        return None
    lengths = [float(np.hypot(*np.diff(stroke, axis=0).T).sum()) for stroke in segment.strokes]
    longest = lengths.index(max(lengths))
    stem = segment.strokes[longest]
    bars = [stroke for index, stroke in enumerate(segment.strokes) if index != longest]
    bottom, height = float(stem[:, 1].max()), float(np.ptp(stem[:, 1]))
    alone = StrokeSegment((stem,))
    if all(_crosses(bar, alone, bottom - _MIN_STEM * height) for bar in bars):
        return alone
    return None


def _crosses(bar: Stroke, stem: StrokeSegment, lowest: float) -> bool:
    """Return whether a flat stroke lies across a stem, above the height `lowest`."""
    width, height = np.ptp(bar, axis=0).tolist()
    if height > _MAX_BAR_HEIGHT * width:
        return False
    points = stem.ink_points
    y = float(np.median(bar[:, 1]))
    x = float(points[np.abs(points[:, 1] - y).argmin(), 0])
    return y < lowest and float(bar[:, 0].min()) < x < float(bar[:, 0].max())
