"""Temperature, thresholds and calibration error, for cases with a known answer."""

import numpy as np
import pytest
from scipy.special import softmax as scipy_softmax

from model.training.calibration import (
    choose_digit_threshold,
    choose_sure_digit_threshold,
    compute_prior_shift,
    expected_calibration_error,
    fit_temperature,
    softmax,
)


def test_softmax_agrees_with_scipy() -> None:
    logits = np.random.default_rng(0).normal(0, 30, (50, 11)).astype(np.float32)
    np.testing.assert_allclose(softmax(logits), scipy_softmax(logits, axis=1), atol=1e-6)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_fitting_recovers_the_temperature(temperature: float) -> None:
    rng = np.random.default_rng(1)
    calibrated = rng.normal(0, 2, (6_000, 11)).astype(np.float32)
    # Adding Gumbel noise and taking the maximum samples labels from softmax(calibrated).
    labels = (calibrated + rng.gumbel(size=calibrated.shape)).argmax(axis=1)
    assert fit_temperature(calibrated * temperature, labels) == pytest.approx(temperature, rel=0.05)


def test_at_the_digit_threshold_three_of_four_segments_are_not_digits() -> None:
    """Of 100,000 segments with this digit probability, by Bayes' rule."""
    training_share, serving_share = 0.22, 0.05
    shift = compute_prior_shift(training_share, serving_share)
    probability = choose_digit_threshold(shift, false_rejection_cost=3)
    digits = 95_000 * probability / (1 - training_share)
    negatives = 5_000 * (1 - probability) / training_share
    assert negatives / (digits + negatives) == pytest.approx(0.75, abs=0.001)


def test_the_sure_threshold_lets_the_given_share_of_negatives_pass() -> None:
    logits = np.random.default_rng(3).normal(0, 1.5, (5_000, 11)).astype(np.float32)
    threshold = choose_sure_digit_threshold(
        logits, temperature=1.0, prior_shift=0.0, min_confidence=0.5, false_acceptance_rate=0.1
    )
    probabilities = softmax(logits)
    confident = probabilities[:, :10].max(axis=1) >= 0.5
    passing = confident & (1 - probabilities[:, 10] >= threshold)
    assert passing.mean() == pytest.approx(0.1, abs=0.01)


def test_calibration_error_of_confident_guesses_is_one_half() -> None:
    correct = np.arange(1000) % 2 == 0
    confidences = np.full(1000, 0.999, np.float32)
    assert expected_calibration_error(confidences, correct) == pytest.approx(0.499, abs=1e-3)


def test_calibration_error_of_calibrated_confidences_is_small() -> None:
    rng = np.random.default_rng(2)
    confidences = rng.random(50_000).astype(np.float32)
    correct = rng.random(50_000) < confidences
    assert expected_calibration_error(confidences, correct) < 0.01


def test_subtracting_the_prior_shift_adapts_probabilities_to_the_serving_share() -> None:
    training_share, serving_share = 0.2, 0.05
    likelihood_ratio = 3.0  # of a sample, for the class against all others
    logit = np.log(likelihood_ratio * training_share / (1 - training_share))
    logit -= compute_prior_shift(training_share, serving_share)
    assert 1 / (1 + np.exp(-logit)) == pytest.approx(
        likelihood_ratio * serving_share / (likelihood_ratio * serving_share + 1 - serving_share),
        abs=1e-4,
    )
