"""The model registry in Cassandra. Files are in chunks; a version's row is written after them."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from db.cassandra.connection import READ_PROFILE, WRITE_PROFILE, CassandraConnection, Row
from db.cassandra.direct import execute_directly
from db.ids import new_id
from db.model_registry import (
    Adoption,
    ModelRegistry,
    ModelVersion,
    check_file,
    pack_details,
    require_valid,
    require_valid_comparison,
    unpack_version,
)
from db.records import created_at
from db.store import StoreUnavailableError

_CHUNK_BYTES = 2**18
_MAX_VERSIONS = 1000
_VERSIONS, _FILES = "keyspace.model_versions", "keyspace.model_files"
_ADOPTIONS = "keyspace.numbered_adoptions"
_COLUMNS = "version, created_at, added_by, parent, details"
_INSERT_CHUNK = f"INSERT INTO {_FILES} (version, file, chunk, content) VALUES (?, ?, ?, ?)"
_SELECT_CHUNKS = f"SELECT content FROM {_FILES} WHERE version = ? AND file = ?"
_INSERT_VERSION = (
    f"INSERT INTO {_VERSIONS} (models, {_COLUMNS}) VALUES ('all', ?, ?, ?, ?, ?) IF NOT EXISTS"
)
_SELECT_VERSIONS = f"SELECT {_COLUMNS} FROM {_VERSIONS} WHERE models = 'all' LIMIT ?"
_SELECT_VERSION = f"SELECT {_COLUMNS} FROM {_VERSIONS} WHERE models = 'all' AND version = ?"
_INSERT_ADOPTION = (
    f"INSERT INTO {_ADOPTIONS} (models, number, id, version, adopted_by) "
    "VALUES ('all', ?, ?, ?, ?) IF NOT EXISTS"
)
_SELECT_LAST_NUMBER = f"SELECT number FROM {_ADOPTIONS} WHERE models = 'all' LIMIT 1"
_SELECT_ADOPTION = f"SELECT id FROM {_ADOPTIONS} WHERE models = 'all' AND number = ?"
_SELECT_ADOPTIONS = f"SELECT id, version, adopted_by FROM {_ADOPTIONS} WHERE models = 'all' LIMIT ?"
_SELECT_OLD_ADOPTIONS = (
    "SELECT id, version, adopted_by FROM keyspace.model_adoptions WHERE models = 'all' LIMIT ?"
)
_MAX_ATTEMPTS = 20  # to take a number, of which each other adoption at the same moment fails one


class CassandraModelRegistry(ModelRegistry):
    """Stores networks in Cassandra itself: they do not go through the outbox."""

    def __init__(self, connection: CassandraConnection) -> None:
        self._connection = connection

    def add(self, model: ModelVersion, network: bytes, weights: bytes | None = None) -> None:
        require_valid(model, network, weights)
        if self.get(model.version) is not None:
            return
        for name, content in (("network", network), ("weights", weights or b"")):
            for chunk, start in enumerate(range(0, len(content), _CHUNK_BYTES)):
                part = content[start : start + _CHUNK_BYTES]
                self._write(_INSERT_CHUNK, model.version, name, chunk, part)
        self._write(
            _INSERT_VERSION,
            model.version,
            model.created,
            model.by,
            model.parent,
            pack_details(model, network, weights),
        )

    def versions(self) -> list[ModelVersion]:
        rows = self._read(_SELECT_VERSIONS, _MAX_VERSIONS)
        return sorted(map(_version_of, rows), key=lambda model: model.created, reverse=True)

    def get(self, version: str) -> ModelVersion | None:
        rows = self._read(_SELECT_VERSION, version)
        return _version_of(rows[0]) if rows else None

    def network(self, version: str) -> bytes | None:
        return self._content("network", version)

    def weights(self, version: str) -> bytes | None:
        return self._content("weights", version)

    def save_comparison(self, version: str, comparison: bytes) -> None:
        require_valid_comparison(comparison)
        # One chunk: a comparison that replaces a longer one leaves nothing of it.
        self._write(_INSERT_CHUNK, version, "comparison", 0, comparison)

    def comparison(self, version: str) -> bytes | None:
        if not self._read(_SELECT_VERSION, version):
            return None
        chunks = self._read(_SELECT_CHUNKS, version, "comparison")
        return chunks[0][0] if chunks else None

    def adopt(self, version: str, by: str | None) -> Adoption:
        id = new_id()
        for _ in range(_MAX_ATTEMPTS):
            last = self._read(_SELECT_LAST_NUMBER)
            if self._take_number(last[0][0] + 1 if last else 1, id, version, by):
                return Adoption(created_at(id), version, by)
        raise StoreUnavailableError("Too many models are adopted at the same moment: try again.")

    def _take_number(self, number: int, id: UUID, version: str, by: str | None) -> bool:
        """Record an adoption under a number, unless another one has it."""
        rows = self._write(_INSERT_ADOPTION, number, id, version, by)
        if rows[0][0]:
            return True
        # A request that the driver sent twice.
        return [row[0] for row in self._read(_SELECT_ADOPTION, number)] == [id]

    def adoptions(self, limit: int = 50) -> list[Adoption]:
        rows = self._read(_SELECT_ADOPTIONS, limit)
        if len(rows) < limit:
            rows = [*rows, *self._read(_SELECT_OLD_ADOPTIONS, limit - len(rows))]
        return [_adoption_of(row) for row in rows]

    def _content(self, name: Literal["network", "weights"], version: str) -> bytes | None:
        rows = self._read(_SELECT_VERSION, version)
        if not rows:  # its files may not be complete
            return None
        *_, details = rows[0]
        chunks = self._read(_SELECT_CHUNKS, version, name)
        content = b"".join(chunk for (chunk,) in chunks) or None
        return check_file(version, name, content, details)

    def _write(self, query: str, *values: object) -> list[Row]:
        return execute_directly(self._connection, query, values, WRITE_PROFILE)

    def _read(self, query: str, *values: object) -> list[Row]:
        return execute_directly(self._connection, query, values, READ_PROFILE)


def _version_of(row: tuple[str, datetime, str | None, str | None, str]) -> ModelVersion:
    return unpack_version(*row)


def _adoption_of(row: tuple[UUID, str, str | None]) -> Adoption:
    id, version, by = row
    return Adoption(created_at(id).astimezone(UTC), version, by)
