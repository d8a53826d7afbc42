"""Exact nearest-neighbor search over the embeddings, in memory."""

import sqlite3
import threading
from collections.abc import Iterable, Sequence

import numpy as np

_DIMENSIONS = 64
_MAX_VECTORS = 1 << 18  # 64 MiB
_SELECT_NEW = f"""
SELECT change, reading, embedding FROM embeddings
WHERE change > max(?, (SELECT coalesce(max(change), 0) FROM embeddings) - {_MAX_VECTORS})
AND length(embedding) = {4 * _DIMENSIONS} ORDER BY change
"""


class NearestNeighbors:
    """A copy of the newest embeddings in memory; each search first reads those added since."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._vectors = np.zeros((0, _DIMENSIONS), np.float32)
        self._readings: list[int] = []  # for each used row of _vectors, the row in `readings`
        self._row_of: dict[int, int] = {}
        self._next_row = 0
        self._last_change = 0

    def search(
        self,
        connection: sqlite3.Connection,
        vector: Sequence[float],
        count: int,
        among: Iterable[int] | None = None,
    ) -> list[tuple[int, float]]:
        """Return the row in `readings` and the cosine similarity of the nearest, best first.

        among: rows in `readings` to search; None: all. Deleted predictions are still among them;
        the caller has to leave them out.
        """
        with self._lock:
            self._read_new(connection)
            if among is None:
                readings, vectors = self._readings, self._vectors[: len(self._readings)]
            else:
                readings = [reading for reading in among if reading in self._row_of]
                vectors = self._vectors[[self._row_of[reading] for reading in readings]]
            similarities = vectors @ np.asarray(vector, np.float32)
            best = (
                np.argsort(-similarities)[:count]
                if len(readings) < 4 * count
                else np.argpartition(-similarities, count)[:count]
            )
            found = [(readings[row], float(similarities[row])) for row in best.tolist()]
        return sorted(found, key=lambda pair: -pair[1])

    def _read_new(self, connection: sqlite3.Connection) -> None:
        new = connection.execute(_SELECT_NEW, (self._last_change,)).fetchall()
        if not new:
            return
        self._last_change = new[-1][0]
        vectors = np.frombuffer(b"".join(row[2] for row in new), "<f4").reshape(-1, _DIMENSIONS)
        rows = [self._row_for(reading) for _, reading, _ in new]
        if len(self._readings) > len(self._vectors):
            grown = np.zeros((min(2 * len(self._readings), _MAX_VECTORS), _DIMENSIONS), np.float32)
            grown[: len(self._vectors)] = self._vectors
            self._vectors = grown
        self._vectors[rows] = vectors

    def _row_for(self, reading: int) -> int:
        """Return the row of _vectors for a prediction, at the limit that of the oldest."""
        row = self._row_of.get(reading)
        if row is None:
            row = self._next_row % _MAX_VECTORS
            self._next_row += 1
            if row < len(self._readings):
                del self._row_of[self._readings[row]]
                self._readings[row] = reading
            else:
                self._readings.append(reading)
            self._row_of[reading] = row
        return row
