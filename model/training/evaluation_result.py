"""Evaluate predictions of labelled samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.network import Network
from model.prediction import Prediction
from model.training import NOT_A_DIGIT
from model.training.mnist import Images

Sample = TypeVar("Sample")


@dataclass
class EvaluationResult:
    """The predictions for a labelled set.

    texts, labels: predicted and true text of each sample.
    accepted: whether any segment of the sample got the verdict "digit".
    confidences: how probably the text of each sample is right, in [0, 1]: the lowest of its digits.
    digit_values, digit_confidences, digit_labels: the digit prediction and the label of each
        sample in which a single segment was found; the other samples are left out.
    """

    name: str
    texts: list[str]
    labels: list[str]
    accepted: list[bool] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    digit_values: list[int] = field(default_factory=list)
    digit_confidences: list[float] = field(default_factory=list)
    digit_labels: list[str] = field(default_factory=list)

    @property
    def correct(self) -> list[bool]:
        """Whether the predicted text of each sample equals its label."""
        return [text == label for text, label in zip(self.texts, self.labels, strict=True)]

    @property
    def accuracy(self) -> float:
        """Share of samples whose predicted text equals the label."""
        return float(np.mean(self.correct))

    @property
    def mistakes(self) -> list[int]:
        """Indices of the samples whose predicted text differs from the label."""
        return [index for index, correct in enumerate(self.correct) if not correct]

    @property
    def accepted_rate(self) -> float:
        """Share of samples in which a segment got the verdict "digit"."""
        return float(np.mean(self.accepted))

    @property
    def not_accepted_rate(self) -> float:
        """Share of samples in which no segment got the verdict "digit"."""
        return 1 - self.accepted_rate

    @property
    def accepted_error_rate(self) -> float:
        """Share of wrong texts among the samples in which a segment got the verdict "digit"."""
        pairs = zip(self.correct, self.accepted, strict=True)
        return float(np.mean([not correct for correct, accepted in pairs if accepted]))

    @property
    def rejected_rate(self) -> float:
        """Share of samples in which every segment got the verdict "not_a_digit"."""
        return float(np.mean([not any(map(str.isdigit, text)) for text in self.texts]))

    @property
    def character_accuracy(self) -> float:
        """One minus the edit distance between text and label, per character of the labels."""
        pairs = zip(self.texts, self.labels, strict=True)
        errors = sum(_edit_distance(text, label) for text, label in pairs)
        return 1 - errors / sum(map(len, self.labels))


def evaluate_samples(
    name: str,
    samples: Sequence[Sample],
    labels: list[str],
    predict: Callable[[Sample], Prediction],
) -> EvaluationResult:
    """Evaluate the whole pipeline, `predict`, on every sample."""
    result = EvaluationResult(name, [], labels)
    for sample, label in zip(tqdm(samples, name, unit=" samples"), labels, strict=True):
        prediction = predict(sample)
        result.texts.append(prediction.text)
        result.accepted.append(any(digit.verdict == "digit" for digit in prediction.digits))
        result.confidences.append(
            min(
                (
                    1 - digit.confidence if digit.verdict == "not_a_digit" else digit.confidence
                    for digit in prediction.digits
                ),
                default=0.0,
            )
        )
        if len(prediction.digits) == 1:
            result.digit_values.append(prediction.digits[0].value)
            result.digit_confidences.append(prediction.digits[0].confidence)
            result.digit_labels.append(label)
    return result


def evaluate_glyphs(name: str, images: Images, network: Network) -> EvaluationResult:
    """Evaluate the network on glyphs, without preprocessing and segmentation.

    A glyph of the class "not a digit" has the label "?".
    """
    output = network.classify(list(images.glyphs))
    values = output.probabilities.argmax(axis=1)
    digit = output.digit_probability >= network.digit_threshold
    texts = [str(value) if is_digit else "?" for value, is_digit in zip(values, digit, strict=True)]
    labels = ["?" if label == NOT_A_DIGIT else str(label) for label in images.labels]
    return EvaluationResult(
        name,
        texts,
        labels,
        accepted=(digit & output.sure).tolist(),
        confidences=np.where(digit, output.confidence, 1 - output.digit_probability).tolist(),
        digit_values=values.tolist(),
        digit_confidences=output.confidence.tolist(),
        digit_labels=labels,
    )


def confusion_matrix(result: EvaluationResult) -> NDArray[np.int64]:
    """Return counts (10, 11): rows are labels, columns predictions, the last for all else."""
    counts = np.zeros((10, 11), np.int64)
    for text, label in zip(result.texts, result.labels, strict=True):
        counts[int(label), int(text) if len(text) == 1 and text.isdigit() else 10] += 1
    return counts


def _edit_distance(a: str, b: str) -> int:
    """Return the Levenshtein distance between two strings."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]
