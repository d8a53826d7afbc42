"""Where a candidate differs from the served network: confused digits, and single samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from model.training.compare import Comparison
from model.training.evaluation_result import EvaluationResult

Outcome = Literal["fixed", "broken", "both_wrong"]
OUTCOMES: tuple[Outcome, ...] = ("fixed", "broken", "both_wrong")
MAX_SELECTED = 60

ResultPair = tuple[EvaluationResult, EvaluationResult]  # of the served network and the candidate


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A sample for which two networks predict different texts, of which one at most is right.

    index: of the sample in the set. confidence: the lower one of the two networks', in [0, 1].
    """

    set: str
    index: int
    label: str
    served: str
    candidate: str
    confidence: float
    outcome: Outcome


def find_disagreements(served: EvaluationResult, candidate: EvaluationResult) -> list[Disagreement]:
    """Return the samples of a set that are fixed or broken, or wrong in two different ways."""
    right = Comparison.of(served, candidate)
    found = []
    texts = zip(_judged_texts(served), _judged_texts(candidate), strict=True)
    for index, (before, after) in enumerate(texts):
        outcome: Outcome
        if right.served[index] != right.candidate[index]:
            outcome = "fixed" if right.candidate[index] else "broken"
        elif right.served[index] or before == after:
            continue
        else:
            outcome = "both_wrong"
        confidence = min(served.confidences[index], candidate.confidences[index])
        label = served.labels[index]
        found.append(Disagreement(served.name, index, label, before, after, confidence, outcome))
    return found


def count_outcomes(disagreements: Iterable[Disagreement]) -> dict[Outcome, int]:
    """Return how many there are of each outcome."""
    counts = Counter(item.outcome for item in disagreements)
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def select_disagreements(
    disagreements: Sequence[Disagreement], limit: int = MAX_SELECTED
) -> list[Disagreement]:
    """Return up to `limit`, the most confident first.

    A third is reserved for each outcome that has so many, so that a few broken samples are not
    lost among many fixed ones.
    """
    ordered = sorted(disagreements, key=lambda item: -item.confidence)
    reserved = [
        item
        for outcome in OUTCOMES
        for item in [item for item in ordered if item.outcome == outcome][: limit // len(OUTCOMES)]
    ]
    chosen = set(reserved)
    others = [item for item in ordered if item not in chosen][: limit - len(reserved)]
    return sorted(reserved + others, key=lambda item: -item.confidence)


def count_confusions(results: Iterable[ResultPair]) -> list[tuple[str, str, int, int]]:
    """Return (true, predicted, served network's count, candidate's count) over several sets.

    "?" stands for a symbol that is no digit. Samples whose text is not as long as the label are
    left out, as are pairs that neither network has.
    """
    counts: tuple[Counter[tuple[str, str]], ...] = Counter(), Counter()
    for pair in results:
        for counter, result in zip(counts, pair, strict=True):
            for label, text in zip(result.labels, _judged_texts(result), strict=True):
                true, predicted = label.replace("\n", ""), text.replace("\n", "")
                if len(true) == len(predicted):
                    counter.update(zip(true, predicted, strict=True))
    served, candidate = counts
    keys = sorted(served.keys() | candidate.keys())
    return [(*key, served[key], candidate[key]) for key in keys]


def _judged_texts(result: EvaluationResult) -> list[str]:
    """Return the texts as `Comparison` judges them.

    In a set without digits a sample is right unless a segment got the verdict "digit": there a
    doubtful digit counts as none.
    """
    if any(any(map(str.isdigit, label)) for label in result.labels):
        return result.texts
    return [
        text if accepted else label
        for text, label, accepted in zip(result.texts, result.labels, result.accepted, strict=True)
    ]
