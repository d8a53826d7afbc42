"""Which neighbouring marks are one digit: the grouping that place and network like best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from model.marks import Mark

M = TypeVar("M", bound=Mark)

_LARGEST_GROUP = 4  # marks of one digit
_CERTAIN = 4.0  # log odds from which place alone decides
_NARROWEST = 0.2  # of the tallest mark; a bar is taken to be as wide
_STEEP = 25.0  # log odds for an overlap as wide as the tallest mark is high
_USUAL_OVERLAP = 0.05  # of the tallest mark, at which one digit is as likely as two
_LEAST = 1e-3  # confidence below which nothing is more unlikely


def group(
    row: Sequence[M],
    join: Callable[[Sequence[M]], M],
    confidence: Callable[[list[M]], list[float]],
    rarity: float = 0.0,
) -> list[M]:
    """The marks of a row joined to digits, in the row's order.

    rarity: by how many log odds digits of several marks are rarer than on a pad, whose every lift
    of the pen begins a mark.
    Two neighbours that overlap are likely one digit, two that lie apart are not. Where place leaves
    doubt, the network is asked, and the most likely grouping wins (a Viterbi path, 1967).
    """
    if len(row) == 1:
        return list(row)
    odds = [value - rarity for value in _odds(np.array([mark.box for mark in row]))]
    joined: list[M] = []
    start = 0
    for end in range(1, len(row) + 1):
        if end == len(row) or odds[end - 1] < -_CERTAIN:
            joined += likeliest(row[start:end], odds[start : end - 1], join, confidence)
            start = end
    return joined


def _odds(boxes: NDArray[np.float64]) -> list[float]:
    """Log odds that each two neighbours are of one digit, from their boxes."""
    tall = float(np.maximum(boxes[:, 3], boxes[:, 2] / 2).max())
    middle, half = boxes[:, 0] + boxes[:, 2] / 2, np.maximum(boxes[:, 2], _NARROWEST * tall) / 2
    left, right = middle - half, middle + half
    gap = np.maximum(left[1:], left[:-1]) - np.minimum(right[1:], right[:-1])
    odds: list[float] = (-_STEEP * (gap / tall + _USUAL_OVERLAP)).tolist()
    return odds


def likeliest(
    row: Sequence[M],
    odds: Sequence[float],
    join: Callable[[Sequence[M]], M],
    confidence: Callable[[list[M]], list[float]],
    largest: int = _LARGEST_GROUP,
) -> list[M]:
    """The likeliest of all groupings of neighbours.

    odds: log odds that each two neighbours are of one digit. confidence: the network's, of marks.
    largest: as many marks at most are one digit.
    """
    count = len(row)
    if count == 1:
        return list(row)
    cuts = [k + 1 for k, value in enumerate(odds) if value < _CERTAIN]
    if not cuts:
        return [join(row)]
    ends = [0, *cuts, count]
    spans = [(a, b) for i, a in enumerate(ends[:-1]) for b in ends[i + 1 : i + 1 + largest]]
    marks = [join(row[a:b]) for a, b in spans]
    sure = confidence(marks)
    best: dict[int, tuple[float, list[M]]] = {0: (0.0, [])}
    for end in ends[1:]:
        options = []
        for (a, b), mark, chance in zip(spans, marks, sure, strict=True):
            if b != end or a not in best:
                continue
            score, before = best[a]
            score += float(np.log(max(chance, _LEAST)))
            score += sum(-np.logaddexp(0, -odds[k]) for k in range(a, b - 1))
            score += -float(np.logaddexp(0, odds[a - 1])) if a else 0.0
            options.append((score, [*before, mark]))
        best[end] = max(options, key=lambda option: option[0])
    return best[count][1]
