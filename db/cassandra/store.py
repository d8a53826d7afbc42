"""The store in Cassandra, behind an outbox on the disk of this machine."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from core.settings import Settings
from db.cassandra.bucket_registry import BucketRegistry
from db.cassandra.connection import NEAREST, REQUEST_SECONDS, CassandraConnection
from db.cassandra.counter import CassandraCounter
from db.cassandra.differing import DifferingPredictions
from db.cassandra.errors import CassandraUnavailableError
from db.cassandra.model_registry import CassandraModelRegistry
from db.cassandra.pages import CassandraPages
from db.cassandra.queries import (
    FIND_SIMILAR,
    FIND_SIMILAR_OF_OWNER,
    GET,
    prediction_of,
    seconds_left,
)
from db.cassandra.statistics import CassandraStatistics
from db.cassandra.training_jobs import CassandraTrainingJobs
from db.cassandra.version_predictions import CassandraVersionPredictions
from db.cursor import CursorSigner
from db.ids import position_of
from db.outbox.queue import Outbox, QueuedPrediction, make_entry
from db.outbox.worker import OutboxWorker
from db.records import ANY_LABEL, Columns, LabelVersion, PredictionRecord, created_at, with_label_of
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

_OUTBOX_WAIT_SECONDS = 0.5  # limit for `summary` and `similar`
_FLUSH_SECONDS = 3.0  # when closing
_EXPORT_ROWS = 200
_EMBEDDING_ROWS = 1_000
_DELETED_ROWS = 100  # in one transaction of the outbox, whose log fits into its disk reserve
_EXPORT_SECONDS = 15.0  # for that many rows
_SPARE_NEIGHBORS = 10  # in addition: the drawing itself and deleted ones are left out


class CassandraStore(Store):
    """Confirms a change once it is in the outbox, and reads it from there until Cassandra has it.

    It can be opened, written and read while Cassandra is unreachable.
    """

    def __init__(self, settings: Settings, cursors: CursorSigner) -> None:
        self._retention_days = retention = settings.history_retention_days
        self._cursors = cursors
        self._closed = False
        self._outbox = Outbox(settings.outbox_file)
        self._connection = CassandraConnection(settings, on_reachable=lambda: self._worker.resend())
        self._registry = BucketRegistry(self._connection, settings.history_shards, retention)
        self._pages = CassandraPages(self._connection, self._registry)
        self._counter = CassandraCounter(self._connection, self._registry, self._outbox)
        self._statistics = CassandraStatistics(
            self._connection, self._registry, retention, self._outbox.now
        )
        self.training_jobs = CassandraTrainingJobs(self._connection)
        self.models = CassandraModelRegistry(self._connection)
        self.version_predictions = CassandraVersionPredictions(self._connection, retention)
        self._differing = DifferingPredictions(self.version_predictions, self.get)
        self._worker = OutboxWorker(
            self._outbox, self._connection, self._registry, self._statistics, retention
        )
        self._connection.start()

    def save(self, prediction: PredictionRecord) -> None:
        created = created_at(validate_id(prediction))
        if seconds_left(created, self._retention_days, datetime.now(UTC)) is None:
            return  # older than the retention, from a history that has none
        try:
            self._outbox.save(prediction)
        except StoreUnavailableError as error:
            self._save_directly(prediction, error)
        self._worker.wake()

    def get(self, id: UUID) -> PredictionRecord | None:
        if id.version != 1:
            return None
        queued = self._outbox.find([id], self._outbox.now()).get(id)
        if queued is None:
            with _translated_errors():
                return self._find(id)
        if queued.prediction is None or queued.knows_label:
            return queued.prediction
        try:
            return _with_stored_label(queued, queued.prediction, self._find(id))
        except CassandraUnavailableError:
            return queued.prediction

    def page(
        self,
        limit: int = 50,
        before: str | None = None,
        filters: Filters = Filters(),
        *,
        with_drawing: bool = False,
    ) -> Page:
        position = None if before is None else self._cursors.verify(before)
        wanted = validate_limit(limit) + 1  # one more, to know whether there is a next page
        if filters.differs is not None:  # the outbox alone cannot tell
            found = self._differing.newest(wanted, position, filters)
            return self._page_of(found, limit, with_drawing=with_drawing)
        columns: Columns = "all" if with_drawing else "page"
        complete = True
        try:
            found = self._newest(
                wanted, position, filters, columns=columns, seconds=REQUEST_SECONDS
            )
        except CassandraUnavailableError:
            found = self._outbox.newest(wanted, position, filters)
            complete = False
        except StoreUnavailableError:  # the outbox is damaged
            with _translated_errors():
                found = self._pages.newest(
                    wanted, position, filters, columns=columns, seconds=REQUEST_SECONDS
                )
            complete = False
        return self._page_of(found, limit, complete=complete, with_drawing=with_drawing)

    def count(self, filters: Filters = Filters(), *, seconds: float | None = None) -> CountResult:
        with _translated_errors():
            if filters.differs is not None:
                return self._differing.count(filters, seconds)
            return self._counter.count(filters, seconds)

    def label(
        self,
        id: UUID,
        text: str | None,
        by: str | None = None,
        *,
        replaces: LabelVersion = ANY_LABEL,
    ) -> PredictionRecord | None:
        since = self._outbox.now()  # before reading: one that is delivered in between is found
        prediction = self.get(id)
        if prediction is None:
            return None
        labelled = self._outbox.label(prediction, text, by, since=since, replaces=replaces)
        self._worker.wake()
        return labelled

    def delete(self, id: UUID) -> bool:
        if self.get(id) is None:
            return False
        self._outbox.delete([id])
        self._worker.wake()
        return True

    def delete_owner(self, owner: str) -> int:
        deleted = 0
        for found in self._batches(Filters(owner=owner), _DELETED_ROWS, "page"):
            self._outbox.delete([prediction.id for prediction in found])
            self._worker.wake()
            deleted += len(found)
        return deleted

    def similar(
        self, id: UUID, limit: int = 12, owner: str | None = None
    ) -> list[tuple[PredictionRecord, float]]:
        prediction = self.get(id)
        if prediction is None or not prediction.embedding:
            return []
        self._worker.flush(_OUTBOX_WAIT_SECONDS)
        since = self._outbox.now()
        with _translated_errors():
            if not self._connection.layout.has_vectors:
                return []
            embedding = prediction.embedding
            query, restriction = FIND_SIMILAR, tuple[str, ...]()
            if owner is not None:
                query, restriction = FIND_SIMILAR_OF_OWNER, (owner,)
            values = (embedding, *restriction, embedding, limit + _SPARE_NEIGHBORS)
            (rows,) = self._connection.execute(
                (self._connection.prepare(query), values), profile=NEAREST
            )
        queued = self._outbox.find((row[0] for row in rows), since)
        found = []
        for *row, score in rows:
            other = prediction_of(row, "page")
            if row[0] in queued:
                other = queued[row[0]].prediction
            if other is not None and other.id != id:
                # Cassandra scales the dot product from [-1, 1] to [0, 1].
                found.append((other, min(1.0, 2 * score - 1)))
        return found[:limit]

    def summary(self) -> Summary:
        self._worker.flush(_OUTBOX_WAIT_SECONDS)
        with _translated_errors():
            return self._statistics.summary()

    def export(self, filters: Filters = Filters()) -> Iterator[PredictionRecord]:
        for found in self._batches(filters, _EXPORT_ROWS, "all"):
            yield from found

    def embeddings(self, filters: Filters = Filters()) -> Iterator[PredictionRecord]:
        for found in self._batches(filters, _EMBEDDING_ROWS, "embedding"):
            yield from map(_without_image, found)

    def restore(self, predictions: Sequence[PredictionRecord]) -> None:
        entries = [make_entry(prediction, self._outbox.now()) for prediction in predictions]
        with _translated_errors():
            for error in self._worker.write(entries).values():
                raise StoreUnavailableError(f"Cassandra did not accept all predictions: {error}.")

    def flush(self, seconds: float) -> bool:
        return self._worker.flush(seconds)

    def health(self) -> Health:
        reachable = self._connection.probe()
        outbox_error = self._outbox.write_error()
        try:
            length = len(self._outbox)
        except StoreUnavailableError:
            length = 0
        return Health(
            "cassandra",
            reachable=reachable,
            accepting=reachable or outbox_error is None,
            degraded=reachable and outbox_error is not None,
            outbox=length,
            detail=outbox_error or self._connection.error,
        )

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._connection.is_reachable:
            with suppress(StoreUnavailableError):
                self._worker.flush(_FLUSH_SECONDS)
        self._worker.close()
        self._connection.close()
        self._outbox.close()

    def _page_of(
        self,
        found: Sequence[PredictionRecord],
        limit: int,
        *,
        complete: bool = True,
        with_drawing: bool,
    ) -> Page:
        """Return the first `limit` of the found predictions; one more means that there is more."""
        items = tuple(found[:limit] if with_drawing else map(_without_drawing, found[:limit]))
        has_next = len(found) > limit
        return Page(
            items, self._cursors.sign(position_of(items[-1].id)) if has_next else None, complete
        )

    def _batches(
        self, filters: Filters, rows: int, columns: Columns
    ) -> Iterator[list[PredictionRecord]]:
        """Yield all predictions that match, newest first, so many at a time."""
        position = None
        while True:
            with _translated_errors():
                found = self._newest(
                    rows, position, filters, columns=columns, seconds=_EXPORT_SECONDS
                )
            if found:
                yield found
            if len(found) < rows:
                return
            position = position_of(found[-1].id)

    def _find(self, id: UUID) -> PredictionRecord | None:
        key = self._registry.find(id)
        if key is None:
            return None
        (rows,) = self._connection.execute((self._connection.prepare(GET), key))
        return prediction_of(rows[0], "all") if rows else None

    def _newest(
        self,
        wanted: int,
        before: bytes | None,
        filters: Filters,
        *,
        columns: Columns,
        seconds: float,
    ) -> list[PredictionRecord]:
        """Return up to `wanted` matching predictions from the outbox and Cassandra, newest first.

        Raises CassandraUnavailableError if that takes longer than `seconds`.
        """
        if filters.differs is not None:
            return self._differing.newest(wanted, before, filters)
        deadline = time.monotonic() + seconds
        found: list[PredictionRecord] = []
        while True:
            # First the outbox, then Cassandra: a prediction that is delivered in between is found
            # twice. The other way round it would be found in neither.
            since = self._outbox.now()
            queued = self._outbox.newest(wanted, before, filters)
            left = deadline - time.monotonic()
            stored = self._pages.newest(wanted, before, filters, columns=columns, seconds=left)
            merged = self._overlay(queued, stored, filters, since)
            ends = [position_of(part[-1].id) for part in (queued, stored) if len(part) == wanted]
            if ends:
                # A list with `wanted` items may be cut off: below its end, it may be incomplete.
                before = max(ends)
                merged = [item for item in merged if position_of(item.id) >= before]
            found += merged
            if not ends or len(found) >= wanted:
                return found[:wanted]

    def _overlay(
        self,
        queued: Sequence[PredictionRecord],
        stored: Sequence[PredictionRecord],
        filters: Filters,
        since: int,
    ) -> list[PredictionRecord]:
        """Merge both lists, newest first, with the changes queued now or at the time `since`."""
        stored_by_id = {prediction.id: prediction for prediction in stored}
        found = {prediction.id: prediction for prediction in (*stored, *queued)}
        changes = self._outbox.find(list(found), since)
        if not queued and not changes:
            return list(stored)
        for id, change in changes.items():
            if change.prediction is None:
                del found[id]
            else:
                found[id] = _with_stored_label(change, change.prediction, stored_by_id.get(id))
        matching = (prediction for prediction in found.values() if filters.match(prediction))
        return sorted(matching, key=lambda prediction: position_of(prediction.id), reverse=True)

    def _save_directly(self, prediction: PredictionRecord, error: StoreUnavailableError) -> None:
        """Save to Cassandra itself because of an `error` of the outbox; if that fails, raise it."""
        try:
            failures = self._worker.write([make_entry(prediction, self._outbox.now())])
        except CassandraUnavailableError:
            raise error from None
        if failures:
            raise error


def _with_stored_label(
    queued: QueuedPrediction, prediction: PredictionRecord, stored: PredictionRecord | None
) -> PredictionRecord:
    """Return the queued prediction, with the stored label unless the outbox knows the label."""
    if queued.knows_label or stored is None:
        return prediction
    return replace(with_label_of(prediction, stored), corrections=stored.corrections)


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except CassandraUnavailableError as error:
        raise StoreUnavailableError(str(error)) from error


def _without_image(prediction: PredictionRecord) -> PredictionRecord:
    """Return a prediction, which may be from the outbox, as `embeddings` yields it."""
    if not (prediction.image or prediction.strokes or prediction.corrections):
        return prediction
    return replace(prediction, image=b"", strokes=(), corrections=())


def _without_drawing(prediction: PredictionRecord) -> PredictionRecord:
    """Return the prediction without strokes, embedding and corrections, as pages contain it."""
    if not (prediction.strokes or prediction.embedding or prediction.corrections):
        return prediction
    return replace(prediction, strokes=(), embedding=(), corrections=())
