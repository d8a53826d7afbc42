"""Time function calls, compute percentiles and print Markdown tables."""

import statistics
import time
from collections.abc import Callable, Sequence


def time_calls(function: Callable[[], object], count: int, warm_up: int = 10) -> list[float]:
    """Return the milliseconds that each of `count` calls took, after `warm_up` unmeasured calls."""
    for _ in range(warm_up):
        function()
    durations = []
    for _ in range(count):
        start = time.perf_counter()
        function()
        durations.append((time.perf_counter() - start) * 1000)
    return durations


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table; floats are rounded to three significant figures."""
    print(f"\n### {title}\n")
    print("| " + " | ".join(columns) + " |")
    print("|" + " --- |" * len(columns))
    for row in rows:
        cells = (f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row)
        print("| " + " | ".join(cells) + " |", flush=True)
