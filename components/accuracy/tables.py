"""The data of each chart as a table."""

from collections.abc import Mapping

import pandas as pd

from components.accuracy.interval import wilson_interval
from db.store import Accuracy
from services.accuracy import Reliability


def accuracy_table(accuracies: Mapping[str, Accuracy]) -> pd.DataFrame:
    """Return a row for each group with labels: name, labelled, right, share, low, high (0 to 1)."""
    rows = [
        (
            name,
            accuracy.labelled,
            accuracy.right,
            accuracy.right / accuracy.labelled,
            *wilson_interval(accuracy.right, accuracy.labelled),
        )
        for name, accuracy in accuracies.items()
        if accuracy.labelled
    ]
    columns = ["name", "labelled", "right", "share", "low", "high"]
    return pd.DataFrame(rows, columns=pd.Index(columns))


def count_table(counts: Mapping[str, int]) -> pd.DataFrame:
    """Return a row for each name and its count."""
    return pd.DataFrame({"name": list(counts), "count": list(counts.values())})


def reliability_table(response: Reliability) -> pd.DataFrame:
    """Return a row for each non-empty bin: mean confidence, share correct, low, high, digits."""
    rows = [
        (
            part.confidence,
            part.right / part.digits,
            *wilson_interval(part.right, part.digits),
            part.digits,
        )
        for part in response.bins
        if part.digits
    ]
    columns = ["confidence", "share", "low", "high", "digits"]
    return pd.DataFrame(rows, columns=pd.Index(columns))
