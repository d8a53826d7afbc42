"""Calibration: fit one temperature and two thresholds on held-out data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.training import NOT_A_DIGIT

SERVED_NEGATIVE_SHARE = 0.05  # share of what people draw when digits are expected
SURE_THRESHOLD = 0.9  # least confidence of the verdict "digit"
MAX_SURE_NEGATIVES = 1 / 80  # greatest share of negatives that may get the verdict "digit"

Floats = NDArray[np.float32]
_TEMPERATURES = np.arange(0.3, 3.0, 0.01)


def softmax(logits: Floats) -> Floats:
    """Return the probabilities (n, k) of logits (n, k); each row sums to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def fit_temperature(
    logits: Floats, labels: NDArray[np.int64], candidates: NDArray[np.float64] = _TEMPERATURES
) -> float:
    """Return the temperature that maximizes the likelihood of the labels (Guo et al. 2017).

    Temperature scaling, https://arxiv.org/abs/1706.04599. candidates: temperatures that are tried,
    by default 0.3 to 3 in steps of 0.01.
    """
    rows = np.arange(len(labels))
    losses = [-np.log(softmax(logits / t)[rows, labels] + 1e-12).mean() for t in candidates]
    return round(float(candidates[int(np.argmin(losses))]), 2)


def compute_prior_shift(training_share: float, serving_share: float) -> float:
    """Return by how many log odds a class is rarer when serving than in training.

    training_share, serving_share: the class's share of all samples, between 0 and 1. Subtracting
    the result from the class's logit calibrates the probabilities for serving (Saerens et al.
    2002, https://doi.org/10.1162/089976602753284446).
    """
    training_log_odds = np.log(training_share / (1 - training_share))
    return round(float(training_log_odds - np.log(serving_share / (1 - serving_share))), 4)


def choose_digit_threshold(prior_shift: float, false_rejection_cost: float = 3.0) -> float:
    """Return the digit probability below which a segment is rejected as "not a digit".

    prior_shift: see `compute_prior_shift`. false_rejection_cost: the cost of rejecting a digit,
    relative to the cost of answering "unsure" for a segment that is not a digit (Chow 1970,
    https://doi.org/10.1109/TIT.1970.1054406).
    """
    return round(float(1 / (1 + false_rejection_cost * np.exp(prior_shift))), 4)


def choose_sure_digit_threshold(
    negative_logits: Floats,
    temperature: float,
    prior_shift: float,
    min_confidence: float,
    false_acceptance_rate: float,
) -> float:
    """Return the digit probability that bounds how many negatives get the verdict "digit".

    negative_logits: logits (n, 11) of glyphs that are not digits. prior_shift: see
    `compute_prior_shift`. min_confidence: the confidence that the verdict "digit" also requires.
    false_acceptance_rate: the share of the negatives that may pass.
    """
    scaled = negative_logits / temperature
    digit = 1 - softmax(scaled)[:, NOT_A_DIGIT]
    scaled[:, NOT_A_DIGIT] -= prior_shift
    confident = softmax(scaled)[:, :NOT_A_DIGIT].max(axis=1) >= min_confidence
    passing = np.where(confident, digit, 0)
    return round(float(np.quantile(passing, 1 - false_acceptance_rate)), 4)


def expected_calibration_error(
    confidences: Floats, correct: NDArray[np.bool_], bins: int = 15
) -> float:
    """Return the expected calibration error (Naeini et al. 2015).

    The mean of |confidence - accuracy| over bins of equal width, weighted by their size.
    confidences, correct: (n,).
    """
    indices = np.minimum((confidences * bins).astype(int), bins - 1)
    gaps = np.bincount(indices, confidences - correct, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidences))
