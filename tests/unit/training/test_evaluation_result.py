"""Measures of evaluation results, and corruptions of the evaluated images."""

import numpy as np
import pytest

from model.network import NETWORK_FILE, Network
from model.training import NOT_A_DIGIT
from model.training.corruptions import CORRUPTIONS, corrupt
from model.training.evaluation_result import EvaluationResult, confusion_matrix, evaluate_glyphs
from model.training.mnist import Images


def test_the_confusion_matrix_counts_predictions_by_label() -> None:
    counts = confusion_matrix(EvaluationResult("set", ["7", "?", "12", "1"], ["7", "1", "1", "7"]))
    assert counts[7, 7] == 1
    assert counts[1, 10] == 2
    assert counts[7, 1] == 1
    assert counts.sum() == 4


@pytest.mark.parametrize(
    ("text", "label", "accuracy"),
    [("123", "123", 1), ("13", "123", 2 / 3), ("1223", "123", 2 / 3)],
)
def test_character_accuracy_counts_each_edit_once(text: str, label: str, accuracy: float) -> None:
    result = EvaluationResult("set", [text], [label])
    assert result.character_accuracy == pytest.approx(accuracy)


def test_an_unsure_digit_is_neither_accepted_nor_rejected() -> None:
    result = EvaluationResult("set", ["3", "?"], ["alpha", "beta"], accepted=[False, False])
    assert result.not_accepted_rate == 1
    assert result.rejected_rate == 0.5


def test_the_error_rate_of_accepted_samples_leaves_out_the_others() -> None:
    result = EvaluationResult(
        "set", ["1", "2", "4", "5"], ["1", "2", "3", "6"], accepted=[True, True, True, False]
    )
    assert result.accepted_error_rate == pytest.approx(1 / 3)
    assert result.mistakes == [2, 3]


def test_a_glyph_that_is_no_digit_is_right_as_a_question_mark() -> None:
    with np.load(NETWORK_FILE.with_name("golden.npz")) as arrays:
        digit, label = arrays["glyphs"][0], int(arrays["labels"][0])
    images = Images(np.stack([digit, np.full_like(digit, 255)]), np.array([label, NOT_A_DIGIT]))
    result = evaluate_glyphs("set", images, Network())
    assert result.labels == [str(label), "?"]
    assert result.correct == [True, True]


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_every_corruption_changes_the_pixels_but_not_the_shape(kind: str) -> None:
    glyphs = np.zeros((5, 28, 28), np.uint8)
    glyphs[:, 6:20, 12:15] = 255
    corrupted = corrupt(glyphs, kind)
    assert corrupted.shape == glyphs.shape
    assert corrupted.dtype == np.uint8
    assert not np.array_equal(corrupted, glyphs)
