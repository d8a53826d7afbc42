"""Write model/REPORT.md from evaluation results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from model.training.evaluation_result import EvaluationResult, confusion_matrix

_MAX_MISTAKES_LISTED = 50  # limit per set


class GoalRow(NamedTuple):
    """A measure on one set and its goal.

    reached: None if the set is not available. Lower is better if `measure` ends in "(at most)".
    """

    name: str
    measure: str
    goal: float
    reached: float | None
    samples: int

    def __str__(self) -> str:
        if self.reached is None:
            return f"| {self.name} | {self.measure} | {_percent(self.goal)} | not available | |"
        lower_is_better = self.measure.endswith("(at most)")
        met = self.reached <= self.goal if lower_is_better else self.reached >= self.goal
        reached = f"**{_percent(self.reached)}**" if met else _percent(self.reached)
        cells = [self.name, self.measure, _percent(self.goal), reached, f"{self.samples:,}"]
        return f"| {' | '.join(cells)} |"


def write_report(
    network_file: Path,
    rows: list[GoalRow],
    corrupted: dict[str, float],
    digit_results: list[EvaluationResult],
    seeds: dict[str, object] | None,
) -> None:
    """Write REPORT.md next to the network file."""
    metadata = json.loads(network_file.with_suffix(".json").read_text(encoding="utf-8"))
    paragraphs = [
        "# Evaluation report",
        f"Network {metadata['version']}, {network_file.stat().st_size / 1e6:.2f} MB, temperature "
        f"{metadata['temperature']}, digit threshold {metadata['digit_threshold']}. Written by "
        "`make evaluate`. Goals that are met are bold. A digit that is predicted as `?` counts as "
        "wrong.",
        _table(["set", "measure", "goal", "reached", "samples"], [str(row) for row in rows]),
        "## Verdicts",
        "The share of digits with the verdict `digit`, and the error rate among them; the others "
        "are `unsure` or `not_a_digit`.",
        _table(
            ["set", "verdict `digit`", "of these wrong"],
            [
                f"| {result.name} | {_percent(1 - result.not_accepted_rate)} | "
                f"{_percent(result.accepted_error_rate)} |"
                for result in digit_results
            ],
        ),
        "## Corruptions",
        "Accuracy on MNIST's test images with corruptions like those of MNIST-C, without "
        "preprocessing.",
        _table(
            ["corruption", "accuracy"],
            [f"| {kind} | {_percent(accuracy)} |" for kind, accuracy in corrupted.items()],
        ),
        "## Variation between seeds",
        _describe_seeds(seeds),
        "## Calibration",
        "Accuracy of the predictions by confidence, over all digit sets and MNIST's test images.",
        "![reliability diagram](report/reliability.png)",
        "## Confusion matrices",
        "Rows are labels, columns are predictions, `?` stands for anything but one digit. Only "
        "mistakes are shown.",
        "![confusion matrices](report/confusions.png)",
        "The most frequent mistakes:",
        _table(
            ["set", "label → prediction (count)"],
            [_frequent_mistakes(result) for result in digit_results],
        ),
        f"All mistakes of the sets with at most {_MAX_MISTAKES_LISTED}, as index: label → "
        "prediction, `?` for not a digit:",
        _table(
            ["set", "mistakes"],
            [
                _all_mistakes(result)
                for result in digit_results
                if 0 < len(result.mistakes) <= _MAX_MISTAKES_LISTED
            ],
        ),
        "## Worst mistakes",
        "The mistakes on MNIST's test images with the highest confidence. The other sets carry no "
        "license, so their images are not shown.",
        "![worst mistakes](report/mistakes.png)",
    ]
    report = network_file.with_name("REPORT.md")
    report.write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")


def _table(header: list[str], rows: list[str]) -> str:
    return "\n".join([f"| {' | '.join(header)} |", "|---" * len(header) + "|", *rows])


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _frequent_mistakes(result: EvaluationResult, limit: int = 8) -> str:
    """Return a table row with the most frequent pairs of label and wrong prediction."""
    counts = confusion_matrix(result)
    mistakes = [
        (int(counts[i, j]), f"{i} → {'?' if j == 10 else j} ({counts[i, j]})")
        for i in range(10)
        for j in range(11)
        if i != j and counts[i, j]
    ]
    listed = ", ".join(text for _, text in sorted(mistakes, reverse=True)[:limit])
    return f"| {result.name} | {listed or 'none'} |"


def _all_mistakes(result: EvaluationResult) -> str:
    """Return a table row with the index, label and prediction of every mistake."""
    listed = (
        f"{index}: {result.labels[index]} → {result.texts[index].replace(chr(10), ' ') or 'blank'}"
        for index in result.mistakes
    )
    return f"| {result.name} | {', '.join(listed)} |"


def _describe_seeds(seeds: dict[str, object] | None) -> str:
    if not seeds:
        return "Not measured; run `python -m model.training.seeds`."
    accuracies = [float(value) for value in seeds["accuracies"]]  # type: ignore[attr-defined]
    mean = sum(accuracies) / len(accuracies)
    spread = max(accuracies) - min(accuracies)
    listed = ", ".join(map(_percent, accuracies))
    return (
        f"{len(accuracies)} trainings from scratch with different seeds, {seeds['epochs']} epochs "
        f"each (fewer than the served network's): accuracy on MNIST's test images {listed}; mean "
        f"{_percent(mean)}, range {_percent(spread)}."
    )
