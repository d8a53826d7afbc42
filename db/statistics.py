"""Counts over predictions that can be kept and added up: what a Summary is made of."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from db.store import Accuracy, Summary

_DIGITS = frozenset("0123456789")


@dataclass(slots=True)
class StatisticsCounts:
    """Counts of one stretch of the history within one UTC day.

    labelled and right: labelled predictions, and those read right, for each model.
    confusion: "true>read" pairs of characters.
    """

    total: int = 0
    digits: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    confusion: Counter[str] = field(default_factory=Counter)

    def count(
        self,
        text: str,
        source: str,
        verdict: str,
        model: str,
        label: str | None,
        times: int = 1,
    ) -> None:
        """Count predictions that are alike in all of these."""
        self.total += times
        self.sources[source] += times
        self.verdicts[verdict] += times
        self.models[model] += times
        for character in text:
            if character in _DIGITS:
                self.digits[character] += times
        if label is None:
            return
        self.labelled[model] += times
        self.right[model] += times * (label == text)
        truth, read = label.replace("\n", ""), text.replace("\n", "")
        if len(truth) == len(read):
            for pair in zip(truth, read, strict=True):
                self.confusion[">".join(pair)] += times

    def add(self, other: "StatisticsCounts") -> None:
        """Count all that the other counted."""
        self.total += other.total
        self.digits.update(other.digits)
        self.sources.update(other.sources)
        self.verdicts.update(other.verdicts)
        self.models.update(other.models)
        self.labelled.update(other.labelled)
        self.right.update(other.right)
        self.confusion.update(other.confusion)

    def to_json(self) -> str:
        """As text that `from_json` reads."""
        return json.dumps(
            [
                self.total,
                self.digits,
                self.sources,
                self.verdicts,
                self.models,
                self.labelled,
                self.right,
                self.confusion,
            ],
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> "StatisticsCounts":
        """The tally that `to_json` wrote."""
        total, *counts = json.loads(text)
        return cls(total, *map(Counter, counts))


def summarize(tallies: Iterable[tuple[date, StatisticsCounts]]) -> Summary:
    """The Summary of tallies, each with its UTC day."""
    whole = StatisticsCounts()
    by_day: dict[str, StatisticsCounts] = {}
    for day, tally in tallies:
        if tally.total:
            by_day.setdefault(day.isoformat(), StatisticsCounts()).add(tally)
    for tally in by_day.values():
        whole.add(tally)
    days = sorted(by_day)
    return Summary(
        total=whole.total,
        digits={digit: whole.digits[str(digit)] for digit in range(10)},
        sources=dict(whole.sources),
        verdicts=dict(whole.verdicts),
        models=dict(whole.models),
        days={day: by_day[day].total for day in days},
        accuracy=Accuracy(whole.labelled.total(), whole.right.total()),
        confusion={(pair[0], pair[-1]): times for pair, times in sorted(whole.confusion.items())},
        by_model={
            model: Accuracy(labelled, whole.right[model])
            for model, labelled in sorted(whole.labelled.items())
        },
        by_day={
            day: Accuracy(by_day[day].labelled.total(), by_day[day].right.total())
            for day in days
            if by_day[day].labelled
        },
    )
