"""Rank predictions by how much their labels would teach the network (pool-based active learning).

A prediction is useful if the network is uncertain of it, if it looks unlike what is labelled, or if
another version predicts another text. Several are chosen greedily: each lowers the novelty of those
like it, and near-duplicates of it are left out. That is the k-center greedy selection of Sener and
Savarese (2018, https://arxiv.org/abs/1708.00489), which begins with what is labelled, with
uncertainty in the score, as in BADGE (Ash et al. 2020, https://arxiv.org/abs/1906.03671).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from db import DigitPredictionRecord, PredictionRecord

# Cosine distance below which two drawings are near-duplicates: 98 % of drawings that are repeated
# with a slightly different angle and size, and 20 % of others, are closer to the nearest other one
# (`python -m bench.active_learning`).
NEAR_DUPLICATE = 0.003
UNLIKE = 0.1  # as far from what is labelled as drawings of other digits (services/similarity.py)
UNCERTAIN = 0.2  # lowest uncertainty that is a reason of its own
NOVELTY_WEIGHT = 0.2  # of a drawing at least FAR, where uncertainty is at most 1
FAR = 0.3
DISAGREEMENT_WEIGHT = 0.5
EMBEDDING_SIZE = 64
_CHUNK = 1_000  # rows of the distance matrix at a time: 16 MB

Floats = NDArray[np.float32]
ReasonKind = Literal["uncertain", "unlike", "differs", "varied"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen candidate: its index, and why.

    reasons: `uncertain`, `unlike` (anything labelled), `differs` (another version predicts another
    text); `varied` if it is none of these, and only differs most from the others.
    """

    index: int
    reasons: tuple[ReasonKind, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The most useful candidates, best first; near_duplicates: how many were left out as such."""

    choices: tuple[Choice, ...]
    near_duplicates: int


def select_most_useful(
    embeddings: Floats,
    uncertainty: Floats,
    differs: NDArray[np.bool_],
    labelled: Floats,
    limit: int,
) -> Selection:
    """Choose up to `limit` candidates; of equally useful ones the first.

    embeddings: (n, 64), of unit length or 0. uncertainty: (n,) in [0, 1]. differs: (n,), whether
    another version predicts another text. labelled: embeddings (m, 64) of what reviewers labelled.
    """
    # A network need not have one.
    has_embedding = np.asarray(embeddings.any(axis=1), bool)
    fixed_score = uncertainty + DISAGREEMENT_WEIGHT * differs
    to_labelled = nearest_distances(embeddings, labelled)
    to_chosen = np.full(len(embeddings), np.inf, np.float32)
    is_chosen = np.zeros(len(embeddings), bool)
    choices: list[Choice] = []
    while True:
        distance = np.minimum(to_labelled, to_chosen)
        novelty = has_embedding * np.minimum(distance / FAR, 1)
        is_duplicate = has_embedding & (distance < NEAR_DUPLICATE) & ~is_chosen
        score = fixed_score + NOVELTY_WEIGHT * novelty
        score[is_chosen | is_duplicate] = -np.inf
        best = int(score.argmax()) if len(score) else -1
        if len(choices) == limit or best < 0 or score[best] == -np.inf:
            return Selection(tuple(choices), int(is_duplicate.sum()))
        is_unlike = has_embedding[best] and len(labelled) > 0 and to_labelled[best] >= UNLIKE
        found: dict[ReasonKind, bool] = {
            "differs": bool(differs[best]),
            "uncertain": bool(uncertainty[best] >= UNCERTAIN),
            "unlike": bool(is_unlike),
        }
        reasons = tuple(reason for reason, holds in found.items() if holds)
        choices.append(Choice(best, reasons or ("varied",)))
        is_chosen[best] = True
        to_chosen = np.minimum(to_chosen, 1 - embeddings @ embeddings[best])


def measure_uncertainty(records: Sequence[PredictionRecord]) -> Floats:
    """Return for each record 1 minus the margin of its weakest digit, in [0, 1].

    The margin is the difference of the two likeliest outcomes, ten digits or none. records: at
    least one, each with at least one digit.
    """
    counts = [len(record.digits) for record in records]
    outcomes = outcome_probabilities([digit for record in records for digit in record.digits])
    highest = np.partition(outcomes, -2, axis=1)[:, -2:]
    uncertainty = 1 - (highest[:, 1] - highest[:, 0])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return np.maximum.reduceat(uncertainty, starts)


def likeliest_outcomes(digits: Sequence[DigitPredictionRecord]) -> tuple[str, str]:
    """Return the two likeliest outcomes of the weakest digit, the likelier first; "?": no digit."""
    outcomes = outcome_probabilities(digits)
    ranked = np.argsort(-outcomes, axis=1, kind="stable")
    best = np.take_along_axis(outcomes, ranked[:, :2], axis=1)
    first, second = ranked[int(np.argmin(best[:, 0] - best[:, 1])), :2]
    return "0123456789?"[first], "0123456789?"[second]


def outcome_probabilities(digits: Sequence[DigitPredictionRecord]) -> Floats:
    """Return (n, 11) probabilities: the ten digits, then "not a digit"; each row sums to 1.

    The stored probabilities are over the ten digits alone; the confidence of the best one also
    covers the case that it is none.
    """
    probabilities = np.array([digit.probabilities for digit in digits], np.float32)
    values = np.array([digit.value for digit in digits])
    confidences = np.array([digit.confidence for digit in digits], np.float32)
    highest = probabilities[np.arange(len(digits)), values]
    is_digit = np.minimum(1, confidences / np.maximum(highest, 1e-9))
    joint = probabilities * is_digit[:, None]
    none = np.maximum(0, 1 - joint.sum(axis=1, keepdims=True))
    return np.concatenate([joint, none], axis=1)


def stack_embeddings(records: Sequence[PredictionRecord]) -> Floats:
    """Return the embeddings (n, 64) of records, 0 for those that have none."""
    stacked = np.zeros((len(records), EMBEDDING_SIZE), np.float32)
    for row, record in zip(stacked, records, strict=True):
        if len(record.embedding) == EMBEDDING_SIZE:
            row[:] = record.embedding
    return stacked


def nearest_distances(embeddings: Floats, others: Floats) -> Floats:
    """Return the cosine distance of each embedding to the nearest other; inf if there is none."""
    nearest = np.full(len(embeddings), np.inf, np.float32)
    if len(others):
        for start in range(0, len(embeddings), _CHUNK):
            similarities = embeddings[start : start + _CHUNK] @ others.T
            nearest[start : start + _CHUNK] = 1 - similarities.max(axis=1)
    return nearest
