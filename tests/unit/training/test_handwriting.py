"""Synthetic digits and letters from pen paths."""

from pathlib import Path

import numpy as np
import pytest

from model.network import Network
from model.training.handwriting import synthesize_digits, synthesize_letters
from model.training.pen import spline
from model.training.pen_paths import DIGITS_FILE, LETTERS_FILE, read_pen_paths


def test_every_digit_has_at_least_four_pen_paths() -> None:
    digits = [path.symbol for path in read_pen_paths(DIGITS_FILE)]
    assert min(digits.count(str(digit)) for digit in range(10)) >= 4


def test_no_pen_path_of_a_letter_is_named_after_a_digit() -> None:
    assert not any(path.symbol.isdigit() for path in read_pen_paths(LETTERS_FILE))


@pytest.mark.parametrize("file", [DIGITS_FILE, LETTERS_FILE], ids=["digits", "letters"])
def test_pen_paths_lie_in_about_a_unit_square(file: Path) -> None:
    for path in read_pen_paths(file):
        points = np.concatenate(path.strokes)
        assert points.min() >= -0.2, path.symbol
        assert points.max() <= 1.35, path.symbol


def test_the_spline_passes_through_every_knot() -> None:
    knots = np.array([[0.0, 0.0], [1.0, 0.5], [1.0, 0.5], [0.0, 1.0]])
    curve = spline(knots)
    for knot in knots:
        assert np.abs(curve - knot).sum(axis=1).min() < 1e-9


def test_the_spline_has_a_corner_only_at_repeated_knots() -> None:
    bend = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])

    def smallest_cosine(knots: np.ndarray) -> float:
        steps = np.diff(spline(knots), axis=0)
        steps = steps[np.linalg.norm(steps, axis=1) > 1e-9]
        steps /= np.linalg.norm(steps, axis=1, keepdims=True)
        return float((steps[1:] * steps[:-1]).sum(axis=1).min())

    assert smallest_cosine(bend) > 0.8
    assert smallest_cosine(bend[[0, 1, 1, 2]]) < 0.1


def test_the_network_predicts_synthetic_digits_correctly() -> None:
    digits = synthesize_digits(300, np.random.default_rng(5))
    predicted = Network().classify(list(digits.glyphs)).probabilities.argmax(axis=1)
    assert np.mean(predicted == digits.labels) > 0.95


def test_the_network_is_seldom_confident_that_a_synthetic_letter_is_a_digit() -> None:
    output = Network().classify(list(synthesize_letters(300, np.random.default_rng(5))))
    assert np.mean(output.confidence > 0.8) < 0.2
