"""What turns logits into honest chances: one temperature and two thresholds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.training import NOT_A_DIGIT

Floats = NDArray[np.float32]


def softmax(logits: Floats) -> Floats:
    """Chances (n, k) of logits (n, k); each row sums to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def best_temperature(logits: Floats, labels: NDArray[np.int64]) -> float:
    """The temperature under which the labels are likeliest (Guo et al. 2017).

    https://arxiv.org/abs/1706.04599. Searched on a grid of 0.3 to 3, two decimals.
    """
    rows = np.arange(len(labels))
    candidates = np.arange(0.3, 3.0, 0.01)
    losses = [-np.log(softmax(logits / t)[rows, labels] + 1e-12).mean() for t in candidates]
    return round(float(candidates[int(np.argmin(losses))]), 2)


def digit_threshold(rarer: float, worse: float = 3.0) -> float:
    """The chance of being a digit below which a mark is refused.

    rarer: see `rarity`. worse: how many times worse it is to refuse a digit than to take a sign for
    one, unsurely.
    """
    return round(float(1 / (1 + worse * np.exp(rarer))), 4)


def sure_digit_threshold(
    of_marks: Floats, temperature: float, rarer: float, sure: float, share: float
) -> float:
    """The chance of being a digit from which no more than a share of these marks pass for digits.

    of_marks: logits of marks that are none. rarer: see `rarity`. sure: the confidence that a mark
    has to reach as well.
    """
    scaled = of_marks / temperature
    digit = 1 - softmax(scaled)[:, NOT_A_DIGIT]
    scaled[:, NOT_A_DIGIT] -= rarer
    confident = softmax(scaled)[:, :NOT_A_DIGIT].max(axis=1) >= sure
    return round(float(np.quantile(np.where(confident, digit, 0), 1 - share)), 4)


def rarity(trained: float, met: float) -> float:
    """By how many log odds a class is rarer where it is met than where it was trained.

    trained, met: the class's share of all samples, 0 to 1. To subtract from its logit when the
    chances are to hold where it is met (Saerens et al. 2002).
    """
    return round(float(np.log(trained / (1 - trained)) - np.log(met / (1 - met))), 4)


def calibration_error(confidences: Floats, right: NDArray[np.bool_], bins: int = 15) -> float:
    """Expected calibration error: |confidence - accuracy| over equal bins, weighted by size."""
    place = np.minimum((confidences * bins).astype(int), bins - 1)
    gaps = np.bincount(place, confidences - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidences))
