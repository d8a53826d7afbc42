"""Counts over predictions that can be stored and added up: what a Summary is made of."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from db.records import character_pairs
from db.store import Accuracy, Summary

# Prefix of the author of a visitor's label; such a label does not count for reviewers.
VISITOR = "visitor"
_DIGITS = frozenset("0123456789")


@dataclass(slots=True)
class Counts:
    """Counts of predictions that were made on one UTC day.

    labelled, right: labelled predictions per model, and those among them whose text is the label.
    confusion: "true>predicted" pairs of characters.
    """

    total: int = 0
    digits: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    confusion: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        text: str,
        source: str,
        verdict: str,
        model: str,
        label: str | None,
        times: int = 1,
    ) -> None:
        """Add predictions that are equal in all of these."""
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
        for pair in character_pairs(label, text):
            self.confusion[">".join(pair)] += times

    def add_row(
        self,
        text: str,
        source: str,
        verdict: str,
        model: str,
        label: str | None,
        labelled_by: str | None,
        times: int = 1,
    ) -> None:
        """Add rows of the history; a visitor's label does not count."""
        if labelled_by is not None and labelled_by.startswith(VISITOR):
            label = None
        self.add(text, source, verdict, model, label, times)

    def merge(self, other: "Counts") -> None:
        """Add the counts of another."""
        self.total += other.total
        self.digits.update(other.digits)
        self.sources.update(other.sources)
        self.verdicts.update(other.verdicts)
        self.models.update(other.models)
        self.labelled.update(other.labelled)
        self.right.update(other.right)
        self.confusion.update(other.confusion)

    def to_json(self) -> str:
        """Return the counts as JSON for `from_json`: a list in the order of the fields."""
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
    def from_json(cls, text: str) -> "Counts":
        """Return the counts that `to_json` wrote."""
        total, *counters = json.loads(text)
        return cls(total, *map(Counter, counters))


def summarize(counts_of_days: Iterable[tuple[date, Counts]]) -> Summary:
    """Return the totals of counts, each with its UTC day; a day may come in several parts."""
    whole = Counts()
    by_day: dict[str, Counts] = {}
    for day, counts in counts_of_days:
        if counts.total:
            by_day.setdefault(day.isoformat(), Counts()).merge(counts)
    for counts in by_day.values():
        whole.merge(counts)
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
        days_by_model={day: dict(by_day[day].models) for day in days},
        days_by_source={day: dict(by_day[day].sources) for day in days},
    )
