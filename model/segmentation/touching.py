"""Split a segment of touching digits: choose their number and the cuts between them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from model.segmentation.scoring import AMBIGUITY_MARGIN, SegmentScorer
from model.segmentation.seams import cut_at_seams
from model.segmentation.segments import ImageSegment, merge_image_segments, merged_pixel_count

# Measured on MNIST's training digits, moved together until they touch: width / height of a segment
# for each digit in it.
_DIGIT_WIDTH = 0.69
_DIGIT_WIDTH_DEVIATION = 0.3
_SPLIT_PENALTY = 1.0  # log odds by which several touching digits are rarer than one
_SPLIT_PENALTY_IN_NUMBER = -1.0  # the same in a number, for a segment that is not clearly a digit
_MAX_SLICES_PER_DIGIT = 8  # slices are at least 0.15 of the height apart

Splits = dict[int, tuple[float, list[ImageSegment]]]  # number of digits: log score and digits


def split_touching(
    segment: ImageSegment, scorer: SegmentScorer, *, alone: bool
) -> list[ImageSegment]:
    """Return the digits in a segment, left to right, most likely by the network and by its width.

    alone: whether it is the only segment; among others it is more likely to be several digits, and
    rarely a non-digit. If the scorer's budget does not suffice, the segment is returned whole.
    """
    _, _, width, height = segment.box
    penalty = _SPLIT_PENALTY if alone else _SPLIT_PENALTY_IN_NUMBER
    slices = cut_at_seams(segment)
    spans = _spans(len(slices))
    pixels = sum(merged_pixel_count(slices[start:end]) for start, end in spans)
    if not scorer.reserve(len(spans), pixels):
        return [segment]
    splits = _best_split_by_count(slices, spans, scorer, alone)
    totals = {
        count: score + _width_log_density(count, width / height) - (penalty if count > 1 else 0.0)
        for count, (score, _) in splits.items()
    }
    best_count = max(totals, key=totals.__getitem__)
    digits = splits[best_count][1]
    if alone and best_count > 1 and totals[best_count] - totals[1] < AMBIGUITY_MARGIN:
        scorer.mark_ambiguous(digits)
    return digits


def _width_log_density(count: int, aspect: float) -> float:
    """Return the log density, up to a constant, of width / height of `count` touching digits."""
    deviation = _DIGIT_WIDTH_DEVIATION * math.sqrt(count)
    return -0.5 * ((aspect - _DIGIT_WIDTH * count) / deviation) ** 2 - math.log(deviation)


def _spans(count: int) -> list[tuple[int, int]]:
    """Return start and end of all runs of slices that may be one digit, ordered by their ends."""
    return [
        (start, end)
        for end in range(1, count + 1)
        for start in range(end)
        if end - start <= _MAX_SLICES_PER_DIGIT or end - start == count
    ]


def _best_split_by_count(
    slices: Sequence[ImageSegment],
    spans: Sequence[tuple[int, int]],
    scorer: SegmentScorer,
    alone: bool,
) -> Splits:
    """Return, for each number of digits, the best way to merge the slices into so many.

    Found by dynamic programming, separately for each number.
    """
    count = len(slices)
    candidates = [merge_image_segments(slices[start:end]) for start, end in spans]
    isolated = [alone and end - start == count for start, end in spans]
    scores = scorer.score(candidates, [1] * len(spans), isolated)
    best: list[Splits] = [{} for _ in range(count + 1)]  # of the slices before each index
    best[0][0] = 0.0, []
    for (start, end), candidate, score in zip(spans, candidates, scores.tolist(), strict=True):
        for digit_count, (total, digits) in best[start].items():
            current = best[end].get(digit_count + 1)
            if current is None or total + score > current[0]:
                best[end][digit_count + 1] = total + score, [*digits, candidate]
    return best[count]
