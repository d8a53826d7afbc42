"""Prometheus metrics of the process."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("inkling_requests", "HTTP requests", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "inkling_request_seconds",
    "Duration of an HTTP request in seconds",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
PREDICTION_SECONDS = Histogram(
    "inkling_prediction_seconds",
    "Duration of a prediction in seconds, from drawing or image to digits",
    ["kind"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1),
)
STORE_ERRORS = Counter(
    "inkling_history_errors", "Predictions that could neither be stored nor queued"
)
OUTBOX_ENTRIES = Gauge("inkling_outbox_entries", "Outbox entries not yet written to the history")
HISTORY_REACHABLE = Gauge("inkling_history_reachable", "1 if the history store answers, else 0")
