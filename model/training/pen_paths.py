"""How people write digits and letters, read from digits.txt and letters.txt."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from model.training.pen import Stroke

DIGITS = Path(__file__).with_name("digits.txt")
LETTERS = Path(__file__).with_name("letters.txt")


class Form(NamedTuple):
    """One way to write a sign: each stroke's knots (n, 2) in about a unit square, corners twice."""

    sign: str
    weight: float
    strokes: list[Stroke]


def read_forms(file: Path) -> list[Form]:
    """Every form of the file, which says itself how it is written."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [_form(line) for line in lines if line and not line.startswith("#")]


def _form(line: str) -> Form:
    sign, weight, paths = line.split(maxsplit=2)
    return Form(sign, float(weight), [_stroke(path) for path in paths.split("|")])


def _stroke(path: str) -> Stroke:
    knots = []
    for word in path.split():
        point = [float(number) for number in word.rstrip("!").split(",")]
        knots += [point, point] if word.endswith("!") else [point]
    return np.array(knots)
