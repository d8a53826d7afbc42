"""Digits and letters written from pen paths."""

import numpy as np
import pytest

from model.network import Network
from model.training.handwriting import write_digits, write_letters
from model.training.pen import smooth
from model.training.pen_paths import DIGITS, LETTERS, read_forms


def test_every_digit_has_several_forms() -> None:
    digits = [form.sign for form in read_forms(DIGITS)]
    assert min(digits.count(str(digit)) for digit in range(10)) >= 4


def test_no_digit_is_among_the_letters() -> None:
    assert not any(form.sign.isdigit() for form in read_forms(LETTERS))


@pytest.mark.parametrize("file", [DIGITS, LETTERS], ids=["digits", "letters"])
def test_paths_stay_near_the_unit_square(file: object) -> None:
    for form in read_forms(file):  # type: ignore[arg-type]
        points = np.concatenate(form.strokes)
        assert points.min() >= -0.2, form.sign
        assert points.max() <= 1.35, form.sign


def test_pen_passes_through_every_knot() -> None:
    knots = np.array([[0.0, 0.0], [1.0, 0.5], [1.0, 0.5], [0.0, 1.0]])
    curve = smooth(knots)
    for knot in knots:
        assert np.abs(curve - knot).sum(axis=1).min() < 1e-9


def test_pen_turns_sharply_at_a_corner_only() -> None:
    bend = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])

    def sharpest(knots: np.ndarray) -> float:
        steps = np.diff(smooth(knots), axis=0)
        steps = steps[np.linalg.norm(steps, axis=1) > 1e-9]
        steps /= np.linalg.norm(steps, axis=1, keepdims=True)
        return float((steps[1:] * steps[:-1]).sum(axis=1).min())

    assert sharpest(bend) > 0.8
    assert sharpest(bend[[0, 1, 1, 2]]) < 0.1


def test_written_digits_are_read_as_such() -> None:
    written = write_digits(300, np.random.default_rng(5))
    read = Network().classify(list(written.glyphs)).probabilities.argmax(axis=1)
    assert np.mean(read == written.labels) > 0.95


def test_written_letters_are_seldom_sure_digits() -> None:
    opinion = Network().classify(list(write_letters(300, np.random.default_rng(5))))
    assert np.mean(opinion.confidence > 0.8) < 0.2
