"""Which neighbouring marks are one digit: the grouping that place and network like best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from model.segmentation.affinity import affinity_matrix
from model.segmentation.lines import group_into_lines
from model.segmentation.scoring import CONTESTED, SegmentScorer
from model.segmentation.segments import Segment, joined_pixels

M = TypeVar("M", bound=Segment)

_LARGEST_GROUP = 4  # parts of one digit that place does not hold together
_CERTAIN = 8.0  # log odds against one digit from which place alone parts marks
_JOINED = 6.0  # log odds for one digit from which place alone joins them


def group_in_rows(
    marks: Sequence[M], join: Callable[[Sequence[M]], M], judge: SegmentScorer, rarity: float = 0.0
) -> list[list[M]]:
    """The marks joined to digits, in rows from top to bottom, each row in its order.

    rarity: by how many log odds digits of several marks are rarer than on a pad, whose every lift
    of the pen begins a mark.
    """
    if len(marks) == 1:
        return [list(marks)]
    ties = affinity_matrix(marks, _CERTAIN) - rarity
    place = {mark: number for number, mark in enumerate(marks)}
    groups = []
    for row in group_into_lines(marks, ties):
        numbers = [place[mark] for mark in row]
        groups.append(group(row, ties[np.ix_(numbers, numbers)], join, judge))
    return groups


def group(
    row: Sequence[M],
    ties: NDArray[np.float64],
    join: Callable[[Sequence[M]], M],
    judge: SegmentScorer,
) -> list[M]:
    """The marks of a row joined to digits, in the row's order.

    ties: log odds (n, n) that each two marks are of one digit, from their place. Where place leaves
    doubt, the network is asked, and the most likely grouping wins (a Viterbi path, 1967).
    """
    across = np.maximum.accumulate(np.maximum.accumulate(ties, 0)[:, ::-1], 1)[:, ::-1]
    odds = across.diagonal(1).tolist()  # the strongest tie between what lies left and right
    joined: list[M] = []
    start = 0
    for end in range(1, len(row) + 1):
        if end == len(row) or odds[end - 1] < -_CERTAIN:
            joined += likeliest(row[start:end], odds[start : end - 1], join, judge)
            start = end
    return joined


def likeliest(
    row: Sequence[M],
    odds: Sequence[float],
    join: Callable[[Sequence[M]], M],
    judge: SegmentScorer,
) -> list[M]:
    """The likeliest of all groupings of neighbours.

    odds: log odds that what lies left and right of each gap is of one digit. Where there is more
    to try than the judge affords, the marks are left as they are.
    """
    count = len(row)
    if count == 1:
        return list(row)
    cuts = [k + 1 for k, value in enumerate(odds) if value < _JOINED]
    if not cuts:
        return [join(row)]
    ends = [0, *cuts, count]
    spans = [(a, b) for i, a in enumerate(ends[:-1]) for b in ends[i + 1 : i + 1 + _LARGEST_GROUP]]
    if len(ends) - 1 > _LARGEST_GROUP:
        spans.append((0, count))
    if not judge.afford(len(spans), sum(joined_pixels(row[a:b]) for a, b in spans)):
        return list(row)
    marks = [join(row[a:b]) for a, b in spans]
    chances = judge.score(
        marks, [b - a for a, b in spans], [b - a == count for a, b in spans]
    ).tolist()
    ending: dict[int, list[tuple[int, M, float]]] = {end: [] for end in ends}
    for (a, b), mark, chance in zip(spans, marks, chances, strict=True):
        ending[b].append((a, mark, chance))
    best: dict[int, tuple[float, list[M]]] = {0: (0.0, [])}
    for b in ends[1:]:
        options = []
        for a, mark, chance in ending[b]:
            total, before = best[a]
            total += chance
            total -= sum(float(np.logaddexp(0, -odds[k])) for k in range(a, b - 1))
            total -= float(np.logaddexp(0, odds[a - 1])) if a else 0.0
            options.append((total, [*before, mark]))
        best[b] = max(options, key=lambda option: option[0])
    chance, chosen = best[count]
    (whole,) = (total for total, digits in options if len(digits) == 1)
    if len(chosen) > 1 and chance - whole < CONTESTED:
        judge.contest(chosen)
    return chosen
