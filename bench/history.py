"""Measure the history at growing sizes: `python -m bench.history`.

Cassandra, SQLite, and the table of the service that Inkling replaces, in one run. Each size is a
separate history, and the sizes take turns, so that other load on the machine affects all of them.
`ROWS=10000000` adds ten million rows.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bench.history_driver import DriverAlone
from bench.history_old_table import OldTable
from bench.history_plot import draw_plot
from bench.history_rows import Loaded, load
from bench.history_saves import show_cost, show_sustained
from bench.table import median, percentile, print_table
from core.settings import Settings
from db import Filters, Store, StoreUnavailableError, new_id, open_store
from services.local_cassandra import LocalCassandra, free_port

SIZES = (10_000, 100_000, 1_000_000)
OLD_TABLE_ROWS = 100_000  # enough: it reads all rows for every page
ROUNDS, REPEATS = 10, 10  # the sizes take turns in ROUNDS, with REPEATS calls in a row
WARM_UP_SECONDS = 60  # the JVM then has compiled what is used most
DEEP = 10_000
DRIVER_ALONE = "the driver alone, 50 rows of one partition"

Calls = dict[str, Callable[[], object]]
Measurement = dict[str, dict[str, float]]  # operation: {"p50": ms, "p99": ms}
Results = dict[str, dict[int, Measurement]]  # store, rows


def complete_page(store: Store, before: str | None = None, filters: Filters = Filters()) -> None:
    """Read a page; raise StoreUnavailableError if it is not complete."""
    if not store.page(50, before, filters).complete:
        raise StoreUnavailableError("A page was incomplete; the machine is too busy.")


def operations(store: Store, size: int) -> Calls:
    """Return the operations to measure, by name."""
    cursor = None
    for _ in range((min(DEEP, size - 500)) // 500):
        cursor = store.page(500, cursor).next
    newest, deep = store.page(1).items[0], store.page(1, cursor).items[0]
    whole = store.get(newest.id) or newest
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
        "half an hour": Filters(
            since=deep.created - timedelta(hours=0.5),
            until=deep.created,
        ),
        "digit, source, model, verdict (1 in 60)": Filters(
            digit=4, source="upload", model="cnn-1", verdict="unsure"
        ),
    }
    return {
        "newest page of 50": partial(complete_page, store),
        "page 10,000 rows in": partial(complete_page, store, cursor),
        **{name: partial(complete_page, store, None, wanted) for name, wanted in filters.items()},
        "by id": lambda: store.get(newest.id),
        "similar": lambda: store.similar(newest.id),
        "summary": store.summary,
        "save": lambda: store.save(replace(whole, id=new_id(), label=None)),
    }


def measure(calls: dict[int, Calls], rounds: int = ROUNDS) -> dict[int, Measurement]:
    """Return p50 and p99 in milliseconds of every operation, by size."""
    results: dict[int, Measurement] = {size: {} for size in calls}
    for name in next(iter(calls.values())):
        taken: dict[int, list[float]] = {size: [] for size in calls}
        for turn in range(rounds + 1):
            for size, operation in calls.items():
                for _ in range(REPEATS):
                    began = time.perf_counter()
                    operation[name]()
                    if turn:  # the first does not count
                        taken[size].append(1000 * (time.perf_counter() - began))
        for size, times in taken.items():
            results[size][name] = {"p50": median(times), "p99": percentile(times, 0.99)}
    return results


def warm_up(calls: dict[int, Calls], seconds: float) -> None:
    """Repeat all operations but saves."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for operation in calls.values():
            for name, call in operation.items():
                if name != "save":
                    call()


def show_results(results: Results) -> None:
    """Print a table for every store, and how the newest page grows."""
    for store, by_size in results.items():
        sizes = sorted(by_size)
        rows = [
            [name, *(_cell(by_size[size].get(name)) for size in sizes)]
            for name in by_size[sizes[0]]
        ]
        print_table(
            f"{store}, milliseconds (p50 / p99)", ["", *(f"{size:,} rows" for size in sizes)], rows
        )
    for store, by_size in results.items():
        least, most = min(by_size), max(by_size)
        times = [by_size[size]["newest page of 50"]["p50"] for size in (least, most)]
        print(f"{store}: the newest page takes {times[1] / times[0]:.2f} times as long at {most:,}")


def _cell(measured: dict[str, float] | None) -> str:
    return f"{measured['p50']:.2f} / {measured['p99']:.2f}" if measured else ""


class Stores:
    """A node and the histories of all sizes, in one folder; loaded rows stay for the next run."""

    def __init__(self, folder: Path, sizes: list[int], stack: ExitStack) -> None:
        self.folder, self.sizes, self._stack = folder, sizes, stack
        self.node = LocalCassandra(
            folder / "node", port=free_port(), storage_port=free_port(), heap_megabytes=4096
        )
        stack.callback(self.node.stop)
        print("Starting Cassandra …", flush=True)
        self.node.start()

    def settings(self, keyspace: str, **more: object) -> Settings:
        """Return settings of a history in that keyspace."""
        values: dict[str, object] = {
            "history": "cassandra",
            "history_file": self.folder / f"{keyspace}.sqlite3",
            "outbox_file": self.folder / f"outbox-{keyspace}.sqlite3",
            "cassandra_contact_points": (self.node.address,),
            "cassandra_port": self.node.port,
            "cassandra_keyspace": keyspace,
            **more,
        }
        return Settings.model_validate(values)

    def of(self, store: str, size: int) -> Settings:
        """Return settings of the history of that size."""
        return self.settings(f"rows_{size}", history=store.lower())

    def open(self, settings: Settings) -> Store:
        """Open a store and wait until it can be reached."""
        store = open_store(settings)
        self._stack.callback(store.close)
        while not store.health().reachable:
            time.sleep(0.1)
        return store

    def enter(self, driver: DriverAlone) -> DriverAlone:
        """Return the driver's session, which is closed with the stores."""
        return self._stack.enter_context(driver)

    def load(self) -> None:
        """Load missing rows, and restart the node, so that they are on the disk."""
        newest = datetime.now(UTC) - timedelta(seconds=30)
        loaded = Loaded.read(self.folder / "loaded.json", newest)
        before = dict(loaded.rows)
        for size in self.sizes:
            for store in ("Cassandra", "SQLite"):
                load(f"{store} {size}", self.of(store, size), size, loaded)
        for size in self.sizes:
            name = f"old table {size}"
            if size <= OLD_TABLE_ROWS and name not in before:
                with OldTable(self.node.port, size) as old:
                    old.load(loaded.newest)
                loaded.update(name, size)
        if loaded.rows != before:
            self.node.stop()
            self.node.start()


def run(stores: Stores) -> Results:
    """Measure all operations at all sizes."""
    results: Results = {}
    for store in ("Cassandra", "SQLite"):
        calls: dict[int, Calls] = {}
        for size in stores.sizes:
            opened = stores.open(stores.of(store, size))
            began = time.perf_counter()
            opened.summary()
            print(f"{store}, {size:,} rows: first summary {time.perf_counter() - began:.1f} s")
            calls[size] = operations(opened, size)
            if store == "Cassandra":
                driver = stores.enter(DriverAlone(stores.of(store, size)))
                calls[size][DRIVER_ALONE] = driver.newest_rows()
        warm_up(calls, WARM_UP_SECONDS if store == "Cassandra" else 1)
        results[store] = measure(calls)
    with ExitStack() as stack:
        old: dict[int, Calls] = {}
        for size in stores.sizes:
            if size <= OLD_TABLE_ROWS:
                table = stack.enter_context(OldTable(stores.node.port, size))
                old[size] = {"newest page of 50": table.page}
        results["The table before"] = measure(old, rounds=1)
    return results


def measure_saves() -> None:
    """Measure saves on a separate node without other load."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="inkling-bench-"))
        stores = Stores(Path(folder), [], stack)
        saving = {
            "without the vector index": stores.settings("saves_plain", history_similar=False),
            "with it": stores.settings("saves_vectors"),
        }
        show_sustained({name: (stores.open(one), one) for name, one in saving.items()})
        show_cost(stores.settings("saves_vectors"), stores.folder)


def main() -> None:
    """Load what is missing and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__)
    largest = int(os.environ.get("ROWS", max(SIZES)))
    default = [size for size in (*SIZES, 10_000_000) if size <= largest]
    parser.add_argument("--rows", type=int, nargs="+", default=default, help="sizes, growing")
    parser.add_argument("--folder", type=Path, help="keep what is loaded there for the next run")
    parser.add_argument("--load", action="store_true", help="load only")
    parser.add_argument("--saves", action="store_true", help="measure saves only")
    parser.add_argument("--plot", type=Path, help="draw time against rows into this SVG file")
    parser.add_argument("--json", type=Path, help="write the measurements into this file")
    options = parser.parse_args()
    if not options.load:
        measure_saves()
    if options.saves:
        return
    with ExitStack() as stack:
        folder = options.folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="inkling-bench-"))
        )
        stores = Stores(folder, options.rows, stack)
        stores.load()
        if options.load:
            return
        results = run(stores)
        show_results(results)
        if options.json is not None:
            options.json.write_text(json.dumps(results, indent=1))
        if options.plot is not None:
            draw_plot(options.plot, results)


if __name__ == "__main__":
    main()
