"""How fast saves go through the outbox, and what a save costs whoever waits for the reading."""

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
from bench.history_rows import make_reading
from bench.table import median, percentile, print_table
from core.settings import Settings
from db import PredictionRecord, Store, new_id
from model.network import Network
from model.training.scans import read_scans
from tools.dev_server import UNLIMITED, running_server
from tools.sample_strokes import SEVEN

SAVES = 4000
THREADS = 32  # as many as the server's pool would use
RUNS = 7
WARM_UP_SECONDS = 60  # until Java has compiled what is used most; till then that takes half a core
_WIDTHS = tuple(range(28, 50, 2))  # of the scans: about as many glyphs as there are saves
REQUESTS = 500


def show_sustained(histories: dict[str, tuple[Store, Settings]]) -> None:
    """Print saves a second beside what the driver alone reaches with the same rows and table."""
    rows = []
    for name, (history, settings) in histories.items():
        drawn = settings.history_similar
        embeddings = itertools.cycle(drawn_embeddings()) if drawn else itertools.repeat(())
        through: list[float] = []
        alone: list[float] = []
        warm = time.monotonic() + WARM_UP_SECONDS
        while len(through) < RUNS:
            ours = through_outbox(history, make_readings(embeddings))
            with DriverAlone(settings) as driver:
                its_own = driver.write(make_readings(embeddings))
            if time.monotonic() > warm:
                through.append(ours)
                alone.append(its_own)
        ratio = median(through) / median(alone)
        rows.append([name, f"{median(through):,.0f}", f"{median(alone):,.0f}", ratio])
    print_table(
        f"Sustained saves a second ({SAVES:,} readings, {THREADS} threads, median of {RUNS} runs)",
        ["all columns", "through the outbox", "driver alone, nothing durable", "ratio"],
        rows,
    )


def make_readings(embeddings: Iterator[tuple[float, ...]]) -> list[PredictionRecord]:
    """New readings of now, with all columns."""
    one = replace(make_reading(1, datetime.now(UTC)), label=None)
    return [
        replace(one, id=new_id(), embedding=embedding)
        for embedding in itertools.islice(embeddings, SAVES)
    ]


def drawn_embeddings() -> Iterator[tuple[float, ...]]:
    """What the network makes of digits that people drew, each time another."""
    network = Network()
    glyphs = read_scans("optdigits", _WIDTHS).glyphs
    for some in np.array_split(np.random.default_rng(1).permutation(glyphs), len(glyphs) // 100):
        yield from map(tuple, network.classify(list(some)).embedding.tolist())


def through_outbox(history: Store, readings: list[PredictionRecord]) -> float:
    """Readings a second until the last has arrived in the store."""

    def save(part: list[PredictionRecord]) -> None:
        for reading in part:
            history.save(reading)

    threads = [
        threading.Thread(target=save, args=(readings[part::THREADS],)) for part in range(THREADS)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not history.flush(300):
        raise RuntimeError("the outbox was not emptied within five minutes")
    return len(readings) / (time.monotonic() - began)


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
        place = folder / f"server-{state}"
        place.mkdir(exist_ok=True)
        taken: dict[bool, list[float]] = {True: [], False: []}
        with running_server(place, environment) as server, httpx.Client(base_url=server.url) as app:
            wanted = "ready" if state == "up" else "waiting"
            while app.get("/api/health/ready").json()["status"] != wanted:
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
