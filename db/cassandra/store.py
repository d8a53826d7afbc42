"""The history in Cassandra, behind an outbox on this machine's disk."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from core.settings import Settings
from db.cassandra.bucket_registry import BucketRegistry
from db.cassandra.connection import NEAREST, REQUEST_SECONDS, CassandraConnection
from db.cassandra.errors import CassandraUnavailableError
from db.cassandra.pages import CassandraPages
from db.cassandra.queries import GET, SIMILAR, prediction_of, seconds_left
from db.cassandra.statistics import CassandraTallies
from db.cursor import Cursors
from db.ids import position_of
from db.outbox.queue import Outbox, Waiting, entry_of
from db.outbox.worker import OutboxWorker
from db.records import PredictionRecord, created_at
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

_SETTLE_SECONDS = 0.5  # that a total or a likeness waits for what is on its way
_FLUSH_SECONDS = 3.0  # at the end
_EXPORT_ROWS = 200
_EXPORT_SECONDS = 15.0  # for that many
_SPARE = 10  # more neighbours than asked for: the drawing itself, husks, deleted ones


class CassandraStore(Store):
    """Confirms every change once it stands in the outbox, and shows it from there until it is in
    Cassandra. It can be opened, saved to and read while Cassandra is away.
    """

    def __init__(self, settings: Settings, cursors: Cursors) -> None:
        self._retention_days = retention = settings.history_retention_days
        self._cursors = cursors
        self._closed = False
        self._outbox = Outbox(settings.outbox_file)
        self._link = CassandraConnection(settings, on_reachable=lambda: self._worker.send_again())
        self._book = BucketRegistry(self._link, settings.history_shards, retention)
        self._pages = CassandraPages(self._link, self._book)
        self._tallies = CassandraTallies(self._link, self._book, retention)
        self._worker = OutboxWorker(self._outbox, self._link, self._book, self._tallies, retention)
        self._link.start()

    def save(self, prediction: PredictionRecord) -> None:
        moment = created_at(checked_id(prediction))
        if seconds_left(moment, self._retention_days, datetime.now(UTC)) is None:
            return  # copied from a history that kept it longer
        try:
            self._outbox.save(prediction)
        except StoreUnavailableError as error:
            self._save_directly(prediction, error)
        self._worker.wake()

    def get(self, id: UUID) -> PredictionRecord | None:
        if id.version != 1:
            return None
        waiting = self._outbox.among([id], self._outbox.now()).get(id)
        if waiting is None:
            with _unavailable():
                return self._find(id)
        if waiting.prediction is None or waiting.knows_label:
            return waiting.prediction
        try:
            return _as_it_is_now(waiting, waiting.prediction, self._find(id))
        except CassandraUnavailableError:
            return waiting.prediction

    def page(
        self,
        limit: int = 50,
        before: str | None = None,
        filters: Filters = Filters(),
        *,
        with_drawing: bool = False,
    ) -> Page:
        position = None if before is None else self._cursors.verify(before)
        wanted = checked_limit(limit) + 1
        complete = True
        try:
            found = self._newest(
                wanted, position, filters, with_drawing=with_drawing, seconds=REQUEST_SECONDS
            )
        except CassandraUnavailableError:
            found = self._outbox.newest(wanted, position, filters)
            complete = False
        items = tuple(found[:limit] if with_drawing else map(_as_on_pages, found[:limit]))
        more = len(found) > limit
        return Page(
            items, self._cursors.sign(position_of(items[-1].id)) if more else None, complete
        )

    def label(self, id: UUID, text: str | None, by: str | None = None) -> PredictionRecord | None:
        prediction = self.get(id)
        if prediction is None:
            return None
        labelled = self._outbox.label(prediction, text, by)
        self._worker.wake()
        return labelled

    def delete(self, id: UUID) -> bool:
        if self.get(id) is None:
            return False
        self._outbox.delete(id)
        self._worker.wake()
        return True

    def similar(self, id: UUID, limit: int = 12) -> list[tuple[PredictionRecord, float]]:
        asked = self.get(id)
        if asked is None or not asked.embedding:
            return []
        self._worker.flush(_SETTLE_SECONDS)
        since = self._outbox.now()
        with _unavailable():
            if not self._link.layout.has_vectors:
                return []
            request = (
                self._link.statement(SIMILAR),
                (asked.embedding, asked.embedding, limit + _SPARE),
            )
            (rows,) = self._link.ask(request, profile=NEAREST)
        waiting = self._outbox.among((row[0] for row in rows), since)
        found = []
        for *row, similarity in rows:
            prediction = prediction_of(row, with_drawing=False)
            if row[0] in waiting:
                prediction = waiting[row[0]].prediction
            if prediction is not None and prediction.id != id:
                found.append((prediction, min(1.0, 2 * similarity - 1)))
        return found[:limit]

    def summary(self) -> Summary:
        self._worker.flush(_SETTLE_SECONDS)
        with _unavailable():
            return self._tallies.summary()

    def export(self, filters: Filters = Filters()) -> Iterator[PredictionRecord]:
        position = None
        while True:
            with _unavailable():
                found = self._newest(
                    _EXPORT_ROWS, position, filters, with_drawing=True, seconds=_EXPORT_SECONDS
                )
            yield from found
            if len(found) < _EXPORT_ROWS:
                return
            position = position_of(found[-1].id)

    def restore(self, predictions: Sequence[PredictionRecord]) -> None:
        entries = [entry_of(prediction) for prediction in predictions]
        with _unavailable():
            for error in self._worker.write(entries).values():
                raise StoreUnavailableError(f"Cassandra did not take all readings: {error}.")

    def flush(self, seconds: float) -> bool:
        return self._worker.flush(seconds)

    def health(self) -> Health:
        reachable = self._link.probe()
        trouble = self._outbox.trouble()
        try:
            length = len(self._outbox)
        except StoreUnavailableError:
            length = 0
        return Health(
            "cassandra",
            reachable=reachable,
            accepting=reachable or trouble is None,
            outbox=length,
            detail=trouble or self._link.trouble,
        )

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._link.reachable:
            with suppress(StoreUnavailableError):
                self._worker.flush(_FLUSH_SECONDS)
        self._worker.close()
        self._link.close()
        self._outbox.close()

    def _find(self, id: UUID) -> PredictionRecord | None:
        key = self._book.find(id)
        if key is None:
            return None
        (rows,) = self._link.ask((self._link.statement(GET), key))
        return prediction_of(rows[0], with_drawing=True) if rows else None

    def _newest(
        self,
        wanted: int,
        before: bytes | None,
        filters: Filters,
        *,
        with_drawing: bool,
        seconds: float,
    ) -> list[PredictionRecord]:
        """Up to `wanted` that fit, newest first, from the outbox and Cassandra together."""
        deadline = time.monotonic() + seconds
        found: list[PredictionRecord] = []
        while True:
            # First what waits, then what has arrived: on its way over a reading is seen twice.
            since = self._outbox.now()
            waiting = self._outbox.newest(wanted, before, filters)
            left = deadline - time.monotonic()
            arrived = self._pages.newest(
                wanted, before, filters, with_drawing=with_drawing, seconds=left
            )
            merged = self._overlay(waiting, arrived, filters, since)
            ends = [position_of(s[-1].id) for s in (waiting, arrived) if len(s) == wanted]
            if ends:
                # Beyond the end of a list that was cut off there may be others in between.
                before = max(ends)
                merged = [one for one in merged if position_of(one.id) >= before]
            found += merged
            if not ends or len(found) >= wanted:
                return found[:wanted]

    def _overlay(
        self,
        waiting: Sequence[PredictionRecord],
        arrived: Sequence[PredictionRecord],
        filters: Filters,
        since: int,
    ) -> list[PredictionRecord]:
        """Both, newest first, each once, as they were at the moment `since` or are now."""
        in_cassandra = {prediction.id: prediction for prediction in arrived}
        found = {prediction.id: prediction for prediction in (*arrived, *waiting)}
        changed = self._outbox.among(list(found), since)
        if not waiting and not changed:
            return list(arrived)
        for id, news in changed.items():
            if news.prediction is None:
                del found[id]
            else:
                found[id] = _as_it_is_now(news, news.prediction, in_cassandra.get(id))
        fitting = (prediction for prediction in found.values() if filters.fit(prediction))
        return sorted(fitting, key=lambda prediction: position_of(prediction.id), reverse=True)

    def _save_directly(self, prediction: PredictionRecord, trouble: StoreUnavailableError) -> None:
        """Into Cassandra itself, as the outbox cannot take it; raises `trouble` if that fails."""
        try:
            failures = self._worker.write([entry_of(prediction)])
        except CassandraUnavailableError:
            raise trouble from None
        if failures:
            raise trouble


def _as_it_is_now(
    news: Waiting, prediction: PredictionRecord, arrived: PredictionRecord | None
) -> PredictionRecord:
    if news.knows_label or arrived is None:
        return prediction
    return replace(
        prediction,
        label=arrived.label,
        labelled_by=arrived.labelled_by,
        labelled_at=arrived.labelled_at,
        corrections=arrived.corrections,
    )


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except CassandraUnavailableError as error:
        raise StoreUnavailableError(str(error)) from error


def _as_on_pages(prediction: PredictionRecord) -> PredictionRecord:
    """The prediction as pages hold it; what waits comes whole."""
    if not (prediction.strokes or prediction.embedding or prediction.corrections):
        return prediction
    return replace(prediction, strokes=(), embedding=(), corrections=())
