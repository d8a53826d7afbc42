"""Rows for the benchmark of the history, and how they are loaded."""

import json
import os
import random
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from core.settings import Settings
from db import DigitPredictionRecord, PredictionRecord, Store, StoreUnavailableError, open_store
from db.ids import id_at
from db.progress import progress_bar

VECTORS = 100_000  # rows up to which all have an embedding
FEW_VECTORS = 10_000  # newest rows that have one in larger histories: only `similar` reads them
BATCH = 512
LOADERS = 2
TIMEOUT_SECONDS = 120  # seconds to wait for a node that does not answer

_SOURCE = random.Random(1)
_IMAGE = _SOURCE.randbytes(700)
_GLYPH = bytes(784)
_STROKES = (tuple((float(x), float(x * x % 280)) for x in range(40)),)


def make_record(number: int, newest: datetime, vectors: int = VECTORS) -> PredictionRecord:
    """Return the prediction `number` seconds before the newest; its text is one of a hundred."""
    text, digits = _text_and_digits(number % 1000)
    label = None if number % 100 else (text if number % 400 else "8")
    moment = newest - timedelta(seconds=number)
    return PredictionRecord(
        id=id_at(moment, number % 7),
        text=text,
        source=("pad", "upload", "sample")[number % 3],
        model=f"cnn-{number % 2}",
        digits=digits,
        image=_IMAGE,
        strokes=_STROKES,
        embedding=make_embedding() if number < vectors else (),
        owner=f"owner-{number % 100}",
        label=label,
        labelled_by=None if label is None else "bench",
        labelled_at=None if label is None else moment.replace(microsecond=0),
    )


@lru_cache(1000)
def _text_and_digits(number: int) -> tuple[str, tuple[DigitPredictionRecord, ...]]:
    text = f"{number * 37 % 100:02d}"
    confidence = (number * 61 % 1000) / 1000
    return text, tuple(
        DigitPredictionRecord(
            value=int(character),
            verdict="digit" if confidence >= 0.5 else "unsure",
            confidence=confidence,
            probabilities=(confidence,) + ((1 - confidence) / 9,) * 9,
            box=(10.0, 10.0, 60.0, 90.0),
            glyph=_GLYPH,
        )
        for character in text
    )


def make_embedding() -> tuple[float, ...]:
    """Return a random embedding: 64 floats of unit length."""
    numbers = [_SOURCE.gauss(0, 1) for _ in range(64)]
    length = sum(number * number for number in numbers) ** 0.5
    return tuple(number / length for number in numbers)


@dataclass(slots=True)
class Loaded:
    """The numbers of rows that are loaded already, in a file in the same folder."""

    path: Path
    newest: datetime
    rows: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, newest: datetime) -> "Loaded":
        """Read the file, if there is one."""
        if not path.exists():
            return cls(path, newest)
        content = json.loads(path.read_text())
        return cls(path, datetime.fromisoformat(content["newest"]), content["rows"])

    def update(self, name: str, rows: int) -> None:
        """Store the number of rows loaded under that name."""
        self.rows[name] = rows
        content = {"newest": self.newest.isoformat(), "rows": self.rows}
        self.path.write_text(json.dumps(content))


def load(name: str, settings: Settings, size: int, loaded: Loaded) -> None:
    """Load the history of these settings up to `size` rows, continuing after those it has."""
    first = loaded.rows.get(name, 0)
    if first >= size:
        return
    starts = range(first, size, BATCH)
    show_progress = progress_bar("rows", size - first)
    began = time.monotonic()
    with ProcessPoolExecutor(
        LOADERS if settings.uses_cassandra else 1,
        mp_context=get_context("spawn"),
        initializer=_open,
        initargs=(settings,),
    ) as pool:
        ends = pool.map(_restore, starts, [size] * len(starts), [loaded.newest] * len(starts))
        for end in ends:
            loaded.update(name, end)
            show_progress(end - first)
    rate = (size - first) / (time.monotonic() - began)
    print(f"{name}: {size:,} rows, loaded {rate:,.0f} a second", flush=True)


_store: Store


def _open(settings: Settings) -> None:
    global _store
    outbox = settings.outbox_file.with_name(f"loader-{os.getpid()}.sqlite3")
    _store = open_store(settings.model_copy(update={"outbox_file": outbox}))
    while not _store.health().reachable:
        time.sleep(0.1)


def _restore(start: int, size: int, newest: datetime) -> int:
    end = min(start + BATCH, size)
    vectors = VECTORS if size <= VECTORS else FEW_VECTORS
    records = [make_record(number, newest, vectors) for number in range(start, end)]
    until = time.monotonic() + TIMEOUT_SECONDS
    while True:
        try:
            _store.restore(records)
            return end
        except StoreUnavailableError:  # the machine is busy; rows may be written twice
            if time.monotonic() > until:
                raise
            time.sleep(1)
