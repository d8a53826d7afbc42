"""The numbers behind each chart, as tables."""

from collections.abc import Mapping

import pandas as pd

from components.accuracy.interval import wilson
from db.store import Accuracy
from services.accuracy import Reliability


def accuracy_table(parts: Mapping[str, Accuracy]) -> pd.DataFrame:
    """A row for each part that has labels: name, labelled, right, share, low, high (0 to 1)."""
    rows = [
        (name, part.labelled, part.right, part.right / part.labelled, *wilson(*_counts(part)))
        for name, part in parts.items()
        if part.labelled
    ]
    columns = ["name", "labelled", "right", "share", "low", "high"]
    return pd.DataFrame(rows, columns=pd.Index(columns))


def count_table(counts: Mapping[str, int]) -> pd.DataFrame:
    """A row for each name and its count."""
    return pd.DataFrame({"name": list(counts), "count": list(counts.values())})


def reliability_table(answer: Reliability) -> pd.DataFrame:
    """A row for each tenth that holds digits: mean confidence, share, low, high, digits."""
    rows = [
        (part.confidence, part.right / part.digits, *wilson(part.right, part.digits), part.digits)
        for part in answer.bins
        if part.digits
    ]
    columns = ["confidence", "share", "low", "high", "digits"]
    return pd.DataFrame(rows, columns=pd.Index(columns))


def _counts(part: Accuracy) -> tuple[int, int]:
    return part.right, part.labelled
