"""The embedded store: one SQLite file."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from db.cursor import CursorSigner
from db.ids import bucket_start, first_position, position_of
from db.records import ANY_LABEL, Columns, LabelVersion, PredictionRecord, with_label
from db.sqlite import tables
from db.sqlite.connection import SqliteConnection, execute_in_batches
from db.sqlite.model_registry import MODEL_COMPARISONS, MODEL_REGISTRY, SqliteModelRegistry
from db.sqlite.nearest import NearestNeighbors
from db.sqlite.tables import CORRECTIONS, INDEXES, TABLES
from db.sqlite.training_jobs import TRAINING_JOBS, SqliteTrainingJobs
from db.sqlite.version_predictions import (
    VERSION_PREDICTIONS,
    SqliteVersionPredictions,
    delete_version_predictions,
)
from db.statistics import Counts, summarize
from db.store import (
    CountResult,
    Filters,
    Health,
    Page,
    Store,
    StoreUnavailableError,
    Summary,
    validate_id,
    validate_limit,
)

_HOUR = 60  # minutes
# The counts of an hour are stored once it ended this long ago: a drawing has the id, and so the
# hour, of its first stroke, but is saved after its last.
_GRACE_PERIOD = timedelta(minutes=2)
_SPARE_NEIGHBORS = 50  # searched in addition, as some may be deleted
_EXPORT_ROWS = 200
_EMBEDDING_ROWS = 1_000  # some hundred bytes each, without image and strokes
# In one transaction: on a full disk, its log has to fit into the disk reserve.
_DELETED_ROWS = 50
_PAGE_TO_CHECK = 50
_COUNT_ROWS = 10_000  # rows counted between two checks of the time limit
_TALLIES = """
CREATE TABLE tallies (
    hour INTEGER PRIMARY KEY,  -- seconds since 1970
    tally TEXT  -- the counts, NULL if the hour has changed since they were made
)
"""

_INVALIDATE = """
INSERT INTO tallies (hour) VALUES {rows}
ON CONFLICT (hour) DO UPDATE SET tally = NULL WHERE tally IS NOT NULL
"""


class SqliteStore(Store):
    """Stores predictions in a file; saved ones survive a crash of the program and a power cut."""

    def __init__(self, path: Path, cursors: CursorSigner) -> None:
        predictions = ";".join((TABLES, INDEXES, _TALLIES))
        schema = (
            predictions,
            CORRECTIONS,
            TRAINING_JOBS,
            MODEL_REGISTRY,
            VERSION_PREDICTIONS,
            MODEL_COMPARISONS,
        )
        self._file = SqliteConnection(path, schema)
        self._cursors = cursors
        self._neighbors = NearestNeighbors()
        self.training_jobs = SqliteTrainingJobs(self._file)
        self.models = SqliteModelRegistry(self._file)
        self.version_predictions = SqliteVersionPredictions(self._file)

    def save(self, prediction: PredictionRecord) -> None:
        validate_id(prediction)
        self._file.write_batched(_upsert, prediction)

    def get(self, id: UUID) -> PredictionRecord | None:
        if id.version != 1:
            return None
        with self._file.read() as connection:
            return tables.find(connection, id)

    def page(
        self,
        limit: int = 50,
        before: str | None = None,
        filters: Filters = Filters(),
        *,
        with_drawing: bool = False,
    ) -> Page:
        position = None if before is None else self._cursors.verify(before)
        limit = validate_limit(limit)
        with self._file.read() as connection:
            found = tables.newest(
                connection,
                limit + 1,
                position,
                filters,
                columns="all" if with_drawing else "page",
            )
        items = tuple(found[:limit])
        has_next = len(found) > limit
        return Page(items, self._cursors.sign(position_of(items[-1].id)) if has_next else None)

    def count(self, filters: Filters = Filters(), *, seconds: float | None = None) -> CountResult:
        deadline = None if seconds is None else time.monotonic() + seconds
        total = 0
        with self._file.read() as connection:
            if deadline is None:
                return CountResult(tables.count(connection, filters))
            position = None
            while True:
                counted, position = tables.count_next(connection, filters, position, _COUNT_ROWS)
                total += counted
                if counted < _COUNT_ROWS:
                    return CountResult(total)
                if time.monotonic() > deadline:
                    return CountResult(total, complete=False)

    def label(
        self,
        id: UUID,
        text: str | None,
        by: str | None = None,
        *,
        replaces: LabelVersion = ANY_LABEL,
    ) -> PredictionRecord | None:
        def work(connection: sqlite3.Connection) -> PredictionRecord | None:
            prediction = tables.find(connection, id)
            if prediction is None:
                return None
            labelled = with_label(prediction, text, by, replaces)
            tables.update_label(connection, labelled)
            _invalidate_counts(connection, [id])
            return labelled

        return self._file.write(work) if id.version == 1 else None

    def delete(self, id: UUID) -> bool:
        def work(connection: sqlite3.Connection) -> bool:
            if not tables.delete(connection, id):
                return False
            delete_version_predictions(connection, [id])
            _invalidate_counts(connection, [id])
            return True

        return id.version == 1 and self._file.write(work, frees_space=True)

    def delete_owner(self, owner: str) -> int:
        def work(connection: sqlite3.Connection) -> int:
            ids = tables.delete_of_owner(connection, owner, _DELETED_ROWS)
            delete_version_predictions(connection, ids)
            _invalidate_counts(connection, ids)
            return len(ids)

        deleted = 0
        while True:
            count = self._file.write(work, frees_space=True)
            deleted += count
            if count < _DELETED_ROWS:
                return deleted

    def similar(
        self, id: UUID, limit: int = 12, owner: str | None = None
    ) -> list[tuple[PredictionRecord, float]]:
        with self._file.read() as connection:
            prediction = tables.find(connection, id) if id.version == 1 else None
            if prediction is None or not prediction.embedding:
                return []
            among = None if owner is None else tables.reading_keys_of_owner(connection, owner)
            count = limit + _SPARE_NEIGHBORS
            while True:
                nearest = self._neighbors.search(connection, prediction.embedding, count, among)
                rows = ((tables.find_row(connection, row), score) for row, score in nearest)
                found = [
                    (other, min(1.0, score))
                    for other, score in rows
                    if other is not None and other.id != id
                ]
                if len(found) >= limit or len(nearest) < count:
                    return found[:limit]
                count *= 4  # many of the nearest are deleted

    def summary(self) -> Summary:
        with self._file.read() as connection:
            _check_newest_page(connection)
            rows = connection.execute("SELECT hour, tally FROM tallies").fetchall()
            uncounted = [hour for hour, tally in rows if tally is None]
            counts = {hour: Counts.from_json(tally) for hour, tally in rows if tally is not None}
            now = datetime.now(UTC)
            for hour in uncounted:
                if _end_of(hour) + _GRACE_PERIOD > now:
                    counts[hour] = _counts_of_hour(connection, hour)
        for hour in uncounted:
            if hour not in counts:
                counts[hour] = self._file.write(partial(_store_counts, hour))
        return summarize(
            (datetime.fromtimestamp(hour, UTC).date(), of_hour) for hour, of_hour in counts.items()
        )

    def export(self, filters: Filters = Filters()) -> Iterator[PredictionRecord]:
        return self._read_all(filters, _EXPORT_ROWS, "all")

    def embeddings(self, filters: Filters = Filters()) -> Iterator[PredictionRecord]:
        return self._read_all(filters, _EMBEDDING_ROWS, "embedding")

    def restore(self, predictions: Sequence[PredictionRecord]) -> None:
        def work(connection: sqlite3.Connection) -> None:
            _upsert(connection, predictions)
            for prediction in predictions:
                tables.update_label(connection, prediction)

        for prediction in predictions:
            validate_id(prediction)
        self._file.write(work)

    def health(self) -> Health:
        try:
            with self._file.read() as connection:
                _check_newest_page(connection)
        except StoreUnavailableError as error:
            return Health("sqlite", reachable=False, accepting=False, detail=str(error))
        error_text = self._file.write_error()
        return Health("sqlite", reachable=True, accepting=error_text is None, detail=error_text)

    def close(self) -> None:
        self._file.close()

    def _read_all(
        self, filters: Filters, rows: int, columns: Columns
    ) -> Iterator[PredictionRecord]:
        """Yield all predictions that match, newest first, `rows` in one query."""
        position = None
        while True:
            with self._file.read() as connection:
                found = tables.newest(connection, rows, position, filters, columns=columns)
            yield from found
            if len(found) < rows:
                return
            position = position_of(found[-1].id)


def _check_newest_page(connection: sqlite3.Connection) -> None:
    """Raise sqlite3.Error where the newest page cannot be read because the file is damaged.

    Takes 1 ms. Neither health nor the summary reads predictions otherwise, and both would go on
    answering while pages fail.
    """
    tables.newest(connection, _PAGE_TO_CHECK, None, Filters(), columns="page")


def _end_of(hour: int) -> datetime:
    return datetime.fromtimestamp(hour, UTC) + timedelta(minutes=_HOUR)


def _upsert(connection: sqlite3.Connection, predictions: Sequence[PredictionRecord]) -> None:
    tables.upsert(connection, predictions)
    _invalidate_counts(connection, [prediction.id for prediction in predictions])


def _invalidate_counts(connection: sqlite3.Connection, ids: Iterable[UUID]) -> None:
    hours = {int(bucket_start(id, _HOUR).timestamp()) for id in ids}
    execute_in_batches(connection, _INVALIDATE, [(hour,) for hour in hours])


def _counts_of_hour(connection: sqlite3.Connection, hour: int) -> Counts:
    counts = Counts()
    rows = connection.execute(
        "SELECT text, source, verdict, model, label, labelled_by, count(*) FROM readings "
        "WHERE position >= ? AND position < ? GROUP BY 1, 2, 3, 4, 5, 6",
        (first_position(datetime.fromtimestamp(hour, UTC)), first_position(_end_of(hour))),
    )
    for row in rows:
        counts.add_row(*row)
    return counts


def _store_counts(hour: int, connection: sqlite3.Connection) -> Counts:
    """Count an hour and store the result, in the writer, so that no change comes in between."""
    counts = _counts_of_hour(connection, hour)
    connection.execute("UPDATE tallies SET tally = ? WHERE hour = ?", (counts.to_json(), hour))
    return counts
