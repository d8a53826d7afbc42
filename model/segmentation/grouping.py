"""Group segments into digits, by their positions and by the network's confidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from model.segmentation.affinity import affinity_matrix
from model.segmentation.lines import group_into_lines
from model.segmentation.scoring import AMBIGUITY_MARGIN, SegmentScorer
from model.segmentation.segments import SegmentT, merged_pixel_count

_MAX_GROUP_SIZE = 4  # parts of one digit, besides those that positions alone merge
_SPLIT_LOG_ODDS = 8.0  # against one digit, above which positions alone separate segments
_MERGE_LOG_ODDS = 6.0  # log odds of one digit above which positions alone merge segments


def group_into_digits(
    segments: Sequence[SegmentT],
    merge: Callable[[Sequence[SegmentT]], SegmentT],
    scorer: SegmentScorer,
    multi_segment_penalty: float = 0.0,
    linked: Sequence[tuple[int, int]] = (),
) -> list[list[SegmentT]]:
    """Return one merged segment for each digit, in lines from top to bottom, left to right.

    multi_segment_penalty: log odds by which digits of several segments are rarer than on a pad,
    where every pen stroke is a segment.
    linked: indices of pairs of segments whose positions do not speak against one digit.
    """
    if len(segments) == 1:
        return [list(segments)]
    affinity = affinity_matrix(segments, _SPLIT_LOG_ODDS) - multi_segment_penalty
    for first, second in linked:
        affinity[first, second] = max(affinity[first, second], 0.0)
        affinity[second, first] = affinity[first, second]
    index_of = {segment: index for index, segment in enumerate(segments)}
    lines = []
    for line in group_into_lines(segments, affinity):
        indices = [index_of[segment] for segment in line]
        lines.append(group_line(line, affinity[np.ix_(indices, indices)], merge, scorer))
    return lines


def group_line(
    line: Sequence[SegmentT],
    affinity: NDArray[np.float64],
    merge: Callable[[Sequence[SegmentT]], SegmentT],
    scorer: SegmentScorer,
) -> list[SegmentT]:
    """Return one merged segment for each digit of a line, in the line's order.

    affinity: log odds (n, n) that two segments belong to one digit. Positions alone separate the
    line where these are below -_SPLIT_LOG_ODDS; `best_grouping` decides about each part.
    """
    # The maximum of affinity[:i + 1, i + 1:], for each gap i between neighbors.
    maxima = np.maximum.accumulate(np.maximum.accumulate(affinity, 0)[:, ::-1], 1)[:, ::-1]
    log_odds = maxima.diagonal(1).tolist()
    digits: list[SegmentT] = []
    start = 0
    for end in range(1, len(line) + 1):
        if end == len(line) or log_odds[end - 1] < -_SPLIT_LOG_ODDS:
            digits += best_grouping(line[start:end], log_odds[start : end - 1], merge, scorer)
            start = end
    return digits


def best_grouping(
    segments: Sequence[SegmentT],
    log_odds: Sequence[float],
    merge: Callable[[Sequence[SegmentT]], SegmentT],
    scorer: SegmentScorer,
) -> list[SegmentT]:
    """Return the most likely grouping of neighbors, found by dynamic programming (Viterbi 1967).

    log_odds: (n - 1,), for each gap, that segments to its left and right belong to one digit. If
    the scorer's budget does not suffice, the segments are returned ungrouped.
    """
    count = len(segments)
    if count == 1:
        return list(segments)
    cuts = [gap + 1 for gap, value in enumerate(log_odds) if value < _MERGE_LOG_ODDS]
    if not cuts:
        return [merge(segments)]
    bounds = [0, *cuts, count]
    spans = [
        (start, end)
        for index, start in enumerate(bounds[:-1])
        for end in bounds[index + 1 : index + 1 + _MAX_GROUP_SIZE]
    ]
    if len(bounds) - 1 > _MAX_GROUP_SIZE:
        spans.append((0, count))
    pixels = sum(merged_pixel_count(segments[start:end]) for start, end in spans)
    if not scorer.reserve(len(spans), pixels):
        return list(segments)
    candidates = [merge(segments[start:end]) for start, end in spans]
    scores = scorer.score(
        candidates,
        [end - start for start, end in spans],
        [end - start == count for start, end in spans],
    ).tolist()
    ending_at: dict[int, list[tuple[int, SegmentT, float]]] = {end: [] for end in bounds}
    for (start, end), candidate, score in zip(spans, candidates, scores, strict=True):
        ending_at[end].append((start, candidate, score))
    best: dict[int, tuple[float, list[SegmentT]]] = {0: (0.0, [])}
    for end in bounds[1:]:
        options = []
        for start, candidate, score in ending_at[end]:
            total, digits = best[start]
            total += score
            total -= sum(float(np.logaddexp(0, -log_odds[gap])) for gap in range(start, end - 1))
            total -= float(np.logaddexp(0, log_odds[start - 1])) if start else 0.0
            options.append((total, [*digits, candidate]))
        best[end] = max(options, key=lambda option: option[0])
    best_total, best_digits = best[count]
    (single_total,) = (total for total, digits in options if len(digits) == 1)
    if len(best_digits) > 1 and best_total - single_total < AMBIGUITY_MARGIN:
        scorer.mark_ambiguous(best_digits)
    return best_digits
