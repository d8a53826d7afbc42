"""The history: what was read, when, from what ink, and what it truly was."""

from db.history import (
    Accuracy,
    Filters,
    Health,
    History,
    HistoryUnavailable,
    InvalidCursor,
    Page,
    Summary,
)
from db.ids import new_id
from db.prediction import Correction, DigitRecord, Prediction, Source, Verdict, created_at
from db.store import open_history

__all__ = [
    "Accuracy",
    "Correction",
    "DigitRecord",
    "Filters",
    "Health",
    "History",
    "HistoryUnavailable",
    "InvalidCursor",
    "Page",
    "Prediction",
    "Source",
    "Summary",
    "Verdict",
    "created_at",
    "new_id",
    "open_history",
]
