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

    The left one goes down and turns to the right; the right one goes down beside its foot, and
    ends below it.
    """
    return [
        (left, right)
        for left, foot in enumerate(segments)
        for right, stem in enumerate(segments)
        if left != right and _is_open_four(foot, stem) and _looks_like_four(foot, stem, scorer)
    ]


def _looks_like_four(foot: StrokeSegment, stem: StrokeSegment, scorer: SegmentScorer) -> bool:
    output = scorer.classify([merge_stroke_segments([foot, stem])])
    return bool(output.confidence[0] > _MIN_CONFIDENCE and output.probabilities[0].argmax() == 4)


def _is_open_four(foot: StrokeSegment, stem: StrokeSegment) -> bool:
    left, top, _, height = foot.box
    stem_left, stem_top, stem_width, stem_height = stem.box
    if stem_left + stem_width / 2 < left or stem_width > _MAX_STEM_WIDTH * stem_height:
        return False
    if stem_top < top + _MIN_TOP * height:
        return False
    if stem_top + stem_height < top + (1 + _MIN_DROP) * height:
        return False
    if len(foot.strokes) > 1 or len(stem.strokes) > 1:
        return False
    path = foot.strokes[0]
    end_x, end_y = (path[-1] if path[-1, 1] > path[0, 1] else path[0]).tolist()
    return bool(
        end_x > left + _MIN_FOOT * height
        and end_y > top + (1 - _MAX_FOOT_HEIGHT) * height
        and _GAP[0] * height < stem_left + stem_width / 2 - end_x < _GAP[1] * height
    )
