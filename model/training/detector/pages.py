"""Synthetic pages: paper with digits in many arrangements among lines, boxes, letters and dirt."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from model.training.detector import MAX_DIGIT, MIN_DIGIT
from model.training.detector.framing import Page, coarsen, crop_page, place
from model.training.detector.paper import choose_ink_color, make_paper, photograph
from model.training.detector.symbols import (
    Mask,
    SymbolSource,
    kern,
    lengthen,
    render_bars,
    render_scribble,
    slant,
)

_EMPTY_SHARE = 0.17
_MIN_INK = 24  # of 255, from which a pixel of a scan belongs to its digit
_TAILED = (1, 4, 7, 9)  # digits whose lower half may be long


class PageGenerator:
    """Makes pages; the same seed gives the same page."""

    def __init__(self, symbols: SymbolSource, side: int = 192) -> None:
        self._symbols = symbols
        self._side = side

    def generate(self, rng: np.random.Generator) -> Page:
        """Return a random page; one in six has no digit."""
        if rng.random() < 0.06:
            return self._scan(rng)
        sheet = _Sheet(self._symbols, self._side, rng)
        kind = rng.random()
        if kind < _EMPTY_SHARE:
            if rng.random() < 0.5:
                return sheet.finish()
        elif kind < 0.36:
            sheet.add_single()
        elif kind < 0.68:
            sheet.add_number(touching=rng.random() < 0.4)
        elif kind < 0.80:
            sheet.add_table()
        else:
            for _ in range(rng.integers(1, 9)):
                sheet.add_anywhere()
        sheet.add_distractors(1 if kind >= _EMPTY_SHARE else 2)
        page = sheet.finish()
        if len(page.values) and rng.random() < 0.12:
            page = crop_page(page, rng)
        if rng.random() < 0.06:
            page.picture = coarsen(page.picture, rng)
        return page

    def _scan(self, rng: np.random.Generator) -> Page:
        """Return a page with one enlarged MNIST glyph as the whole picture, as data sets have."""
        value = int(rng.integers(10))
        glyph = self._symbols.mnist_glyph(value, rng)
        if rng.random() < 0.4:
            x, y, width, height = cv2.boundingRect(glyph)
            glyph = glyph[y : y + height, x : x + width]
        scale = rng.uniform(50, 110) / max(glyph.shape)
        size = [max(2, round(n * scale)) for n in glyph.shape[::-1]]
        method = int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST]))
        mask = np.asarray(cv2.resize(glyph, size, interpolation=method), np.uint8)
        dark, light = rng.uniform(0, 60), rng.uniform(160, 255)
        if rng.random() < 0.3:
            dark, light = 0, 255
        gray = dark + (light - dark) * (mask / 255)
        if rng.random() < 0.5:
            gray = 255 - gray
        picture = np.repeat(gray[..., None], 3, axis=2).astype(np.uint8)
        ink = np.where(mask > _MIN_INK, mask, 0).astype(np.uint8)
        x, y, width, height = cv2.boundingRect(ink)
        box = (float(x), float(y), float(x + width), float(y + height))
        return place(Page(picture, ink, [box], [value]), self._side, rng)


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
        self.pen_color = choose_ink_color(brightness, rng)
        self.several_pens = rng.random() < 0.15
        self.brightness = brightness

    def _color(self) -> NDArray[np.float64]:
        return choose_ink_color(self.brightness, self.rng)

    def _size(self) -> float:
        return float(np.exp(self.rng.uniform(np.log(MIN_DIGIT), np.log(MAX_DIGIT))))

    def _pen(self, height: float) -> float:
        if self.rng.random() < 0.08:
            return 1.0
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
        color = self._color() if self.several_pens else self.pen_color
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
        if rng.random() < 0.12:
            value, mask = 1, self.symbols.straight_one(height, self._pen(height), rng)
        room = np.maximum(self.side - np.array(mask.shape), 1)
        top, left = (rng.uniform(0, 1, 2) * room).astype(int)
        if self.add_digit(value, mask, int(left), int(top)) and rng.random() < 0.3:
            self._frame(self.boxes[-1])

    def add_number(self, touching: bool) -> None:
        """Add a row of two to thirteen digits with natural, tight or touching spacing."""
        rng = self.rng
        count = int(rng.integers(2, 9) if rng.random() < 0.75 else rng.integers(8, 14))
        height = min(self._size(), 1.5 * self.side / count, MAX_DIGIT)
        pen = self._pen(height)
        gap = (
            rng.normal(-0.12, 0.08) if touching else rng.uniform(0.02, rng.choice([0.4, 0.8, 1.2]))
        )
        values = rng.integers(0, 10, count)
        spread = 0.15 if rng.random() < 0.7 else 0.4
        masks = [
            self.symbols.digit(int(value), height * rng.uniform(1 - spread, 1 + spread), pen, rng)
            for value in values
        ]
        drops = np.zeros(count)  # how far each digit reaches below the line, in pixels
        if rng.random() < 0.35:
            for index, value in enumerate(values.tolist()):
                if value in _TAILED and rng.random() < 0.6:
                    longer = lengthen(masks[index], rng.uniform(1.3, 2.8))
                    drops[index] = longer.shape[0] - masks[index].shape[0]
                    masks[index] = longer
        shear = rng.normal(0.25, 0.2) if rng.random() < 0.4 else 0.0
        if shear:
            masks = [slant(mask, shear) for mask in masks]
        kerned = touching or rng.random() < 0.4  # spaced by ink, not by boxes
        if kerned:
            gap = rng.normal(-0.02, 0.03) if touching else rng.uniform(0.02, 0.3)
        total = sum(mask.shape[1] + gap * height for mask in masks)
        x = rng.uniform(0, max(self.side - total, 1))
        baseline = rng.uniform(height * 1.2, max(self.side - 4, height * 1.2 + 1))
        slope = rng.normal(0, 0.04)
        first = len(self.boxes)
        previous = None
        for value, mask, drop in zip(values.tolist(), masks, drops.tolist(), strict=True):
            if kerned and previous is not None:
                x -= kern(previous, mask)
            previous = mask
            top = baseline - mask.shape[0] + drop + slope * x + rng.normal(0, 0.04) * height
            self.add_digit(value, mask, round(x), round(top))
            step = gap + rng.normal(0, 0.03 if not kerned else 0.01)
            x += mask.shape[1] + step * height
            if rng.random() < 0.03 and not touching:  # a decimal point, comma or dash
                x += self._punctuate(x, baseline + slope * x, height, pen)
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

    def _punctuate(self, x: float, baseline: float, height: float, pen: float) -> float:
        """Draw a dot, a comma, a colon or a dash; return the width that it takes."""
        size, kind = max(1.5 * pen, 1.0), self.rng.integers(4)
        gap = 0.1 * height
        if kind == 3:
            y = baseline - 0.5 * height
            self._line((x + gap, y), (x + 0.4 * height, y), max(1, round(pen)))
            return 0.5 * height
        dot = np.zeros((round(2 * size) + 3,) * 2, np.uint8)
        cv2.circle(dot, (dot.shape[0] // 2,) * 2, max(1, round(size / 2)), 255, -1, cv2.LINE_AA)
        self.stamp(dot, round(x + gap), round(baseline - dot.shape[0]), self.pen_color)
        if kind == 1:
            self._line(
                (x + 2 * gap, baseline), (x + gap, baseline + 0.15 * height), max(1, round(pen))
            )
        if kind == 2:
            self.stamp(dot, round(x + gap), round(baseline - 0.5 * height), self.pen_color)
        return 2 * gap + size

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
            if kind < 0.3:
                self._stamp_free(self.symbols.letter(height, self._pen(height), rng))
            elif kind < 0.38:
                self._stamp_free(self.symbols.word(height * 0.8, self._pen(height), rng))
            elif kind < 0.42:
                self._bars()
            elif kind < 0.5:
                self._stamp_free(render_scribble(height, self._pen(height), rng))
            elif kind < 0.65:
                count = rng.integers(1, 30) if rng.random() < 0.8 else rng.integers(30, 400)
                for _ in range(int(count)):
                    radius = int(rng.integers(0, 3))
                    self._stamp_free(np.full((radius + 1, radius + 1), 255, np.uint8))
            elif kind < 0.9:
                self._loose_line()
            else:
                corner = rng.uniform(-20, self.side * 0.7, 2)
                extent = rng.uniform(20, self.side, 2)
                self._frame((*corner, *(corner + extent)), check=True)
        if rng.random() < 0.06:  # border of a screenshot
            width = int(rng.integers(1, 6))
            color = tuple(float(c) for c in self.pen_color)
            cv2.rectangle(self.page, (0, 0), (self.side - 1, self.side - 1), color, width)

    def _loose_line(self) -> None:
        """Draw a line that is no 1: nearly level, or one that runs off the page."""
        rng = self.rng
        start = rng.uniform(0, self.side, 2)
        width = int(rng.integers(1, 14)) if rng.random() < 0.15 else None
        if rng.random() < 0.5:
            angle, length = rng.normal(0, 0.1), rng.uniform(0.15, 1.2) * self.side
        else:
            angle, length = np.pi / 2 + rng.normal(0, 0.1), 1.2 * self.side
            if rng.random() < 0.5:
                start[1] = -2.0
        reach = length * np.array([np.cos(angle), np.sin(angle)])
        self._line(tuple(start), tuple(start + reach), width, check=True)

    def _bars(self) -> None:
        """Draw parallel bars where no digit is."""
        mask = render_bars(self.side, self.rng)
        if not self.ink[cv2.dilate(mask, np.ones((5, 5))) > 0].any():
            self.stamp(mask, 0, 0, self.pen_color)

    def _stamp_free(self, mask: Mask) -> None:
        height, width = mask.shape
        for _ in range(4):
            top, left = (self.rng.uniform(0, 1, 2) * (self.side - np.array(mask.shape))).astype(int)
            if top < 0 or left < 0:
                return
            if not self.ink[
                max(top - 2, 0) : top + height + 2, max(left - 2, 0) : left + width + 2
            ].any():
                color = self._color() if self.rng.random() < 0.2 else self.pen_color
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
        self.stamp(mask, 0, 0, self.pen_color if rng.random() < 0.6 else self._color())

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
        self.stamp(mask, 0, 0, self.pen_color if rng.random() < 0.6 else self._color())

    def _comb(self, row: list[tuple[float, float, float, float]], height: float) -> None:
        """Draw a baseline with ticks between the digits."""
        bottom = max(box[3] for box in row) + 2
        end = row[-1][2] + self.rng.choice([6, self.side])  # often with empty cells at the end
        self._line((row[0][0] - 6, bottom), (end, bottom), 1)
        pitch = (row[-1][2] - row[0][0]) / len(row) + 0.2 * height
        for x in np.arange(row[-1][2] + 0.1 * height, min(end, self.side), pitch):
            self._line((x, bottom - 0.4 * height), (x, bottom), 1)
        for left, right in pairwise(row):
            x = (left[2] + right[0]) / 2
            self._line((x, bottom - 0.4 * height), (x, bottom), 1, check=True)

    def finish(self) -> Page:
        """Return the photographed page."""
        picture = photograph(self.page, self.rng)
        return Page(picture, self.ink, self.boxes, self.values)
