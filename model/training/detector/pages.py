"""Synthetic pages: paper with digits in many arrangements among lines, boxes, letters and dirt."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from model.training.detector import MAX_DIGIT, MIN_DIGIT
from model.training.detector.paper import make_paper, photograph
from model.training.detector.symbols import Mask, SymbolSource, render_scribble


@dataclass
class Page:
    """A synthetic page.

    picture: uint8 (side, side, 3), RGB. boxes: left, top, right, bottom of each digit in pixels.
    values: 0-9, its class. ink: uint8 (side, side), 255 where ink belongs to a digit.
    """

    picture: NDArray[np.uint8]
    ink: NDArray[np.uint8]
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    values: list[int] = field(default_factory=list)


class PageGenerator:
    """Makes pages; the same seed gives the same page."""

    def __init__(self, symbols: SymbolSource, side: int = 192) -> None:
        self._symbols = symbols
        self._side = side

    def generate(self, rng: np.random.Generator) -> Page:
        """Return a random page; one in seven has no digit."""
        sheet = _Sheet(self._symbols, self._side, rng)
        kind = rng.random()
        if kind < 0.14:
            pass
        elif kind < 0.36:
            sheet.add_single()
        elif kind < 0.66:
            sheet.add_number(touching=rng.random() < 0.35)
        elif kind < 0.80:
            sheet.add_table()
        else:
            for _ in range(rng.integers(1, 9)):
                sheet.add_anywhere()
        sheet.add_distractors(1 if kind >= 0.14 else 2)
        return sheet.finish()


class _Sheet:
    """A page under construction."""

    def __init__(self, symbols: SymbolSource, side: int, rng: np.random.Generator) -> None:
        self.symbols, self.side, self.rng = symbols, side, rng
        self.page = make_paper(side, rng)
        self.ink = np.zeros((side, side), np.uint8)
        self.occupied = np.zeros((side, side), np.uint8)
        self.boxes: list[tuple[float, float, float, float]] = []
        self.values: list[int] = []
        brightness = float(self.page.mean())
        self.pen_color = self._color(brightness)
        self.several_pens = rng.random() < 0.15
        self.brightness = brightness

    def _color(self, brightness: float) -> NDArray[np.float64]:
        """Return an ink colour that stands out from paper of that mean brightness."""
        rng = self.rng
        if rng.random() < 0.45:
            return rng.uniform(0, 60, 3)
        while True:
            color = rng.uniform(0, 255, 3)
            if np.abs(color - brightness).max() > 70 and brightness - color.mean() > 18:
                return color

    def _size(self) -> float:
        return float(np.exp(self.rng.uniform(np.log(MIN_DIGIT), np.log(MAX_DIGIT))))

    def _pen(self, height: float) -> float:
        return float(
            np.clip(height * np.exp(self.rng.normal(np.log(0.1), 0.4)), 1.0, 0.28 * height)
        )

    def stamp(self, mask: Mask, left: int, top: int, color: NDArray[np.float64]) -> bool:
        """Blend ink into the page; False if less than 85 % of it is on the page."""
        height, width = mask.shape
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + width, self.side), min(top + height, self.side)
        if x1 <= x0 or y1 <= y0:
            return False
        part = mask[y0 - top : y1 - top, x0 - left : x1 - left]
        if float(part.sum()) < 0.85 * float(mask.sum()):
            return False
        alpha = (part.astype(np.float32) / 255)[..., None]
        window = self.page[y0:y1, x0:x1]
        shade = color * window / max(self.brightness, 60) if self.brightness < 200 else color
        window[:] = window * (1 - alpha) + shade * alpha
        np.maximum(self.occupied[y0:y1, x0:x1], part, out=self.occupied[y0:y1, x0:x1])
        return True

    def add_digit(self, value: int, mask: Mask, left: int, top: int) -> bool:
        """Stamp a digit and remember its box and ink."""
        color = self._color(self.brightness) if self.several_pens else self.pen_color
        if not self.stamp(mask, left, top, color):
            return False
        height, width = mask.shape
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + width, self.side), min(top + height, self.side)
        part = mask[y0 - top : y1 - top, x0 - left : x1 - left]
        np.maximum(self.ink[y0:y1, x0:x1], part, out=self.ink[y0:y1, x0:x1])
        self.boxes.append((float(x0), float(y0), float(x1), float(y1)))
        self.values.append(value)
        return True

    def add_single(self) -> None:
        """Add one digit, often large and in the middle, at times boxed or circled."""
        rng = self.rng
        height = min(self._size() * rng.uniform(1, 1.6), MAX_DIGIT * 1.35)
        value = int(rng.integers(10))
        mask = self.symbols.digit(value, height, self._pen(height), rng)
        room = np.maximum(self.side - np.array(mask.shape), 1)
        top, left = (rng.uniform(0, 1, 2) * room).astype(int)
        if self.add_digit(value, mask, int(left), int(top)) and rng.random() < 0.3:
            self._frame(self.boxes[-1])

    def add_number(self, touching: bool) -> None:
        """Add a row of two to eight digits with natural, tight or touching spacing."""
        rng = self.rng
        count = int(rng.integers(2, 9))
        height = min(self._size(), 1.5 * self.side / count, MAX_DIGIT)
        pen = self._pen(height)
        gap = rng.normal(-0.12, 0.08) if touching else rng.uniform(0.02, 0.6)
        values = rng.integers(0, 10, count)
        masks = [
            self.symbols.digit(int(value), height * rng.uniform(0.85, 1.15), pen, rng)
            for value in values
        ]
        total = sum(mask.shape[1] + gap * height for mask in masks)
        x = rng.uniform(0, max(self.side - total, 1))
        baseline = rng.uniform(height * 1.2, max(self.side - 4, height * 1.2 + 1))
        slope = rng.normal(0, 0.04)
        first = len(self.boxes)
        for value, mask in zip(values.tolist(), masks, strict=True):
            top = baseline - mask.shape[0] + slope * x + rng.normal(0, 0.04) * height
            self.add_digit(value, mask, round(x), round(top))
            step = gap + rng.normal(0, 0.03)
            x += mask.shape[1] + step * height
        row = self.boxes[first:]
        if row and rng.random() < 0.35:
            bottom = max(box[3] for box in row) + rng.uniform(0.03, 0.4) * height
            self._line(
                (row[0][0] - rng.uniform(0, 20), bottom), (row[-1][2] + rng.uniform(0, 20), bottom)
            )
        if row and rng.random() < 0.1:
            self._frame((row[0][0], min(b[1] for b in row), row[-1][2], max(b[3] for b in row)))
        if row and rng.random() < 0.15:
            self._comb(row, height)

    def add_table(self) -> None:
        """Add a grid of cells with a digit or a number in most of them."""
        rng = self.rng
        columns, rows = int(rng.integers(1, 5)), int(rng.integers(1, 5))
        origin = rng.uniform(0, 0.1, 2) * self.side
        cell = (self.side * rng.uniform(0.75, 1.0) - origin) / (columns, rows)
        lines = rng.random() < 0.75
        width = int(rng.integers(1, 4))
        if lines:
            for index in range(columns + 1):
                x = origin[0] + index * cell[0]
                self._line((x, origin[1]), (x, origin[1] + rows * cell[1]), width)
            for index in range(rows + 1):
                y = origin[1] + index * cell[1]
                self._line((origin[0], y), (origin[0] + columns * cell[0], y), width)
        height = min(float(cell.min()) * rng.uniform(0.4, 0.85), MAX_DIGIT)
        if height < MIN_DIGIT * 0.8:
            return
        for column in range(columns):
            for row in range(rows):
                if rng.random() < 0.15:
                    continue
                value = int(rng.integers(10))
                mask = self.symbols.digit(
                    value, height * rng.uniform(0.9, 1.1), self._pen(height), rng
                )
                center = (
                    origin + (np.array([column, row]) + 0.5) * cell + rng.normal(0, 0.06, 2) * cell
                )
                left, top = (center - np.array(mask.shape[::-1]) / 2).astype(int)
                self.add_digit(value, mask, int(left), int(top))

    def add_anywhere(self) -> None:
        """Add a digit where nothing is yet."""
        height = self._size()
        value = int(self.rng.integers(10))
        mask = self.symbols.digit(value, height, self._pen(height), self.rng)
        for _ in range(6):
            top, left = (self.rng.uniform(0, 1, 2) * (self.side - np.array(mask.shape))).astype(int)
            if left < 0 or top < 0:
                return
            area = self.occupied[top : top + mask.shape[0], left : left + mask.shape[1]]
            if not area.any():
                self.add_digit(value, mask, int(left), int(top))
                return

    def add_distractors(self, amount: int) -> None:
        """Add letters, scribbles, dots, lines and frames where no digit is."""
        rng = self.rng
        for _ in range(rng.poisson(1.3 * amount)):
            kind = rng.random()
            height = self._size() * rng.uniform(0.6, 1.3)
            if kind < 0.4:
                self._stamp_free(self.symbols.letter(height, self._pen(height), rng))
            elif kind < 0.5:
                self._stamp_free(render_scribble(height, self._pen(height), rng))
            elif kind < 0.65:
                for _ in range(int(rng.integers(1, 30))):
                    radius = int(rng.integers(0, 3))
                    self._stamp_free(np.full((radius + 1, radius + 1), 255, np.uint8))
            elif kind < 0.9:
                start = rng.uniform(0, self.side, 2)
                angle = rng.choice([0, np.pi / 2]) + rng.normal(0, 0.08)
                reach = rng.uniform(0.2, 1.2) * self.side * np.array([np.cos(angle), np.sin(angle)])
                self._line(tuple(start), tuple(start + reach), check=True)
            else:
                corner = rng.uniform(-20, self.side * 0.7, 2)
                extent = rng.uniform(20, self.side, 2)
                self._frame((*corner, *(corner + extent)), check=True)
        if rng.random() < 0.06:  # border of a screenshot
            width = int(rng.integers(1, 6))
            color = tuple(float(c) for c in self.pen_color)
            cv2.rectangle(self.page, (0, 0), (self.side - 1, self.side - 1), color, width)

    def _stamp_free(self, mask: Mask) -> None:
        height, width = mask.shape
        for _ in range(4):
            top, left = (self.rng.uniform(0, 1, 2) * (self.side - np.array(mask.shape))).astype(int)
            if top < 0 or left < 0:
                return
            if not self.ink[
                max(top - 2, 0) : top + height + 2, max(left - 2, 0) : left + width + 2
            ].any():
                color = self._color(self.brightness) if self.rng.random() < 0.2 else self.pen_color
                self.stamp(mask, int(left), int(top), color)
                return

    def _line(
        self,
        start: tuple[float, ...],
        end: tuple[float, ...],
        width: int | None = None,
        check: bool = False,
    ) -> None:
        """Draw a straight or wavy pen line; with `check`, only where it crosses no digit."""
        rng = self.rng
        mask = np.zeros((self.side, self.side), np.uint8)
        count = int(rng.integers(2, 9))
        points = np.linspace(start, end, count) + rng.normal(
            0, rng.choice([0, 0, 0.8, 2]), (count, 2)
        )
        path = np.rint(points * 16).astype(np.int32)
        cv2.polylines(mask, [path], False, 255, width or int(rng.integers(1, 6)), cv2.LINE_AA, 4)
        if check and (self.ink[mask > 0]).any():
            return
        self.stamp(
            mask, 0, 0, self.pen_color if rng.random() < 0.6 else self._color(self.brightness)
        )

    def _frame(self, box: tuple[float, ...], check: bool = False) -> None:
        """Draw a rectangle or an ellipse around a box."""
        rng = self.rng
        x0, y0, x1, y1 = box
        pad = rng.uniform(0.1, 0.5) * max(x1 - x0, y1 - y0, 12)
        mask = np.zeros((self.side, self.side), np.uint8)
        width = int(rng.integers(1, 5))
        if rng.random() < 0.6:
            low, high = (round(x0 - pad), round(y0 - pad)), (round(x1 + pad), round(y1 + pad))
            cv2.rectangle(mask, low, high, 255, width, cv2.LINE_AA)
        else:
            center = round((x0 + x1) / 2), round((y0 + y1) / 2)
            axes = max(round((x1 - x0) * 0.72 + pad), 1), max(round((y1 - y0) * 0.72 + pad), 1)
            cv2.ellipse(mask, center, axes, rng.normal(0, 8), 0, 360, 255, width, cv2.LINE_AA)
        if check and self.ink[mask > 0].any():
            return
        self.stamp(
            mask, 0, 0, self.pen_color if rng.random() < 0.6 else self._color(self.brightness)
        )

    def _comb(self, row: list[tuple[float, float, float, float]], height: float) -> None:
        """Draw a baseline with ticks between the digits."""
        bottom = max(box[3] for box in row) + 2
        self._line((row[0][0] - 6, bottom), (row[-1][2] + 6, bottom), 1)
        for left, right in pairwise(row):
            x = (left[2] + right[0]) / 2
            self._line((x, bottom - 0.4 * height), (x, bottom), 1, check=True)

    def finish(self) -> Page:
        """Return the photographed page."""
        picture = photograph(self.page, self.rng)
        return Page(picture, self.ink, self.boxes, self.values)
