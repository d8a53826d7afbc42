"""Drawings that grow point by point, and the updates that clients need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from api.rooms.messages import MAX_STROKES, AddedPoints, DrawingUpdate, Point
from model import InputError

SIDE = 1000.0  # width and height of the pad in its units
MAX_POINTS = 6000  # of one drawing


class OutOfSyncError(Exception):
    """New points do not fit the drawing: the client that sent them needs all of its strokes."""


@dataclass(frozen=True, slots=True)
class DrawingVersion:
    """The state of a drawing that a client has; revision -1: none yet.

    points: of the last stroke.
    """

    revision: int = -1
    strokes: int = 0
    points: int = 0


@dataclass(slots=True)
class Drawing:
    """Strokes in units of the pad, y down.

    revision: increases when strokes are removed or replaced, so that clients that have an earlier
    revision are sent all strokes.
    """

    strokes: list[list[Point]] = field(default_factory=list)
    revision: int = 0
    points: int = 0

    def add(self, added: AddedPoints) -> None:
        """Add points to the last stroke or start the next one.

        Points that are known already are skipped. Raises OutOfSyncError if points before them are
        missing, InputError for invalid or too many points, and adds nothing then.
        """
        index, start, points = added
        if index < 0 or start < 0:
            raise InputError("invalid_strokes", "Indexes of strokes and points are 0 or more.")
        stroke = self.strokes[index] if index < len(self.strokes) else []
        if index > len(self.strokes) or start > len(stroke) or index < len(self.strokes) - 1:
            raise OutOfSyncError
        new = points[len(stroke) - start :]
        if self.points + len(new) > MAX_POINTS or index >= MAX_STROKES:
            raise InputError(
                "too_many_points",
                f"This drawing is too large: at most {MAX_STROKES} strokes and "
                f"{MAX_POINTS} points.",
            )
        clamped = clamp_to_pad(new)  # after the count, because it takes long
        if index == len(self.strokes):
            if not new:
                return
            self.strokes.append(stroke)
        stroke.extend(clamped)
        self.points += len(new)

    def replace(self, strokes: Sequence[list[Point]]) -> None:
        """Replace all strokes; raises InputError and keeps the current ones if they are invalid."""
        replacement = Drawing()
        for index, stroke in enumerate(strokes):
            replacement.add((index, 0, stroke))
        self.strokes, self.points = replacement.strokes, replacement.points
        self.revision += 1

    def undo(self) -> None:
        """Remove the last stroke."""
        if self.strokes:
            self.points -= len(self.strokes.pop())
            self.revision += 1

    def clear(self) -> None:
        """Remove all strokes."""
        self.replace(())

    @property
    def version(self) -> DrawingVersion:
        """The current state."""
        last = len(self.strokes[-1]) if self.strokes else 0
        return DrawingVersion(self.revision, len(self.strokes), last)

    def update_since(self, version: DrawingVersion) -> DrawingUpdate | None:
        """Return the update for a client that has `version`, None if it is up to date."""
        if version == self.version:
            return None
        if version.revision != self.revision:
            return {"all": self.strokes}
        added: list[AddedPoints] = []
        for index in range(max(0, version.strokes - 1), len(self.strokes)):
            start = version.points if index == version.strokes - 1 else 0
            points = self.strokes[index][start:]
            if points:
                added.append((index, start, points))
        return {"more": added}


def clamp_to_pad(points: Iterable[Point]) -> list[Point]:
    """Return points moved onto the pad, in tenths of a unit; raises InputError for NaN."""
    return [(_clamp(x), _clamp(y)) for x, y in points]


def _clamp(value: float) -> float:
    if value != value:
        raise InputError("invalid_strokes", "Coordinates of points must be numbers.")
    return round(min(max(value, 0.0), SIDE), 1)
