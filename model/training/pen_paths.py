"""Pen paths of digits and letters, read from digits.txt and letters.txt."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from model.training.pen import Stroke

DIGITS_FILE = Path(__file__).with_name("digits.txt")
LETTERS_FILE = Path(__file__).with_name("letters.txt")


class PenPath(NamedTuple):
    """One way to write a symbol.

    weight: how common it is among the ways to write this symbol. strokes: the knots (n, 2) of each
    stroke, in about a unit square, y down; a corner is a repeated knot.
    """

    symbol: str
    weight: float
    strokes: list[Stroke]


def read_pen_paths(file: Path) -> list[PenPath]:
    """Return all pen paths of a file; its first lines describe the format."""
    return parse_pen_paths(file.read_text(encoding="utf-8"))


def parse_pen_paths(text: str) -> list[PenPath]:
    """Return the pen paths of a text in that format."""
    lines = text.splitlines()
    return [_parse_line(line) for line in lines if line and not line.startswith("#")]


def _parse_line(line: str) -> PenPath:
    symbol, weight, strokes = line.split(maxsplit=2)
    return PenPath(symbol, float(weight), [_parse_stroke(text) for text in strokes.split("|")])


def _parse_stroke(text: str) -> Stroke:
    knots = []
    for word in text.split():
        point = [float(coordinate) for coordinate in word.rstrip("!").split(",")]
        knots += [point, point] if word.endswith("!") else [point]
    return np.array(knots)
