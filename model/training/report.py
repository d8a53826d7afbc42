"""model/REPORT.md from what was measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from model.training.measure import EvaluationResult, confusion

_FEW = 50  # mistakes of a set that are all told


class Row(NamedTuple):
    """One goal; `reached` is None where the set is not here, "(at most)" is better lower."""

    name: str
    measure: str
    goal: float
    reached: float | None
    samples: int

    def __str__(self) -> str:
        if self.reached is None:
            return f"| {self.name} | {self.measure} | {_percent(self.goal)} | not here | |"
        lower = self.measure.endswith("(at most)")
        met = self.reached <= self.goal if lower else self.reached >= self.goal
        reached = f"**{_percent(self.reached)}**" if met else _percent(self.reached)
        cells = [self.name, self.measure, _percent(self.goal), reached, f"{self.samples:,}"]
        return f"| {' | '.join(cells)} |"


def write_report(
    network_file: Path,
    rows: list[Row],
    corrupted: dict[str, float],
    digits: list[EvaluationResult],
    seeds: dict[str, object] | None,
) -> None:
    """Write REPORT.md beside the network file."""
    about = json.loads(network_file.with_suffix(".json").read_text(encoding="utf-8"))
    parts = [
        "# What the network reaches",
        f"Network {about['version']}, {network_file.stat().st_size / 1e6:.2f} MB, temperature "
        f"{about['temperature']}, refused below {about['digit_threshold']}. Written by "
        "`make evaluate`; a goal that is met is bold. A digit answered `?` counts as wrong.",
        _table(["set", "measure", "goal", "reached", "samples"], [str(row) for row in rows]),
        "## For sure, or unsurely",
        "How many digits are read for sure, and how many of those wrongly.",
        _table(
            ["set", "for sure", "of these wrong"],
            [
                f"| {one.name} | {_percent(1 - one.not_accepted)} | "
                f"{_percent(one.wrong_for_sure)} |"
                for one in digits
            ],
        ),
        "## MNIST test, corrupted",
        "Kinds of MNIST-C, made here, given to the network as they are.",
        _table(
            ["corruption", "accuracy"],
            [f"| {kind} | {_percent(value)} |" for kind, value in corrupted.items()],
        ),
        "## Seeds",
        _seeds(seeds),
        "## Calibration",
        "How often a reading of so much confidence was right, over all digit sets.",
        "![reliability diagram](report/reliability.png)",
        "## Confusions",
        "Mistakes only; rows what it is, columns what was read, `?` for anything but one digit.",
        "![confusion matrices](report/confusions.png)",
        "The commonest mistakes:",
        _table(["set", "what it is → what was read (how often)"], [_commonest(o) for o in digits]),
        f"Every mistake where there are at most {_FEW}, as number: what it is → what was read, "
        "`?` for no digit:",
        _table(["set", "mistakes"], [_every(o) for o in digits if 0 < len(o.mistakes) <= _FEW]),
        "## Worst mistakes",
        "The surest of the mistakes on MNIST's test images. The other sets carry no licence, so "
        "nothing of them is shown.",
        "![worst mistakes](report/mistakes.png)",
    ]
    report = network_file.with_name("REPORT.md")
    report.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _table(head: list[str], rows: list[str]) -> str:
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *rows])


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _commonest(outcome: EvaluationResult, count: int = 8) -> str:
    counts = confusion(outcome)
    mistakes = [
        (int(counts[i, j]), f"{i} → {'?' if j == 10 else j} ({counts[i, j]})")
        for i in range(10)
        for j in range(11)
        if i != j and counts[i, j]
    ]
    told = ", ".join(text for _, text in sorted(mistakes, reverse=True)[:count])
    return f"| {outcome.name} | {told or 'none'} |"


def _every(outcome: EvaluationResult) -> str:
    told = (
        f"{k}: {outcome.labels[k]} → {outcome.texts[k].replace(chr(10), ' ') or 'blank'}"
        for k in outcome.mistakes
    )
    return f"| {outcome.name} | {', '.join(told)} |"


def _seeds(seeds: dict[str, object] | None) -> str:
    if not seeds:
        return "Not measured; `python -m model.training.seeds` does."
    accuracies = [float(value) for value in seeds["accuracies"]]  # type: ignore[attr-defined]
    mean = sum(accuracies) / len(accuracies)
    spread = max(accuracies) - min(accuracies)
    told = ", ".join(map(_percent, accuracies))
    return (
        f"{len(accuracies)} trainings from scratch with other seeds, {seeds['epochs']} epochs each "
        f"(shorter than the served network's): MNIST test {told}; mean {_percent(mean)}, "
        f"from least to most {_percent(spread)}."
    )
