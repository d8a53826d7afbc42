"""Temperature, threshold and calibration error against cases worked out by hand."""

import numpy as np
import pytest
from scipy.special import softmax as scipy_softmax

from model.training.calibrate import (
    best_temperature,
    calibration_error,
    digit_threshold,
    rarity,
    softmax,
)


def test_softmax_is_scipys() -> None:
    logits = np.random.default_rng(0).normal(0, 30, (50, 11)).astype(np.float32)
    np.testing.assert_allclose(softmax(logits), scipy_softmax(logits, axis=1), atol=1e-6)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_temperature_is_found_again(temperature: float) -> None:
    random = np.random.default_rng(1)
    honest = random.normal(0, 2, (6_000, 11)).astype(np.float32)
    labels = (honest + random.gumbel(size=honest.shape)).argmax(axis=1)  # drawn by their chances
    assert best_temperature(honest * temperature, labels) == pytest.approx(temperature, rel=0.05)


def test_a_mark_is_refused_where_three_in_four_drawn_are_signs() -> None:
    """Of 100,000 drawn marks that got this chance in training's proportions, by Bayes' rule."""
    trained, drawn = 0.22, 0.05
    chance = digit_threshold(rarity(trained, drawn), worse=3)
    digits = 95_000 * chance / (1 - trained)
    signs = 5_000 * (1 - chance) / trained
    assert signs / (digits + signs) == pytest.approx(0.75, abs=0.001)


def test_calibration_error_of_sure_coin_tosses_is_a_half() -> None:
    right = np.arange(1000) % 2 == 0
    assert calibration_error(np.full(1000, 0.999, np.float32), right) == pytest.approx(
        0.499, abs=1e-3
    )


def test_calibration_error_of_honest_confidence_is_small() -> None:
    random = np.random.default_rng(2)
    confidences = random.random(50_000).astype(np.float32)
    assert calibration_error(confidences, random.random(50_000) < confidences) < 0.01


def test_rarity_moves_chances_from_one_share_to_another() -> None:
    trained, met = 0.2, 0.05
    likelihood = 3.0  # of being the class
    logit = np.log(likelihood * trained / (1 - trained)) - rarity(trained, met)
    assert 1 / (1 + np.exp(-logit)) == pytest.approx(
        likelihood * met / (likelihood * met + 1 - met), abs=1e-4
    )
