"""Measure saves through the outbox, and how much a save adds to a request."""

import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np

from bench.history_driver import DriverAlone
from bench.history_rows import make_record
from bench.table import median, percentile, print_table
from core.settings import Settings
from db import PredictionRecord, Store, new_id
from model.network import Network
from model.training.scans import read_scans
from tools.dev_server import UNLIMITED, running_server
from tools.sample_strokes import SEVEN

SAVES = 4000
THREADS = 32  # about the size of the server's pool
RUNS = 7
WARM_UP_SECONDS = 60  # the JVM then has compiled what is used most, which takes half a core
_WIDTHS = tuple(range(28, 50, 2))  # widths of the scans: give about as many glyphs as saves
REQUESTS = 500


def show_sustained(stores: dict[str, tuple[Store, Settings]]) -> None:
    """Print saves per second next to those of the driver alone, with the same rows and table."""
    rows = []
    for name, (store, settings) in stores.items():
        drawn = settings.history_similar
        embeddings = itertools.cycle(handwritten_embeddings()) if drawn else itertools.repeat(())
        through: list[float] = []
        alone: list[float] = []
        warm = time.monotonic() + WARM_UP_SECONDS
        while len(through) < RUNS:
            with_outbox = through_outbox(store, make_records(embeddings))
            with DriverAlone(settings) as driver:
                without_outbox = driver.write(make_records(embeddings))
            if time.monotonic() > warm:
                through.append(with_outbox)
                alone.append(without_outbox)
        ratio = median(through) / median(alone)
        rows.append([name, f"{median(through):,.0f}", f"{median(alone):,.0f}", ratio])
    print_table(
        f"Sustained saves per second ({SAVES:,} saves, {THREADS} threads, median of {RUNS} runs)",
        ["all columns", "through the outbox", "driver alone, nothing durable", "ratio"],
        rows,
    )


def make_records(embeddings: Iterator[tuple[float, ...]]) -> list[PredictionRecord]:
    """Return new predictions with all columns."""
    record = replace(make_record(1, datetime.now(UTC)), label=None)
    return [
        replace(record, id=new_id(), embedding=embedding)
        for embedding in itertools.islice(embeddings, SAVES)
    ]


def handwritten_embeddings() -> Iterator[tuple[float, ...]]:
    """Yield the network's embeddings of digits that people drew."""
    network = Network()
    glyphs = read_scans("optdigits", _WIDTHS).glyphs
    for some in np.array_split(np.random.default_rng(1).permutation(glyphs), len(glyphs) // 100):
        yield from map(tuple, network.classify(list(some)).embedding.tolist())


def through_outbox(store: Store, records: list[PredictionRecord]) -> float:
    """Save predictions; return how many per second until the last is in the store."""

    def save(part: list[PredictionRecord]) -> None:
        for record in part:
            store.save(record)

    threads = [
        threading.Thread(target=save, args=(records[part::THREADS],)) for part in range(THREADS)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not store.flush(300):
        raise RuntimeError("the outbox was not empty after five minutes")
    return len(records) / (time.monotonic() - began)


def show_cost(settings: Settings, folder: Path) -> None:
    """Print what `save=true` adds to POST /api/strokes, Cassandra up and down."""
    rows = []
    for state, port in (("up", settings.cassandra_port), ("down", 1)):
        environment = {
            **UNLIMITED,
            "CASSANDRA_CONTACT_POINTS": ",".join(settings.cassandra_contact_points),
            "CASSANDRA_PORT": str(port),
            "CASSANDRA_KEYSPACE": settings.cassandra_keyspace,
        }
        server_folder = folder / f"server-{state}"
        server_folder.mkdir(exist_ok=True)
        taken: dict[bool, list[float]] = {True: [], False: []}
        with (
            running_server(server_folder, environment) as server,
            httpx.Client(base_url=server.url) as app,
        ):
            status = "ready" if state == "up" else "waiting"
            while app.get("/api/health/ready").json()["status"] != status:
                time.sleep(0.1)
            for number in range(-50, REQUESTS):
                for save in (True, False):
                    began = time.perf_counter()
                    app.post("/api/strokes", json={"strokes": SEVEN, "save": save})
                    if number >= 0:
                        taken[save].append(1000 * (time.perf_counter() - began))
        p95 = {save: percentile(times, 0.95) for save, times in taken.items()}
        middle = {save: median(times) for save, times in taken.items()}
        difference = p95[True] - p95[False]
        rows.append([state, middle[True], middle[False], p95[True], p95[False], difference])
    print_table(
        f"POST /api/strokes, milliseconds ({REQUESTS} requests each, taking turns)",
        ["Cassandra", "p50 saved", "p50 not", "p95 saved", "p95 not", "p95 difference"],
        rows,
    )
