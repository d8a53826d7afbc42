"""The model registry in the SQLite file of the history."""

import sqlite3
from datetime import UTC, datetime
from typing import Literal

from db.codec import from_microseconds, to_microseconds
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
from db.sqlite.connection import SqliteConnection, fetch_one

MODEL_REGISTRY = """
CREATE TABLE model_versions (
    version TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,  -- microseconds since 1970
    added_by TEXT,
    parent TEXT,
    details TEXT NOT NULL,  -- JSON, db/model_registry.py
    network BLOB NOT NULL,
    weights BLOB
);
CREATE TABLE model_adoptions (
    adoption INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,  -- microseconds since 1970
    version TEXT NOT NULL,
    adopted_by TEXT
)
"""

MODEL_COMPARISONS = """
CREATE TABLE model_comparisons (
    version TEXT PRIMARY KEY,
    comparison BLOB NOT NULL  -- services/model_comparison.py
)
"""

_COLUMNS = "version, created_at, added_by, parent, details"


class SqliteModelRegistry(ModelRegistry):
    """Stores networks; each change is one transaction."""

    def __init__(self, file: SqliteConnection) -> None:
        self._file = file

    def add(self, model: ModelVersion, network: bytes, weights: bytes | None = None) -> None:
        require_valid(model, network, weights)
        values = (
            model.version,
            to_microseconds(model.created),
            model.by,
            model.parent,
            pack_details(model, network, weights),
            network,
            weights,
        )

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR IGNORE INTO model_versions VALUES (?, ?, ?, ?, ?, ?, ?)", values
            )

        self._file.write(work)

    def versions(self) -> list[ModelVersion]:
        query = f"SELECT {_COLUMNS} FROM model_versions ORDER BY created_at DESC, version"
        with self._file.read() as connection:
            return [_version_of(row) for row in connection.execute(query).fetchall()]

    def get(self, version: str) -> ModelVersion | None:
        query = f"SELECT {_COLUMNS} FROM model_versions WHERE version = ?"
        with self._file.read() as connection:
            row = fetch_one(connection, query, version)
        return None if row is None else _version_of(row)

    def network(self, version: str) -> bytes | None:
        return self._content("network", version)

    def weights(self, version: str) -> bytes | None:
        return self._content("weights", version)

    def save_comparison(self, version: str, comparison: bytes) -> None:
        require_valid_comparison(comparison)

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR REPLACE INTO model_comparisons VALUES (?, ?)", (version, comparison)
            )

        self._file.write(work)

    def comparison(self, version: str) -> bytes | None:
        query = """
            SELECT comparison FROM model_comparisons JOIN model_versions USING (version)
            WHERE version = ?
        """
        with self._file.read() as connection:
            row = fetch_one(connection, query, version)
        return None if row is None else bytes(row[0])

    def adopt(self, version: str, by: str | None) -> Adoption:
        adoption = Adoption(datetime.now(UTC), version, by)

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO model_adoptions (at, version, adopted_by) VALUES (?, ?, ?)",
                (to_microseconds(adoption.at), version, by),
            )

        self._file.write(work)
        return adoption

    def adoptions(self, limit: int = 50) -> list[Adoption]:
        query = "SELECT at, version, adopted_by FROM model_adoptions ORDER BY adoption DESC LIMIT ?"
        with self._file.read() as connection:
            rows = connection.execute(query, (limit,)).fetchall()
        return [Adoption(from_microseconds(at), version, by) for at, version, by in rows]

    def _content(self, column: Literal["network", "weights"], version: str) -> bytes | None:
        query = f"SELECT {column}, details FROM model_versions WHERE version = ?"
        with self._file.read() as connection:
            row = fetch_one(connection, query, version)
        if row is None:
            return None
        content, details = row
        return check_file(version, column, None if content is None else bytes(content), details)


def _version_of(row: tuple[str, int, str | None, str | None, str]) -> ModelVersion:
    version, created, by, parent, details = row
    return unpack_version(version, from_microseconds(created), by, parent, details)
