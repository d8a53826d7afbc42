"""How readings are counted."""

import numpy as np
import pytest

from model.training.corruptions import KINDS, corrupt
from model.training.measure import EvaluationResult, confusion


def test_counts_what_was_read_for_what_it_is() -> None:
    counts = confusion(EvaluationResult("some", ["7", "?", "12", "1"], ["7", "1", "1", "7"]))
    assert counts[7, 7] == 1
    assert counts[1, 10] == 2
    assert counts[7, 1] == 1
    assert counts.sum() == 4


@pytest.mark.parametrize(
    ("text", "label", "share"), [("123", "123", 1), ("13", "123", 2 / 3), ("1223", "123", 2 / 3)]
)
def test_digits_right_counts_each_edit_once(text: str, label: str, share: float) -> None:
    assert EvaluationResult("some", [text], [label]).characters == pytest.approx(share)


def test_an_unsure_digit_is_read_but_not_accepted() -> None:
    outcome = EvaluationResult("some", ["3", "?"], ["alpha", "beta"], accepted=[False, False])
    assert outcome.not_accepted == 1
    assert outcome.refused == 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_every_corruption_changes_the_picture_but_not_its_shape(kind: str) -> None:
    glyphs = np.zeros((5, 28, 28), np.uint8)
    glyphs[:, 6:20, 12:15] = 255
    out = corrupt(glyphs, kind)
    assert out.shape == glyphs.shape
    assert out.dtype == np.uint8
    assert not np.array_equal(out, glyphs)
