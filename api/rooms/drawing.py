"""Ink that grows point by point, and what a screen that has seen some of it still lacks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from model import InputError

Point = tuple[float, float]
Piece = tuple[int, int, list[Point]]  # place of the stroke, of its first new point, the points

SIDE = 1000.0  # the pad is square, this many units wide
MAX_POINTS = 6000  # of one drawing
MAX_STROKES = 200


class OutOfStepError(Exception):
    """The pieces do not fit the ink that is there: its sender has to be told what is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How much of some ink somebody has seen."""

    edition: int = -1
    strokes: int = 0
    points: int = 0  # of the last of those strokes


@dataclass(slots=True)
class Drawing:
    """Strokes in units of the pad, y down.

    edition: rises when ink is taken away, so that what was seen of an earlier one counts no more.
    """

    strokes: list[list[Point]] = field(default_factory=list)
    edition: int = 0
    points: int = 0

    def add(self, piece: Any) -> None:
        """Add a piece as it came; raises InputError where it is none, OutOfStepError where it does
        not fit, and adds nothing then.
        """
        place, start, points = checked_piece(piece)
        known = self.strokes[place] if place < len(self.strokes) else []
        if place > len(self.strokes) or start > len(known) or place < len(self.strokes) - 1:
            raise OutOfStepError
        new = points[len(known) - start :]
        if self.points + len(new) > MAX_POINTS or place >= MAX_STROKES:
            raise InputError(
                "too_many_points",
                f"That is too much ink for one drawing: at most {MAX_STROKES} strokes and "
                f"{MAX_POINTS} points.",
            )
        if place == len(self.strokes):
            if not new:
                return
            self.strokes.append(known)
        known.extend(new)
        self.points += len(new)

    def replace(self, strokes: Sequence[Any]) -> None:
        """Be these strokes instead; raises InputError where they are none, and stays then."""
        fresh = Drawing()
        for place, stroke in enumerate(strokes):
            fresh.add((place, 0, stroke))
        self.strokes, self.points = fresh.strokes, fresh.points
        self.edition += 1

    def undo(self) -> None:
        """Take the last stroke away."""
        if self.strokes:
            self.points -= len(self.strokes.pop())
            self.edition += 1

    def clear(self) -> None:
        """Take all ink away."""
        self.replace(())

    def news(self, seen: Seen) -> tuple[dict[str, Any] | None, Seen]:
        """What is new to somebody who has seen so much (None: nothing), and what they will have."""
        now = Seen(self.edition, len(self.strokes), len(self.strokes[-1]) if self.strokes else 0)
        if now == seen:
            return None, now
        if now.edition != seen.edition:
            return {"all": self.strokes}, now
        pieces: list[Piece] = []
        for place in range(max(0, seen.strokes - 1), len(self.strokes)):
            start = seen.points if place == seen.strokes - 1 else 0
            points = self.strokes[place][start:]
            if points:
                pieces.append((place, start, points))
        return {"more": pieces}, now


def checked_piece(piece: Any) -> Piece:
    """The piece with its points on the pad; raises InputError where it is none."""
    try:
        place, start, points = piece
        whole = isinstance(place, int) and isinstance(start, int) and place >= 0 and start >= 0
        kept = [(_on_pad(x), _on_pad(y)) for x, y in points]
    except (TypeError, ValueError, OverflowError):
        whole = False
    if not whole:
        raise InputError(
            "invalid_strokes",
            "This is no ink: send pieces like [0, 12, [[10, 20], [11, 22]]], the stroke's place, "
            "the place of its first new point, the points.",
        )
    return place, start, kept


def _on_pad(value: Any) -> float:
    number = float(value)
    if number != number:
        raise ValueError
    return round(min(max(number, 0.0), SIDE), 1)
