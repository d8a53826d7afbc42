"""What other versions of the network predict, in Cassandra."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from db.cassandra.connection import READ_PROFILE, WRITE_PROFILE, CassandraConnection, Row
from db.cassandra.direct import execute_all_directly, execute_directly
from db.cassandra.queries import NEWEST, seconds_left
from db.records import created_at
from db.version_predictions import Shadow, VersionPrediction, VersionPredictions

_TABLE, _DIFFERING = "keyspace.version_predictions", "keyspace.differing_predictions"
_SHADOW = "keyspace.shadow"
_INSERT = (
    f"INSERT INTO {_TABLE} (id, version, text, confidence, differs) VALUES (?, ?, ?, ?, ?) "
    "USING TTL ?"
)
_INSERT_DIFFERING = f"INSERT INTO {_DIFFERING} (version, id) VALUES (?, ?) USING TTL ?"
_DELETE_DIFFERING = f"DELETE FROM {_DIFFERING} WHERE version = ? AND id = ?"
_SELECT = f"SELECT id, version, text, confidence, differs FROM {_TABLE} WHERE id = ?"
_SELECT_DIFFERING = f"SELECT id FROM {_DIFFERING} WHERE version = ? AND id < ? LIMIT ?"
_INSERT_SHADOW = (
    f"INSERT INTO {_SHADOW} (models, version, started_at, until, started_by) "
    "VALUES ('all', ?, ?, ?, ?)"
)
_DELETE_SHADOW = f"DELETE FROM {_SHADOW} WHERE models = 'all'"
_SELECT_SHADOW = (
    f"SELECT version, started_at, until, started_by FROM {_SHADOW} WHERE models = 'all'"
)


class CassandraVersionPredictions(VersionPredictions):
    """Stores what versions predict in Cassandra itself, not through the outbox.

    Only ids are in the table of those that differ, so that no text is left of a prediction that was
    deleted.
    """

    def __init__(self, connection: CassandraConnection, retention_days: int) -> None:
        self._connection = connection
        self._retention_days = retention_days

    def save(self, predictions: Sequence[VersionPrediction]) -> None:
        now = datetime.now(UTC)
        requests: list[tuple[str, tuple[object, ...]]] = []
        for item in predictions:
            ttl = seconds_left(created_at(item.id), self._retention_days, now)
            if ttl is None:
                continue
            values = (item.id, item.version, item.text, item.confidence, item.differs, ttl)
            requests.append((_INSERT, values))
            if item.differs:
                requests.append((_INSERT_DIFFERING, (item.version, item.id, ttl)))
            else:
                requests.append((_DELETE_DIFFERING, (item.version, item.id)))
        execute_all_directly(self._connection, requests, WRITE_PROFILE)

    def find(self, ids: Sequence[UUID]) -> dict[UUID, tuple[VersionPrediction, ...]]:
        requests = [(_SELECT, (id,)) for id in ids]
        results = execute_all_directly(self._connection, requests, READ_PROFILE)
        found = (
            (id, tuple(map(_prediction_of, rows))) for id, rows in zip(ids, results, strict=True)
        )
        return {id: items for id, items in found if items}

    def differing(
        self, version: str, limit: int, before: UUID | None = None
    ) -> list[VersionPrediction]:
        found: list[VersionPrediction] = []
        while len(found) < limit:
            wanted = limit - len(found)
            rows = self._read(_SELECT_DIFFERING, version, before or NEWEST, wanted)
            ids = [row[0] for row in rows]
            found += self._existing(version, ids)
            if len(ids) < wanted:
                break
            before = ids[-1]
        return found

    def shadow(self) -> Shadow | None:
        for version, started, until, by in self._read(_SELECT_SHADOW):
            return Shadow(version, started.replace(tzinfo=UTC), until.replace(tzinfo=UTC), by)
        return None

    def set_shadow(self, shadow: Shadow | None) -> None:
        if shadow is None:
            execute_directly(self._connection, _DELETE_SHADOW, (), WRITE_PROFILE)
        else:
            values = (shadow.version, shadow.started, shadow.until, shadow.by)
            execute_directly(self._connection, _INSERT_SHADOW, values, WRITE_PROFILE)

    def _existing(self, version: str, ids: Sequence[UUID]) -> list[VersionPrediction]:
        """Return what a version predicts for ids; remove those that have been deleted."""
        by_id = {
            id: item
            for id, items in self.find(ids).items()
            for item in items
            if item.version == version
        }
        deleted = [(_DELETE_DIFFERING, (version, id)) for id in ids if id not in by_id]
        execute_all_directly(self._connection, deleted, WRITE_PROFILE)
        return [by_id[id] for id in ids if id in by_id]

    def _read(self, query: str, *values: object) -> list[Row]:
        return execute_directly(self._connection, query, values, READ_PROFILE)


def _prediction_of(row: tuple[Any, ...]) -> VersionPrediction:
    return VersionPrediction(*row)
