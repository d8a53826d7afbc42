"""The nearest embeddings, found by comparing with all of them in memory."""

import sqlite3
import threading
from collections.abc import Sequence

import numpy as np

_DIMENSIONS = 64
_MOST = 1 << 18  # embeddings kept, 64 MiB


class Neighbours:
    """The newest embeddings of a reading table, read once and then only what is new."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._vectors = np.zeros((0, _DIMENSIONS), np.float32)
        self._readings: list[int] = []
        self._row_of: dict[int, int] = {}
        self._next_row = 0
        self._last_change = 0

    def nearest(
        self, connection: sqlite3.Connection, vector: Sequence[float], count: int
    ) -> list[tuple[int, float]]:
        """Row number and cosine similarity of the `count` nearest, best first.

        Rows deleted since are still among them: the caller leaves them out.
        """
        with self._lock:
            self._read_news(connection)
            rows = len(self._readings)
            similarities = self._vectors[:rows] @ np.asarray(vector, np.float32)
            best = (
                np.argsort(-similarities)[:count]
                if rows < 4 * count
                else np.argpartition(-similarities, count)[:count]
            )
            found = [(self._readings[row], float(similarities[row])) for row in best.tolist()]
        return sorted(found, key=lambda pair: -pair[1])

    def _read_news(self, connection: sqlite3.Connection) -> None:
        news = connection.execute(
            "SELECT change, reading, embedding FROM embeddings "
            f"WHERE change > max(?, (SELECT coalesce(max(change), 0) FROM embeddings) - {_MOST}) "
            "AND length(embedding) = ? ORDER BY change",
            (self._last_change, 4 * _DIMENSIONS),
        ).fetchall()
        if not news:
            return
        self._last_change = news[-1][0]
        vectors = np.frombuffer(b"".join(row[2] for row in news), "<f4").reshape(-1, _DIMENSIONS)
        rows = [self._row_for(reading) for _, reading, _ in news]
        if len(self._readings) > len(self._vectors):
            grown = np.zeros((min(2 * len(self._readings), _MOST), _DIMENSIONS), np.float32)
            grown[: len(self._vectors)] = self._vectors
            self._vectors = grown
        self._vectors[rows] = vectors

    def _row_for(self, reading: int) -> int:
        row = self._row_of.get(reading)
        if row is None:
            row = self._next_row % _MOST
            self._next_row += 1
            if row < len(self._readings):
                del self._row_of[self._readings[row]]
                self._readings[row] = reading
            else:
                self._readings.append(reading)
            self._row_of[reading] = row
        return row
