"""Touching digits: into how many a piece of ink falls apart, and where."""

from __future__ import annotations

import math
from collections.abc import Sequence

from model.segmentation.scoring import CONTESTED, SegmentScorer
from model.segmentation.seams import cut_at_seams
from model.segmentation.segments import ImageSegment, joined_pixels, merge_image_segments

# As with MNIST's training digits slid together until they touch: each adds so much of the height
# to the width, give or take. That several touch is rarer than one alone, in log odds.
_WIDTH = 0.69
_SPREAD = 0.3
_RARITY = 1.0
_LONGEST = 8  # slices of one digit: the thinnest lie 0.15 of the height apart
_RARITY_AMONG = -1.0  # the same in a number, of a mark that reads as no one digit for sure


def part(mark: ImageSegment, judge: SegmentScorer, *, alone: bool) -> list[ImageSegment]:
    """The digits in a mark, left to right: the likeliest by the network and by the mark's width.

    alone: whether it is all there is; among others it is rather more than one digit, and hardly
    ever a sign that is none. Where there is more to try than the judge affords, it stays whole.
    """
    _, _, width, height = mark.box
    rarity = _RARITY if alone else _RARITY_AMONG
    slices = cut_at_seams(mark)
    spans = _spans(len(slices))
    if not judge.afford(len(spans), sum(joined_pixels(slices[a:b]) for a, b in spans)):
        return [mark]
    found = _likeliest_by_count(slices, spans, judge, alone)
    chances = {
        count: chance + _log_density(count, width / height) - (rarity if count > 1 else 0.0)
        for count, (chance, _) in found.items()
    }
    count = max(chances, key=chances.__getitem__)
    digits = found[count][1]
    if alone and count > 1 and chances[count] - chances[1] < CONTESTED:
        judge.contest(digits)
    return digits


def _log_density(count: int, width: float) -> float:
    """How likely so many digits are so wide together, in heights; up to a constant."""
    spread = _SPREAD * math.sqrt(count)
    return -0.5 * ((width - _WIDTH * count) / spread) ** 2 - math.log(spread)


def _spans(size: int) -> list[tuple[int, int]]:
    """From where to where slices may be one digit, by their ends; all of them always may."""
    return [
        (start, end)
        for end in range(1, size + 1)
        for start in range(end)
        if end - start <= _LONGEST or end - start == size
    ]


def _likeliest_by_count(
    slices: Sequence[ImageSegment],
    spans: Sequence[tuple[int, int]],
    judge: SegmentScorer,
    alone: bool,
) -> dict[int, tuple[float, list[ImageSegment]]]:
    """For each number of digits the likeliest way to join slices to so many, and its log chance.

    A Viterbi path for each number.
    """
    size = len(slices)
    marks = [merge_image_segments(slices[start:end]) for start, end in spans]
    signs = [alone and end - start == size for start, end in spans]
    scores = judge.score(marks, [1] * len(spans), signs)
    best: list[dict[int, tuple[float, list[ImageSegment]]]] = [{} for _ in range(size + 1)]
    best[0][0] = 0.0, []
    for (start, end), mark, score in zip(spans, marks, scores.tolist(), strict=True):
        for count, (chance, before) in best[start].items():
            known = best[end].get(count + 1)
            if known is None or chance + score > known[0]:
                best[end][count + 1] = chance + score, [*before, mark]
    return best[size]
