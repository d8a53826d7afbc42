"""The predictions whose labels would teach the network most, of the newest in the history."""

import threading
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from uuid import UUID

import numpy as np

from core.settings import Settings
from db import Filters, PredictionRecord, Store
from db.records import created_at
from services.access import is_trusted_label
from services.active_learning import (
    EMBEDDING_SIZE,
    Floats,
    ReasonKind,
    likeliest_outcomes,
    measure_uncertainty,
    select_most_useful,
    stack_embeddings,
)

MAX_CANDIDATES = 10_000  # the newest that no reviewer has labelled
MAX_READ = 20_000  # predictions that are read for them
MAX_LABELLED = 4_000  # the newest labelled ones
MAX_VERSIONS = 5  # the newest versions whose predictions are compared
MAX_DIFFERING = 2_000  # of each version, the newest
# Reading the candidates takes most of the time. They are read again after this time; in between,
# only what is new. What is returned is read from the store each time.
REFRESH_SECONDS = 300.0
READ_SECONDS = 4.0
_POOLS = 4  # filters whose candidates stay in memory, 3 MB each
_ROWS = 1_000  # turned into arrays at a time
# A drawing has the time of its first stroke, but is saved after its last.
_GRACE_PERIOD = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class UsefulPrediction:
    """A prediction, why its label would be useful, and what it may be.

    likeliest: the two likeliest outcomes of its weakest digit. other_text: what another version
    predicts, None if all agree.
    """

    record: PredictionRecord
    reasons: tuple[ReasonKind, ...]
    likeliest: tuple[str, str]
    other_text: str | None


@dataclass(frozen=True, slots=True)
class UsefulPredictions:
    """The most useful predictions, best first.

    candidates: how many were compared. complete: False if there are more, older ones.
    near_duplicates: left out, as they resemble these or labelled ones.
    """

    items: tuple[UsefulPrediction, ...]
    candidates: int
    complete: bool
    near_duplicates: int


@dataclass(slots=True)
class _Pool:
    """What is read of the candidates, newest first, and the embeddings of labelled predictions."""

    read_at: float
    ids: list[UUID]
    embeddings: Floats
    uncertainty: Floats
    labelled: Floats
    complete: bool

    def remove(self, index: int, *, is_labelled: bool) -> None:
        """Remove a candidate that was deleted, or labelled by a reviewer."""
        if is_labelled:
            self.labelled = np.concatenate([self.labelled, self.embeddings[index : index + 1]])
        del self.ids[index]
        self.embeddings = np.delete(self.embeddings, index, axis=0)
        self.uncertainty = np.delete(self.uncertainty, index)


class MostUsefulPredictions:
    """Ranks a store's predictions; may be called from any thread."""

    def __init__(self, store: Store, settings: Settings, committed_version: str) -> None:
        self._store = store
        self._settings = settings
        self._committed_version = committed_version
        self._pools: dict[Filters, _Pool] = {}
        self._lock = threading.Lock()

    def select(self, filters: Filters = Filters(), limit: int = 20) -> UsefulPredictions:
        """Return the most useful predictions that match. Raises StoreUnavailableError.

        Predictions with a reviewer's label, and those without a digit, are left out; labels of
        visitors do not count.
        """
        with self._lock:  # two requests would read the same candidates
            pool = self._updated_pool(filters)
            others = self._other_texts()
            while True:
                differs = np.array([id in others for id in pool.ids], bool)
                selection = select_most_useful(
                    pool.embeddings, pool.uncertainty, differs, pool.labelled, limit
                )
                records = [self._store.get(pool.ids[choice.index]) for choice in selection.choices]
                stale = [
                    (choice.index, record is not None and self._is_labelled(record))
                    for choice, record in zip(selection.choices, records, strict=True)
                    if record is None or self._is_labelled(record)
                ]
                if not stale:
                    break
                for index, is_labelled in sorted(stale, reverse=True):
                    pool.remove(index, is_labelled=is_labelled)
        return UsefulPredictions(
            items=tuple(
                _describe(record, choice.reasons, others.get(record.id))
                for choice, record in zip(selection.choices, records, strict=True)
                if record is not None
            ),
            candidates=len(pool.ids),
            complete=pool.complete,
            near_duplicates=selection.near_duplicates,
        )

    def _is_labelled(self, record: PredictionRecord) -> bool:
        return record.label is not None and is_trusted_label(record.labelled_by, self._settings)

    def _updated_pool(self, filters: Filters) -> _Pool:
        """Return the candidates that match, with those that were saved since they were read."""
        pool = self._pools.pop(filters, None)
        if pool is None or time.monotonic() - pool.read_at > REFRESH_SECONDS:
            pool = self._read_pool(filters)
        elif pool.ids:
            pool = self._with_new(pool, filters)
        else:
            pool = self._read_pool(filters)
        self._pools[filters] = pool
        while len(self._pools) > _POOLS:
            del self._pools[next(iter(self._pools))]  # used longest ago
        return pool

    def _read_pool(self, filters: Filters) -> _Pool:
        ids, embeddings, uncertainty, complete = self._read_candidates(filters)
        labelled = self._read_labelled()
        return _Pool(time.monotonic(), ids, embeddings, uncertainty, labelled, complete)

    def _with_new(self, pool: _Pool, filters: Filters) -> _Pool:
        since = created_at(pool.ids[0]) - _GRACE_PERIOD
        if filters.until is not None and filters.until <= since:
            return pool
        since = max(filter(None, (since, filters.since)))
        ids, embeddings, uncertainty, complete = self._read_candidates(
            replace(filters, since=since)
        )
        known = set(ids)
        old = [index for index, id in enumerate(pool.ids) if id not in known]
        old = old[: MAX_CANDIDATES - len(ids)]
        return _Pool(
            pool.read_at,
            ids + [pool.ids[index] for index in old],
            np.concatenate([embeddings, pool.embeddings[old]]),
            np.concatenate([uncertainty, pool.uncertainty[old]]),
            pool.labelled,
            pool.complete and complete,
        )

    def _read_candidates(self, filters: Filters) -> tuple[list[UUID], Floats, Floats, bool]:
        """Return ids, embeddings and uncertainty, and whether these are all."""
        deadline = time.monotonic() + READ_SECONDS
        ids: list[UUID] = []
        embeddings = [np.zeros((0, EMBEDDING_SIZE), np.float32)]
        uncertainty = [np.zeros(0, np.float32)]
        complete = True
        records = self._store.embeddings(filters)
        read = 0
        while complete and (chunk := list(islice(records, _ROWS))):
            read += len(chunk)
            candidates = [
                record for record in chunk if record.digits and not self._is_labelled(record)
            ][: MAX_CANDIDATES - len(ids)]
            if candidates:
                ids += [record.id for record in candidates]
                embeddings.append(stack_embeddings(candidates))
                uncertainty.append(measure_uncertainty(candidates))
            complete = len(ids) < MAX_CANDIDATES and read < MAX_READ and time.monotonic() < deadline
        return ids, np.concatenate(embeddings), np.concatenate(uncertainty), complete

    def _read_labelled(self) -> Floats:
        """Return the embeddings of the newest predictions that a reviewer has labelled."""
        deadline = time.monotonic() + READ_SECONDS
        embeddings = [np.zeros((0, EMBEDDING_SIZE), np.float32)]
        records = islice(self._store.embeddings(Filters(labelled=True)), MAX_LABELLED)
        while time.monotonic() < deadline and (chunk := list(islice(records, _ROWS))):
            stacked = stack_embeddings([record for record in chunk if self._is_labelled(record)])
            embeddings.append(stacked[stacked.any(axis=1)])
        return np.concatenate(embeddings)

    def _other_texts(self) -> dict[UUID, str]:
        """Return what another version predicts, where that is another text, by id."""
        versions = [model.version for model in self._store.models.versions()[:MAX_VERSIONS]]
        return {
            item.id: item.text
            for version in dict.fromkeys((*versions, self._committed_version))
            for item in self._store.version_predictions.differing(version, MAX_DIFFERING)
        }


def _describe(
    record: PredictionRecord, reasons: tuple[ReasonKind, ...], other_text: str | None
) -> UsefulPrediction:
    if other_text == record.text:  # it was predicted again since
        other_text = None
        reasons = tuple(reason for reason in reasons if reason != "differs") or ("varied",)
    return UsefulPrediction(record, reasons, likeliest_outcomes(record.digits), other_text)
