"""The history: stored predictions with their drawings and labels, in SQLite or Cassandra."""

from db.factory import open_store
from db.ids import new_id
from db.records import (
    ANY_LABEL,
    Correction,
    DigitPredictionRecord,
    LabelConflictError,
    LabelVersion,
    PredictionRecord,
    Source,
    Verdict,
    created_at,
)
from db.store import (
    Accuracy,
    CountResult,
    Filters,
    Health,
    InvalidCursorError,
    Page,
    Store,
    StoreUnavailableError,
    Summary,
)

__all__ = [
    "ANY_LABEL",
    "Accuracy",
    "Correction",
    "CountResult",
    "DigitPredictionRecord",
    "Filters",
    "Health",
    "InvalidCursorError",
    "LabelConflictError",
    "LabelVersion",
    "Page",
    "PredictionRecord",
    "Source",
    "Store",
    "StoreUnavailableError",
    "Summary",
    "Verdict",
    "created_at",
    "new_id",
    "open_store",
]
