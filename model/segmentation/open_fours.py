"""Find fours whose two strokes do not meet, which positions alone take for two ones."""

from __future__ import annotations

from collections.abc import Sequence

from model.segmentation.scoring import SegmentScorer
from model.segmentation.segments import StrokeSegment, merge_stroke_segments

_MIN_CONFIDENCE = 0.9  # of the 4
# Shares of the height of the left stroke:
_MIN_FOOT = 0.15  # by which its foot reaches to the right of its leftmost point
_MAX_FOOT_HEIGHT = 0.35  # of its foot above its lowest point
_GAP = -0.2, 0.35  # from its foot to the right stroke
_MIN_DROP = 0.06  # by which the right stroke ends below the left one
_MIN_TOP = 0.1  # by which the right stroke starts below the top of the left one
_MAX_STEM_WIDTH = 0.6  # width / height of the right stroke


def find_open_fours(
    segments: Sequence[StrokeSegment], scorer: SegmentScorer
) -> list[tuple[int, int]]:
    """Return the indices of pairs of strokes that lie and look like the two strokes of a 4.

    The left one goes down and turns to the right; the right one goes down next to its foot, and
    ends below it.
    """
    stems = [
        (index, segment)
        for index, segment in enumerate(segments)
        if segment.box[2] <= _MAX_STEM_WIDTH * segment.box[3] and len(segment.strokes) == 1
    ]
    return [
        (left, right)
        for left, foot in enumerate(segments)
        if stems and _turns_right(foot)
        for right, stem in stems
        if left != right and _is_beside(stem, foot) and _looks_like_four(foot, stem, scorer)
    ]


def _looks_like_four(foot: StrokeSegment, stem: StrokeSegment, scorer: SegmentScorer) -> bool:
    if not scorer.reserve(1, 0):
        return False
    output = scorer.classify([merge_stroke_segments([foot, stem])])
    return bool(output.confidence[0] > _MIN_CONFIDENCE and output.probabilities[0].argmax() == 4)


def _turns_right(segment: StrokeSegment) -> bool:
    """Return whether a segment is one stroke that ends low and to the right."""
    left, top, _, height = segment.box
    x, y = _foot_end(segment)
    return (
        len(segment.strokes) == 1
        and x > left + _MIN_FOOT * height
        and y > top + (1 - _MAX_FOOT_HEIGHT) * height
    )


def _foot_end(segment: StrokeSegment) -> tuple[float, float]:
    """Return the lower end of the first stroke."""
    path = segment.strokes[0]
    x, y = (path[-1] if path[-1, 1] > path[0, 1] else path[0]).tolist()
    return x, y


def _is_beside(stem: StrokeSegment, foot: StrokeSegment) -> bool:
    """Return whether a stem is next to the end of a foot, and reaches below it."""
    left, top, _, height = foot.box
    stem_left, stem_top, stem_width, stem_height = stem.box
    middle = stem_left + stem_width / 2
    return (
        middle > left
        and stem_top > top + _MIN_TOP * height
        and stem_top + stem_height > top + (1 + _MIN_DROP) * height
        and _GAP[0] * height < middle - _foot_end(foot)[0] < _GAP[1] * height
    )
