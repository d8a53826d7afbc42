"""Which digits a candidate reads differently, and which samples are shown."""

import pytest

from model.training.differences import (
    Disagreement,
    Outcome,
    count_confusions,
    count_outcomes,
    find_disagreements,
    select_disagreements,
)
from model.training.evaluation_result import EvaluationResult


def result(texts: str, labels: str, confidences: list[float] | None = None) -> EvaluationResult:
    """The predictions of a set, separated by spaces; "-" is nothing."""
    read = [text.strip("-") for text in texts.split()]
    return EvaluationResult(
        "set",
        read,
        labels.split(),
        accepted=[any(map(str.isdigit, text)) for text in read],
        confidences=confidences or [0.9] * len(read),
    )


def test_a_sample_is_fixed_broken_or_wrong_in_another_way() -> None:
    labels = "7 7 7 7 7 42"
    found = find_disagreements(
        result("7 1 7 1 1 4", labels, [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]),
        result("7 7 1 1 2 42", labels, [0.9, 0.6, 0.8, 0.6, 0.9, 0.9]),
    )
    assert found == [
        Disagreement("set", 1, "7", "1", "7", 0.6, "fixed"),
        Disagreement("set", 2, "7", "7", "1", 0.7, "broken"),
        Disagreement("set", 4, "7", "1", "2", 0.5, "both_wrong"),
        Disagreement("set", 5, "42", "4", "42", 0.4, "fixed"),
    ]
    assert count_outcomes(found) == {"fixed": 2, "broken": 1, "both_wrong": 1}


def test_a_doubtful_digit_counts_as_none_in_a_set_without_digits() -> None:
    served, candidate = result("5 ? 5", "? ? ?"), result("? 5 3", "? ? ?")
    candidate.accepted = [False, False, True]
    (fixed, both_wrong) = find_disagreements(served, candidate)
    assert (fixed.served, fixed.candidate, fixed.outcome) == ("5", "?", "fixed")
    assert (both_wrong.served, both_wrong.candidate) == ("5", "3")
    assert count_confusions([(served, candidate)]) == [
        ("?", "3", 0, 1),
        ("?", "5", 2, 0),
        ("?", "?", 1, 2),
    ]


def test_confusions_are_counted_over_all_sets_where_the_lengths_are_equal() -> None:
    pairs = [
        (result("1 1 7 -", "7 7 7 7"), result("7 1 7 7", "7 7 7 7")),
        (result("41 ?", "47 7"), result("4 7", "47 7")),
    ]
    assert count_confusions(pairs) == [
        ("4", "4", 1, 0),
        ("7", "1", 3, 1),
        ("7", "7", 1, 4),
        ("7", "?", 1, 0),
    ]


def disagreements(fixed: int, broken: int, both_wrong: int) -> list[Disagreement]:
    """So many of each, the fixed ones the most confident."""
    counts: tuple[tuple[Outcome, int, float], ...] = (
        ("both_wrong", both_wrong, 0.5),
        ("broken", broken, 0.7),
        ("fixed", fixed, 0.9),
    )
    return [
        Disagreement("set", index, "7", "1", "2", confidence - index / 1000, outcome)
        for outcome, count, confidence in counts
        for index in range(count)
    ]


@pytest.mark.parametrize(
    ("found", "selected"),
    [
        ((2, 1, 0), (2, 1, 0)),
        ((50, 2, 1), (6, 2, 1)),
        ((50, 50, 50), (3, 3, 3)),
        ((50, 0, 50), (6, 0, 3)),
        ((0, 0, 0), (0, 0, 0)),
    ],
)
def test_the_most_confident_are_selected_with_a_share_for_each_outcome(
    found: tuple[int, int, int], selected: tuple[int, int, int]
) -> None:
    chosen = select_disagreements(disagreements(*found), limit=9)
    assert tuple(count_outcomes(chosen).values()) == selected
    confidences = [item.confidence for item in chosen]
    assert confidences == sorted(confidences, reverse=True)
    for outcome, count in count_outcomes(chosen).items():
        # The index grows as the confidence falls: none is left out before a less confident one.
        assert {item.index for item in chosen if item.outcome == outcome} == set(range(count))
