"""The newest readings that fit, merged from the shards of one bucket after the other."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from cassandra.query import PreparedStatement

from db.cassandra.bucket_registry import MOST_BUCKETS, BucketRegistry
from db.cassandra.connection import CassandraConnection, Row
from db.cassandra.queries import bounds, prediction_of, select
from db.ids import position_of
from db.records import PredictionRecord
from db.store import Filters

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
class _Asked:
    """Rows on their way: so many at most of each shard of some buckets."""

    buckets: list[tuple[datetime, int]]
    shards: list[_Shard]
    rows: int
    answers: Iterator[list[Row]]

    def arrive(self) -> None:
        """Wait for them and give them to their shards."""
        for shard, answer in zip(self.shards, self.answers, strict=True):
            shard.exhausted = len(answer) < self.rows
            shard.rows += [(position_of(row[0]), row) for row in answer]
            if answer:
                shard.below = answer[-1][0]


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

    def __init__(self, link: CassandraConnection, book: BucketRegistry) -> None:
        self._link = link
        self._book = book
        self._density: dict[str, float] = {}  # rows that a bucket gave the query the last time

    def newest(
        self,
        limit: int,
        before: bytes | None,
        filters: Filters,
        *,
        with_drawing: bool,
        seconds: float,
    ) -> list[PredictionRecord]:
        """Up to `limit` predictions that fit, newest first; with all they have if `with_drawing`.

        Raises CassandraUnavailableError when that takes longer than `seconds`.
        """
        upper, lower = bounds(before, filters)
        query, values = select(filters, with_drawing=with_drawing)
        deadline = time.monotonic() + seconds
        question = _Question(self._link.statement(query), upper, lower, values, deadline)
        is_first = before is None
        density = self._density.get(query, limit) if is_first else limit
        count = min(MOST_BUCKETS, math.ceil(limit / density))
        found = list(
            islice(self._fitting(question, filters, limit, count, with_drawing=with_drawing), limit)
        )
        if is_first:
            newest, oldest = self._ends(question)
            end = self._book.bucket_of(found[-1].id) if len(found) == limit else oldest
            passed = len(self._book.expected(newest, end, MOST_BUCKETS))
            self._density[query] = max(len(found), 1) / max(passed, 1)
        return found

    def _fitting(
        self, question: _Question, filters: Filters, limit: int, count: int, *, with_drawing: bool
    ) -> Iterator[PredictionRecord]:
        """The predictions that fit, newest first, asked for as if `limit` were wanted.

        count: the buckets to begin with.
        """
        # Asked for together with the list of buckets, as that seldom says anything new.
        expected = self._book.expected(*self._ends(question), count)
        ahead = self._ask_buckets(question, expected, limit)
        found = 0
        for buckets in self._groups_of_buckets(question, count):
            is_ahead = buckets == ahead.buckets
            asked = ahead if is_ahead else self._ask_buckets(question, buckets, limit - found)
            for row in self._merge(question, asked):
                prediction = prediction_of(row, with_drawing=with_drawing)
                if prediction is not None and filters.fit(prediction):
                    found += 1
                    yield prediction

    def _groups_of_buckets(
        self, question: _Question, count: int
    ) -> Iterator[list[tuple[datetime, int]]]:
        """The buckets in question, newest first, `count`, then twice as many, … at a time."""
        newest, oldest = self._ends(question)
        while buckets := self._book.newest(newest, oldest, count):
            yield buckets
            if len(buckets) < count:
                return
            newest = buckets[-1][0] - timedelta(milliseconds=1)
            count = min(2 * count, MOST_BUCKETS)

    def _ends(self, question: _Question) -> tuple[datetime, datetime]:
        """The newest and the oldest bucket that may hold what is asked for."""
        return self._book.bucket_of(question.upper), self._book.bucket_of(question.lower)

    def _merge(self, question: _Question, asked: _Asked) -> Iterator[Row]:
        """The rows of some buckets, newest first, read on as they are asked for."""
        shards = asked.shards
        while True:
            asked.arrive()
            floor = max(shard.floor for shard in shards)
            rows = sorted((row for shard in shards for row in shard.rows), reverse=True)
            ready = sum(position >= floor for position, _ in rows)
            yield from (row for _, row in rows[:ready])
            next_position = rows[ready][0] if ready < len(rows) else b""
            for shard in shards:
                shard.rows = [row for row in shard.rows if row[0] < floor]
            behind = [shard for shard in shards if shard.floor > next_position]
            if not behind:
                return
            asked = self._ask(question, asked.buckets, behind, min(2 * asked.rows, _MOST_ROWS))

    def _ask_buckets(
        self, question: _Question, buckets: list[tuple[datetime, int]], wanted: int
    ) -> _Asked:
        shards = [
            _Shard(bucket, number, question.upper)
            for bucket, count in buckets
            for number in range(count)
        ]
        share = wanted / buckets[0][1] if buckets else 0
        # Twice the spread of a fair share: few shards have to be asked a second time.
        rows = min(wanted, math.ceil(share + 2 * math.sqrt(share)) + 1)
        return self._ask(question, buckets, shards, rows)

    def _ask(
        self,
        question: _Question,
        buckets: list[tuple[datetime, int]],
        shards: list[_Shard],
        rows: int,
    ) -> _Asked:
        requests = [
            (
                question.statement,
                (shard.bucket, shard.number, shard.below, question.lower, *question.values, rows),
            )
            for shard in shards
        ]
        left = question.deadline - time.monotonic()
        return _Asked(buckets, shards, rows, self._link.begin(*requests, seconds=left))
