"""What the process counts and times, for Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("inkling_requests", "Requests answered", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "inkling_request_seconds",
    "Seconds from a request to its answer",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
PREDICTION_SECONDS = Histogram(
    "inkling_reading_seconds",
    "Seconds from ink to reading",
    ["kind"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1),
)
STORE_ERRORS = Counter("inkling_history_errors", "Readings that could neither be stored nor queued")
OUTBOX = Gauge("inkling_outbox_readings", "Readings that wait to reach the history")
REACHABLE = Gauge("inkling_history_reachable", "1 where the history's store answers, else 0")
