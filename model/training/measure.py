"""What the recogniser makes of labelled samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.network import Network
from model.prediction import Prediction
from model.training.mnist import Images

Sample = TypeVar("Sample")


@dataclass
class EvaluationResult:
    """How a set was read.

    texts, labels: what was read and what it is. accepted: whether any mark got the verdict "digit".
    values, confidences: of the mark of every sample that was read as a single one, whose label is
    in `truths`.
    """

    name: str
    texts: list[str]
    labels: list[str]
    accepted: list[bool] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    truths: list[str] = field(default_factory=list)

    @property
    def accuracy(self) -> float:
        """Share of samples whose text is their label."""
        return float(np.mean([a == b for a, b in zip(self.texts, self.labels, strict=True)]))

    @property
    def mistakes(self) -> list[int]:
        """The numbers of the samples whose text is not their label."""
        pairs = zip(self.texts, self.labels, strict=True)
        return [number for number, (text, label) in enumerate(pairs) if text != label]

    @property
    def not_accepted(self) -> float:
        """Share of samples none of whose marks got the verdict "digit"."""
        return 1 - float(np.mean(self.accepted))

    @property
    def wrong_for_sure(self) -> float:
        """Share of wrong texts among the samples of which any mark got the verdict "digit"."""
        pairs = zip(self.texts, self.labels, self.accepted, strict=True)
        return float(np.mean([text != label for text, label, accepted in pairs if accepted]))

    @property
    def refused(self) -> float:
        """Share of samples none of whose marks was read as any digit, be it unsurely."""
        return float(np.mean([not any(map(str.isdigit, text)) for text in self.texts]))

    @property
    def characters(self) -> float:
        """One less the edit distance per digit of the labels."""
        wrong = sum(_distance(a, b) for a, b in zip(self.texts, self.labels, strict=True))
        return 1 - wrong / sum(map(len, self.labels))


def measure(
    name: str, samples: Sequence[Sample], labels: list[str], read: Callable[[Sample], Prediction]
) -> EvaluationResult:
    """Every sample read through the whole pipeline."""
    outcome = EvaluationResult(name, [], labels)
    for sample, label in zip(tqdm(samples, name, unit=" samples"), labels, strict=True):
        reading = read(sample)
        outcome.texts.append(reading.text)
        outcome.accepted.append(any(digit.verdict == "digit" for digit in reading.digits))
        if len(reading.digits) == 1:
            outcome.values.append(reading.digits[0].value)
            outcome.confidences.append(reading.digits[0].confidence)
            outcome.truths.append(label)
    return outcome


def measure_glyphs(name: str, images: Images, network: Network) -> EvaluationResult:
    """Glyphs given to the network as they are."""
    opinion = network.classify(list(images.glyphs))
    values = opinion.probabilities.argmax(axis=1)
    digit = opinion.digit_probability >= network.digit_threshold
    texts = [str(value) if is_digit else "?" for value, is_digit in zip(values, digit, strict=True)]
    labels = [str(label) for label in images.labels]
    sure = digit & opinion.sure
    confidences = opinion.confidence.tolist()
    return EvaluationResult(
        name, texts, labels, sure.tolist(), values.tolist(), confidences, labels
    )


def confusion(outcome: EvaluationResult) -> NDArray[np.int64]:
    """Counts (10, 11): rows what it is, columns what was read, the last for anything else."""
    counts = np.zeros((10, 11), np.int64)
    for text, label in zip(outcome.texts, outcome.labels, strict=True):
        counts[int(label), int(text) if len(text) == 1 and text.isdigit() else 10] += 1
    return counts


def _distance(a: str, b: str) -> int:
    """Levenshtein's edit distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]
