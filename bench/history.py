"""How fast the history is at growing sizes: `python -m bench.history`.

Cassandra, SQLite and the table of the service that Inkling replaces, side by side in one run.
Every size adds older readings, one a second back in time, so that the newest page is the same at
all sizes and only the size differs. `ROWS=10000000` adds ten million.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cassandra.cluster import Cluster
from cassandra.concurrent import execute_concurrent_with_args

from bench.history_plot import draw_plot
from db import (
    DigitRecord,
    Filters,
    History,
    HistoryUnavailable,
    Prediction,
    new_id,
    open_history,
)
from db.cassandra_server import LocalCassandra, free_port
from db.ids import id_at
from db.progress import progress_bar
from settings import Settings

SIZES = (10_000, 100_000, 1_000_000)
VECTORS = 100_000  # the newest readings have an embedding
OLD_TABLE_ROWS = 100_000  # more would only take longer: it reads all of them for every page
REPEATS = 100
DEEP = 10_000
BATCH = 256
LOADERS = 3

_SOURCE = random.Random(1)
_INK = _SOURCE.randbytes(700)
_GLYPH = bytes(784)

Measurement = dict[str, dict[str, float]]  # operation: {"p50": ms, "p99": ms}


def make_reading(number: int, newest: datetime) -> Prediction:
    """The reading that many seconds before the newest; its text is one of a hundred."""
    text = f"{number * 37 % 100:02d}"
    confidence = (number * 61 % 1000) / 1000
    label = None if number % 100 else (text if number % 400 else "8")
    digits = tuple(
        DigitRecord(
            value=int(character),
            verdict="digit" if confidence >= 0.5 else "unsure",
            confidence=confidence,
            probabilities=(confidence,) + ((1 - confidence) / 9,) * 9,
            box=(10.0, 10.0, 60.0, 90.0),
            glyph=_GLYPH,
        )
        for character in text
    )
    moment = newest - timedelta(seconds=number)
    return Prediction(
        id=id_at(moment, number % 7),
        text=text,
        source=("pad", "upload", "sample")[number % 3],
        model=f"cnn-{number % 2}",
        digits=digits,
        image=_INK,
        strokes=(tuple((float(x), float(x * x % 280)) for x in range(40)),),
        embedding=_embedding() if number < VECTORS else (),
        owner=f"owner-{number % 100}",
        label=label,
        labelled_by=None if label is None else "bench",
        labelled_at=None if label is None else moment.replace(microsecond=0),
    )


def _embedding() -> tuple[float, ...]:
    numbers = [_SOURCE.gauss(0, 1) for _ in range(64)]
    length = sum(number * number for number in numbers) ** 0.5
    return tuple(number / length for number in numbers)


def load(history: History, first: int, last: int, newest: datetime) -> float:
    """Bring the history from `first` to `last` rows; rows a second."""
    tell = progress_bar("rows", last - first)
    began = time.monotonic()

    def restore(start: int) -> int:
        end = min(start + BATCH, last)
        history.restore([make_reading(number, newest) for number in range(start, end)])
        return end

    with ThreadPoolExecutor(LOADERS) as pool:
        for end in pool.map(restore, range(first, last, BATCH)):
            tell(end - first)
    return (last - first) / (time.monotonic() - began)


def complete_page(
    history: History, before: str | None = None, filters: Filters = Filters()
) -> None:
    """Read a page; raises where it is not the whole truth, as its time would not be."""
    if not history.page(50, before, filters).complete:
        raise HistoryUnavailable("The page came without Cassandra; the machine is too busy.")


def operations(history: History) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is measured, by name."""
    cursor = None
    for _ in range(DEEP // 500 - 1):
        cursor = history.page(500, cursor).next
    yield "newest page of 50", partial(complete_page, history)
    yield "page 10,000 rows in", partial(complete_page, history, cursor)
    newest = history.page(1).items[0]
    whole = history.get(newest.id) or newest
    filters = {
        "text (1 in 100)": Filters(text="42"),
        "owner (1 in 100)": Filters(owner="owner-42"),
        "labelled (1 in 100)": Filters(labelled=True),
        "wrong (1 in 400)": Filters(wrong=True),
        "confidence < 0.01 (1 in 100)": Filters(max_confidence=0.009),
        "confidence > 0.5 (1 in 2)": Filters(min_confidence=0.5),
        "digit (1 in 5)": Filters(digit=4),
        "source (1 in 3)": Filters(source="upload"),
        "verdict (1 in 2)": Filters(verdict="unsure"),
        "model (1 in 2)": Filters(model="cnn-1"),
        "one day": Filters(
            since=newest.created - timedelta(hours=30), until=newest.created - timedelta(hours=6)
        ),
        "digit, source, model, verdict (1 in 60)": Filters(
            digit=4, source="upload", model="cnn-1", verdict="unsure"
        ),
    }
    for name, wanted in filters.items():
        yield name, partial(complete_page, history, None, wanted)
    yield "by id", lambda: history.get(newest.id)
    yield "similar", lambda: history.similar(newest.id)
    yield "summary", history.summary
    yield "save", lambda: history.save(replace(whole, id=new_id(), label=None))


def measure(call: Callable[[], object], repeats: int = REPEATS) -> dict[str, float]:
    """p50 and p99 of a call in milliseconds, after three calls that do not count."""
    for _ in range(3):
        call()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - began))
    return {"p50": statistics.median(times), "p99": statistics.quantiles(times, n=100)[98]}


def sustained_saves(history: History, count: int, *, vectors: bool) -> float:
    """Readings a second from four threads until the last has arrived in the store."""
    unlabelled = make_reading(1, datetime.now(UTC))
    readings = [
        replace(unlabelled, id=new_id(), embedding=_embedding() if vectors else ())
        for _ in range(count)
    ]

    def save(part: list[Prediction]) -> None:
        for reading in part:
            history.save(reading)

    threads = [threading.Thread(target=save, args=(readings[part::4],)) for part in range(4)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not history.flush(300):
        raise RuntimeError("the outbox was not emptied within five minutes")
    return count / (time.monotonic() - began)


class OldTable:
    """The table of the service that Inkling replaces: read whole for every page."""

    def __init__(self, port: int) -> None:
        self._cluster = Cluster(["127.0.0.1"], port=port, protocol_version=5)
        self._session = self._cluster.connect()
        self._session.execute(
            "CREATE KEYSPACE IF NOT EXISTS old_table WITH replication = "
            "{'class': 'SimpleStrategy', 'replication_factor': 1}"
        )
        self._session.execute(
            "CREATE TABLE IF NOT EXISTS old_table.records (rcd_time timestamp, eval_value int, "
            "file_name text, PRIMARY KEY ((rcd_time), eval_value))"
        )

    def load(self, first: int, last: int, newest: datetime) -> None:
        """Bring it from `first` to `last` rows."""
        insert = self._session.prepare(
            "INSERT INTO old_table.records (rcd_time, eval_value, file_name) VALUES (?, ?, ?)"
        )
        rows = (
            (newest - timedelta(seconds=number), number % 10, f"{number}.png")
            for number in range(first, last)
        )
        execute_concurrent_with_args(self._session, insert, rows, concurrency=128)

    def page(self) -> list[object]:
        """The newest 50, the way it was done."""
        rows = list(self._session.execute("SELECT * FROM old_table.records"))
        return sorted(rows, key=lambda row: row.rcd_time, reverse=True)[:50]

    def close(self) -> None:
        """End its connections."""
        self._cluster.shutdown()


def print_table(results: dict[str, dict[int, Measurement]]) -> None:
    """p50 / p99 in milliseconds, a column for every store and size."""
    for store, by_size in results.items():
        sizes = sorted(by_size)
        print(f"\n{store}, ms (p50 / p99)")
        print(f"{'':42}" + "".join(f"{size:>22,}" for size in sizes))
        for operation in by_size[sizes[-1]]:
            cells = (by_size[size].get(operation) for size in sizes)
            texts = (f"{c['p50']:.2f} / {c['p99']:.2f}" if c else "" for c in cells)
            print(f"{operation:42}" + "".join(f"{text:>22}" for text in texts))


def measure_all(store: str, size: int, history: History) -> Measurement:
    """Every operation at this size, printed as it is measured."""
    results: Measurement = {}
    for name, call in operations(history):
        results[name] = measure(call)
        times = f"{results[name]['p50']:.2f} / {results[name]['p99']:.2f} ms"
        print(f"  {store}, {size:,} rows, {name}: {times}", flush=True)
    history.flush(60)
    return results


def run(sizes: list[int], folder: Path) -> Iterator[dict[str, dict[int, Measurement]]]:
    """Load and measure size after size; after each all measurements by store and size."""
    newest = datetime.now(UTC) - timedelta(seconds=30)
    results: dict[str, dict[int, Measurement]] = {"Cassandra": {}, "SQLite": {}, "Old table": {}}
    with ExitStack() as stack:
        node = LocalCassandra(
            folder / "node", port=free_port(), storage_port=free_port(), heap_megabytes=2048
        )
        stack.callback(node.kill)
        print("Starting Cassandra …", flush=True)
        node.start()
        settings = Settings(
            history="cassandra",
            history_file=folder / "history.sqlite3",
            outbox_file=folder / "outbox.sqlite3",
            cassandra_contact_points=(node.address,),
            cassandra_port=node.port,
        )

        def opened(**changes: object) -> History:
            history = open_history(settings.model_copy(update=changes))
            stack.callback(history.close)
            while not history.health().reachable:
                time.sleep(0.1)
            return history

        stores = {"Cassandra": opened(), "SQLite": opened(history="sqlite")}
        plain = opened(
            cassandra_keyspace="plain", history_similar=False, outbox_file=folder / "plain.sqlite3"
        )
        old = OldTable(node.port)
        stack.callback(old.close)
        loaded = 0
        for size in sizes:
            for store, history in stores.items():
                rate = load(history, loaded, size, newest)
                print(f"{store}: {size:,} rows, loaded {rate:,.0f} a second", flush=True)
                history.summary()
                results[store][size] = measure_all(store, size, history)
            if size <= OLD_TABLE_ROWS:
                old.load(loaded, size, newest)
                results["Old table"][size] = {"newest page of 50": measure(old.page, 5)}
            loaded = size
            yield results
        for history, vectors in ((stores["Cassandra"], True), (plain, False)):
            rate = sustained_saves(history, 8000, vectors=vectors)
            index = "with" if vectors else "without"
            print(f"sustained saves {index} the vector index: {rate:,.0f} a second")


def main() -> None:
    """Measure at the sizes asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__)
    largest = int(os.environ.get("ROWS", max(SIZES)))
    default = [size for size in (*SIZES, 10_000_000) if size <= largest]
    parser.add_argument("--rows", type=int, nargs="+", default=default, help="sizes, growing")
    parser.add_argument("--plot", type=Path, help="draw time against rows into this SVG file")
    parser.add_argument("--json", type=Path, help="write the measurements into this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as folder:
        for results in run(options.rows, Path(folder)):
            print_table({store: sizes for store, sizes in results.items() if sizes})
            if options.json is not None:
                options.json.write_text(json.dumps(results, indent=1))
            if options.plot is not None:
                draw_plot(options.plot, results)


if __name__ == "__main__":
    main()
