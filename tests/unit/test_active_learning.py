"""Which predictions are chosen as the most useful to label."""

import numpy as np
import pytest

from services.active_learning import (
    NEAR_DUPLICATE,
    Floats,
    likeliest_outcomes,
    measure_uncertainty,
    nearest_distances,
    select_most_useful,
    stack_embeddings,
)
from tests.db.records import make_digit, make_record, unit_vector

NOTHING = np.zeros((0, 64), np.float32)


def at(*degrees: float) -> Floats:
    """Embeddings at these angles."""
    return np.array([unit_vector(angle) for angle in degrees], np.float32)


def choose(
    embeddings: Floats,
    uncertainty: list[float],
    *,
    limit: int = 20,
    differs: tuple[int, ...] = (),
    labelled: Floats = NOTHING,
) -> list[int]:
    """The indices of the chosen candidates."""
    is_different = np.isin(np.arange(len(uncertainty)), differs)
    values = np.array(uncertainty, np.float32)
    selection = select_most_useful(embeddings, values, is_different, labelled, limit)
    return [choice.index for choice in selection.choices]


def test_the_most_uncertain_come_first() -> None:
    assert choose(at(0, 90, 180), [0.1, 0.9, 0.5]) == [1, 2, 0]


def test_of_equally_useful_ones_the_first_is_chosen_each_time() -> None:
    for _ in range(3):
        assert choose(at(0, 90, 180, 270), [0.5] * 4, limit=2) == [0, 1]


def test_what_is_unlike_the_labelled_ones_comes_before_what_resembles_them() -> None:
    assert choose(at(20, 180), [0.5, 0.5], labelled=at(0)) == [1, 0]


def test_what_is_unlike_the_chosen_ones_comes_next() -> None:
    assert choose(at(0, 10, 90), [0.6, 0.55, 0.5]) == [0, 2, 1]


def test_a_disagreement_of_versions_counts() -> None:
    assert choose(at(0, 90), [0.3, 0.2], differs=(1,)) == [1, 0]


def test_near_duplicates_of_chosen_and_of_labelled_ones_are_left_out() -> None:
    embeddings = at(0, 1, 90, 91, 180)
    selection = select_most_useful(
        embeddings, np.array([0.2, 0.9, 0.8, 0.1, 1], np.float32), np.zeros(5, bool), at(180.5), 20
    )
    assert [choice.index for choice in selection.choices] == [1, 2]
    assert selection.near_duplicates == 3


def test_no_two_of_many_are_closer_than_the_threshold() -> None:
    rng = np.random.default_rng(5)
    centers = rng.normal(size=(30, 64))
    points = np.repeat(centers, 20, axis=0) + rng.normal(0, 0.04, (600, 64))
    embeddings = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    chosen = choose(embeddings, rng.random(600).tolist(), limit=100)
    distances = 1 - embeddings[chosen] @ embeddings[chosen].T
    np.fill_diagonal(distances, 2)
    assert 30 <= len(chosen) <= 100
    assert distances.min() >= NEAR_DUPLICATE


def test_predictions_without_embedding_are_ranked_by_uncertainty_alone() -> None:
    assert choose(np.zeros((3, 64), np.float32), [0.1, 0.3, 0.2], labelled=at(0)) == [1, 2, 0]


def test_nothing_is_chosen_of_nothing() -> None:
    assert choose(NOTHING, []) == []


def test_each_choice_has_its_reasons() -> None:
    selection = select_most_useful(
        at(0, 120, 5),
        np.array([0.9, 0.05, 0.01], np.float32),
        np.array([True, False, False]),
        at(2.5, 185),
        3,
    )
    by_index = {choice.index: choice.reasons for choice in selection.choices}
    # 2.5 degrees are a distance of 0.00095: the first and the last are near-duplicates.
    assert by_index == {1: ("unlike",)}
    selection = select_most_useful(
        at(0, 10), np.array([0.9, 0.05], np.float32), np.array([True, False]), at(-10), 3
    )
    reasons = [choice.reasons for choice in selection.choices]
    assert reasons == [("differs", "uncertain"), ("varied",)]


def test_without_labels_nothing_is_called_unlike_them() -> None:
    selection = select_most_useful(at(0), np.zeros(1, np.float32), np.zeros(1, bool), NOTHING, 1)
    assert selection.choices[0].reasons == ("varied",)


@pytest.mark.parametrize(
    ("confidences", "expected"),
    [
        ((1.0,), 0.0),  # certain
        ((0.5,), 1 - (0.5 - 0.5 / 9)),  # 0.5, and nine times 0.5 / 9
        ((0.9, 0.5, 0.99), 1 - (0.5 - 0.5 / 9)),  # as uncertain as the weakest digit
    ],
)
def test_uncertainty_is_that_of_the_weakest_digit(
    confidences: tuple[float, ...], expected: float
) -> None:
    digits = tuple(make_digit(7, confidence) for confidence in confidences)
    record = make_record("7", digits=digits)
    assert measure_uncertainty([make_record("1"), record])[1] == pytest.approx(expected, abs=1e-6)


def test_a_symbol_that_may_be_no_digit_is_uncertain() -> None:
    digit = make_digit(7, 1.0)
    digit = type(digit)(7, "unsure", 0.55, digit.probabilities, digit.box, digit.glyph)
    record = make_record("7", digits=(digit,))
    assert measure_uncertainty([record])[0] == pytest.approx(1 - 0.1, abs=1e-6)
    assert likeliest_outcomes(record.digits) == ("7", "?")


def test_the_likeliest_outcomes_are_those_of_the_weakest_digit() -> None:
    weak = make_digit(4, 0.5)
    probabilities = tuple(
        0.5 if value == 4 else 0.4 if value == 9 else 0.0125 for value in range(10)
    )
    weak = type(weak)(4, "unsure", 0.5, probabilities, weak.box, weak.glyph)
    assert likeliest_outcomes((make_digit(1), weak, make_digit(3))) == ("4", "9")


def test_an_embedding_of_another_size_counts_as_none() -> None:
    records = [make_record("1", embedding=unit_vector(0)), make_record("2", embedding=(1.0,))]
    assert stack_embeddings(records).any(axis=1).tolist() == [True, False]


def test_the_distance_is_that_to_the_nearest() -> None:
    distances = nearest_distances(at(0, 90), at(60, 180))
    assert distances == pytest.approx([1 - 0.5, 1 - np.cos(np.pi / 6)], abs=1e-6)
    assert np.isinf(nearest_distances(at(0), NOTHING)).all()
