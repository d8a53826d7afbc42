"""The embedded history: one SQLite file."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from db.cursor import Cursors
from db.ids import bucket_start, first_position, position_of
from db.records import PredictionRecord, corrected
from db.sqlite import tables as reading_table
from db.sqlite.connection import SqliteConnection, execute_rows, read_one
from db.sqlite.nearest import Neighbours
from db.sqlite.tables import CORRECTIONS, INDEXES, TABLES
from db.statistics import StatisticsCounts, summarize
from db.store import (
    Filters,
    Health,
    Page,
    Store,
    StoreUnavailableError,
    Summary,
    checked_id,
    checked_limit,
)

_HOUR = 60  # minutes
_LATE = timedelta(minutes=2)  # an hour is counted for good once its last drawings are surely in
_SPARE = 50  # more neighbours than asked for, as some may have been deleted
_EXPORT_ROWS = 200
_TALLIES = """
CREATE TABLE tallies (
    hour INTEGER PRIMARY KEY,  -- seconds since 1970
    tally TEXT  -- NULL where the hour has changed since it was counted
)
"""

_FORGET = """
INSERT INTO tallies (hour) VALUES {rows}
ON CONFLICT (hour) DO UPDATE SET tally = NULL WHERE tally IS NOT NULL
"""


class SqliteStore(Store):
    """Keeps predictions in a file; what was saved survives a crash of the program or the power."""

    def __init__(self, path: Path, cursors: Cursors) -> None:
        self._file = SqliteConnection(path, (";".join((TABLES, INDEXES, _TALLIES)), CORRECTIONS))
        self._cursors = cursors
        self._neighbours = Neighbours()

    def save(self, prediction: PredictionRecord) -> None:
        checked_id(prediction)
        self._file.write_together(_put, prediction)

    def get(self, id: UUID) -> PredictionRecord | None:
        if id.version != 1:
            return None
        with self._file.read() as connection:
            return reading_table.find(connection, id)

    def page(
        self,
        limit: int = 50,
        before: str | None = None,
        filters: Filters = Filters(),
        *,
        with_drawing: bool = False,
    ) -> Page:
        position = None if before is None else self._cursors.verify(before)
        limit = checked_limit(limit)
        with self._file.read() as connection:
            found = reading_table.newest(
                connection, limit + 1, position, filters, with_drawing=with_drawing
            )
        items = tuple(found[:limit])
        more = len(found) > limit
        return Page(items, self._cursors.sign(position_of(items[-1].id)) if more else None)

    def label(self, id: UUID, text: str | None, by: str | None = None) -> PredictionRecord | None:
        def work(connection: sqlite3.Connection) -> PredictionRecord | None:
            found = reading_table.find(connection, id)
            if found is None:
                return None
            labelled = corrected(found, text, by)
            reading_table.put_label(connection, labelled)
            _forget_tallies(connection, [id])
            return labelled

        return self._file.write(work) if id.version == 1 else None

    def delete(self, id: UUID) -> bool:
        def work(connection: sqlite3.Connection) -> bool:
            if not reading_table.remove(connection, id):
                return False
            _forget_tallies(connection, [id])
            return True

        return id.version == 1 and self._file.write(work)

    def similar(self, id: UUID, limit: int = 12) -> list[tuple[PredictionRecord, float]]:
        with self._file.read() as connection:
            asked = reading_table.find(connection, id) if id.version == 1 else None
            if asked is None or not asked.embedding:
                return []
            nearest = self._neighbours.nearest(connection, asked.embedding, limit + _SPARE)
            found = (
                (reading_table.find_row(connection, reading), similarity)
                for reading, similarity in nearest
            )
            return [
                (prediction, min(1.0, similarity))
                for prediction, similarity in found
                if prediction is not None and prediction.id != id
            ][:limit]

    def summary(self) -> Summary:
        with self._file.read() as connection:
            rows = connection.execute("SELECT hour, tally FROM tallies").fetchall()
            unfinished = [hour for hour, tally in rows if tally is None]
            tallies = {
                hour: StatisticsCounts.from_json(tally) for hour, tally in rows if tally is not None
            }
            now = datetime.now(UTC)
            for hour in unfinished:
                if _end_of(hour) + _LATE > now:
                    tallies[hour] = _count_hour(connection, hour)
        for hour in unfinished:
            if hour not in tallies:
                tallies[hour] = self._file.write(partial(_keep_tally, hour))
        return summarize(
            (datetime.fromtimestamp(hour, UTC).date(), tally) for hour, tally in tallies.items()
        )

    def export(self, filters: Filters = Filters()) -> Iterator[PredictionRecord]:
        position = None
        while True:
            with self._file.read() as connection:
                found = reading_table.newest(connection, _EXPORT_ROWS, position, filters)
            yield from found
            if len(found) < _EXPORT_ROWS:
                return
            position = position_of(found[-1].id)

    def restore(self, predictions: Sequence[PredictionRecord]) -> None:
        def work(connection: sqlite3.Connection) -> None:
            _put(connection, predictions)
            for one in predictions:
                reading_table.put_label(connection, one)

        for one in predictions:
            checked_id(one)
        self._file.write(work)

    def health(self) -> Health:
        try:
            with self._file.read() as connection:
                read_one(connection, "SELECT reading FROM readings LIMIT 1")
        except StoreUnavailableError as error:
            return Health("sqlite", reachable=False, accepting=False, detail=str(error))
        trouble = self._file.trouble()
        return Health("sqlite", reachable=True, accepting=trouble is None, detail=trouble)

    def close(self) -> None:
        self._file.close()


def _end_of(hour: int) -> datetime:
    return datetime.fromtimestamp(hour, UTC) + timedelta(minutes=_HOUR)


def _put(connection: sqlite3.Connection, predictions: Sequence[PredictionRecord]) -> None:
    reading_table.put(connection, predictions)
    _forget_tallies(connection, [one.id for one in predictions])


def _forget_tallies(connection: sqlite3.Connection, ids: Iterable[UUID]) -> None:
    hours = {int(bucket_start(id, _HOUR).timestamp()) for id in ids}
    execute_rows(connection, _FORGET, [(hour,) for hour in hours])


def _count_hour(connection: sqlite3.Connection, hour: int) -> StatisticsCounts:
    tally = StatisticsCounts()
    rows = connection.execute(
        "SELECT text, source, verdict, model, label, count(*) FROM readings "
        "WHERE position >= ? AND position < ? GROUP BY 1, 2, 3, 4, 5",
        (first_position(datetime.fromtimestamp(hour, UTC)), first_position(_end_of(hour))),
    )
    for row in rows:
        tally.count(*row)
    return tally


def _keep_tally(hour: int, connection: sqlite3.Connection) -> StatisticsCounts:
    tally = _count_hour(connection, hour)
    connection.execute("UPDATE tallies SET tally = ? WHERE hour = ?", (tally.to_json(), hour))
    return tally
