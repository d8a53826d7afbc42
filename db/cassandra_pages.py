"""The newest readings that fit, merged from the shards of one bucket after the other."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cassandra.query import PreparedStatement

from db.bucket_book import BucketBook
from db.cassandra_link import CassandraLink, Row
from db.cassandra_rows import bounds, prediction_of, select
from db.history import Filters
from db.ids import position_of
from db.prediction import Prediction

_MOST_BUCKETS = 16  # read side by side where the readings lie far apart
_MOST_ROWS = 500  # asked of one shard at once


@dataclass(slots=True)
class _Shard:
    """A partition and what has been read of it: rows not yet given out, newest first."""

    bucket: datetime
    number: int
    below: UUID
    rows: list[tuple[bytes, Row]] = field(default_factory=list)
    exhausted: bool = False

    @property
    def floor(self) -> bytes:
        """Everything at or above this position has been read."""
        return b"" if self.exhausted else position_of(self.below)


@dataclass(frozen=True, slots=True)
class _Question:
    """A select of one partition: its bounds, the values of its filters, until when it may take."""

    statement: PreparedStatement
    upper: UUID
    lower: UUID
    values: tuple[Any, ...]
    deadline: float


class CassandraPages:
    """Reads pages; every query is prepared and of one partition."""

    def __init__(self, link: CassandraLink, book: BucketBook) -> None:
        self._link = link
        self._book = book

    def newest(
        self, limit: int, before: bytes | None, filters: Filters, *, whole: bool, seconds: float
    ) -> list[Prediction]:
        """Up to `limit` predictions that fit, newest first; with their embeddings if `whole`.

        Raises CassandraAway when that takes longer than `seconds`.
        """
        upper, lower = bounds(before, filters)
        query, values = select(filters, whole=whole)
        deadline = time.monotonic() + seconds
        question = _Question(self._link.statement(query), upper, lower, values, deadline)
        found: list[Prediction] = []
        for buckets in self._groups_of_buckets(question):
            for row in self._merge(question, buckets, limit - len(found)):
                prediction = prediction_of(row, whole=whole)
                if prediction is not None and filters.fit(prediction):
                    found.append(prediction)
                    if len(found) == limit:
                        return found
        return found

    def _groups_of_buckets(self, question: _Question) -> Iterator[list[tuple[datetime, int]]]:
        """The buckets in question, newest first, one, then two, four, … at a time."""
        newest = self._book.bucket_of(question.upper)
        oldest = self._book.bucket_of(question.lower)
        count = 1
        while buckets := self._book.newest(newest, oldest, count):
            yield buckets
            if len(buckets) < count:
                return
            newest = buckets[-1][0] - timedelta(milliseconds=1)
            count = min(2 * count, _MOST_BUCKETS)

    def _merge(
        self, question: _Question, buckets: list[tuple[datetime, int]], wanted: int
    ) -> Iterator[Row]:
        """The rows of some buckets, newest first, read as they are asked for."""
        shards = [
            _Shard(bucket, number, question.upper)
            for bucket, count in buckets
            for number in range(count)
        ]
        share = wanted / buckets[0][1]
        # Twice the spread of a fair share: few shards have to be asked a second time.
        chunk = min(wanted, math.ceil(share + 2 * math.sqrt(share)) + 1)
        behind = shards
        while behind:
            self._read(question, behind, chunk)
            chunk = min(2 * chunk, _MOST_ROWS)
            floor = max(shard.floor for shard in shards)
            rows = sorted((row for shard in shards for row in shard.rows), reverse=True)
            ready = sum(position >= floor for position, _ in rows)
            yield from (row for _, row in rows[:ready])
            next_position = rows[ready][0] if ready < len(rows) else b""
            for shard in shards:
                shard.rows = [row for row in shard.rows if row[0] < floor]
            behind = [shard for shard in shards if shard.floor > next_position]

    def _read(self, question: _Question, shards: list[_Shard], rows: int) -> None:
        requests = [
            (
                question.statement,
                (shard.bucket, shard.number, shard.below, question.lower, *question.values, rows),
            )
            for shard in shards
        ]
        answers = self._link.ask(*requests, seconds=question.deadline - time.monotonic())
        for shard, answer in zip(shards, answers, strict=True):
            shard.exhausted = len(answer) < rows
            shard.rows += [(position_of(row[0]), row) for row in answer]
            if answer:
                shard.below = answer[-1][0]
