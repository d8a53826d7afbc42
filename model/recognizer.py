"""The one way from ink to a Reading, for the pad, uploads and HTTP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from model.network import Network
from model.prediction import Box, DigitPrediction, Prediction
from model.preprocessing.binarize import find_ink
from model.preprocessing.decode import flatten, full_size
from model.preprocessing.stretched_scans import guesses, surest
from model.preprocessing.strokes import clean_strokes
from model.preprocessing.thumbnail import (
    NO_THUMBNAIL,
    picture_thumbnail,
    strokes_thumbnail,
)
from model.segmentation.grouping import group_in_rows
from model.segmentation.lines import M, group_into_lines
from model.segmentation.scoring import SegmentScorer
from model.segmentation.segments import (
    ImageSegment,
    Segment,
    merge_image_segments,
    merge_stroke_segments,
    segments_from_strokes,
)
from model.segmentation.touching import part

_WIDE = 0.5  # of its height, that two digits which touch are at least wide
_BROKEN_RARITY = 3.0  # log odds by which a broken digit in a picture is rarer than two strokes


class Recognizer:
    """Reads ink with one network. Safe to use from any thread."""

    def __init__(self, network: Network) -> None:
        self._network = network

    @classmethod
    def load(cls, path: Path | str | None = None) -> Self:
        """The reader with the network in `path` (the committed one when not given)."""
        return cls(Network(Path(path) if path else None))

    @property
    def version(self) -> str:
        """Which training the network is from."""
        return self._network.version

    def predict_strokes(
        self, strokes: Sequence[ArrayLike], *, with_image: bool = True
    ) -> Prediction:
        """Read pen strokes, each (n, 2) of x and y in pixels, y down; any width, size and place.

        Without image, `Reading.image` is 0×0, which spares a third of the time while the pen moves.
        Raises InputError for strokes that cannot be read (see `clean_strokes`).
        """
        ink = clean_strokes(strokes)
        marks = segments_from_strokes(ink)
        image = strokes_thumbnail(ink) if with_image else NO_THUMBNAIL
        return self._reading(marks, merge_stroke_segments, image)

    def predict_image(self, picture: Image.Image) -> Prediction:
        """Read a picture of any mode, size and polarity; boxes are in pixels of its file.

        Raises InputError "too_many_symbols" for more marks than digits on a page (MAX_MARKS).
        """
        width, _ = full_size(picture)
        pixels = flatten(picture)
        del picture  # up to 64 MB, which nobody needs any more while its ink is read
        ink = find_ink(pixels)
        scale = width / ink.shape[1]
        image = picture_thumbnail(pixels)
        return surest(
            [
                self._reading(
                    marks,
                    merge_image_segments,
                    image,
                    (scale / across, scale / down),
                    _BROKEN_RARITY,
                )
                for (across, down), marks in guesses(ink)
            ]
        )

    def _reading(
        self,
        marks: Sequence[M],
        join: Callable[[Sequence[M]], M],
        image: NDArray[np.uint8],
        scale: tuple[float, float] = (1.0, 1.0),
        rarity: float = 0.0,
    ) -> Prediction:
        if not marks:
            return Prediction("", (), image)
        judge = SegmentScorer(self._network)
        groups = group_in_rows(marks, join, judge, rarity)
        rows = [row for marks in groups for row in group_into_lines(self._cut(marks, judge))]
        digits = self._digits([mark for row in rows for mark in row], judge, scale)
        told = iter(digits)
        text = "\n".join("".join(_character(next(told)) for _ in row) for row in rows)
        return Prediction(text, digits, image)

    def _cut(self, marks: Sequence[M], judge: SegmentScorer) -> list[Segment]:
        """The marks, those of a picture that are doubtful and wide cut where the network agrees."""
        cut: list[Segment] = []
        for mark in marks:
            _, _, width, height = mark.box
            wide = width > _WIDE * height
            if isinstance(mark, ImageSegment) and wide and not judge.opinion([mark]).sure:
                cut.extend(part(mark, judge, alone=len(marks) == 1))
            else:
                cut.append(mark)
        return cut

    def _digits(
        self, marks: Sequence[Segment], judge: SegmentScorer, scale: tuple[float, float]
    ) -> tuple[DigitPrediction, ...]:
        opinion = judge.opinion(marks)
        values = opinion.probabilities.argmax(axis=1).tolist()
        return tuple(
            DigitPrediction(
                value=value,
                verdict=verdict,
                confidence=confidence,
                probabilities=probabilities,
                box=_scaled(mark.box, scale),
                glyph=mark.glyph,
                embedding=embedding,
                attention=attention[value],
            )
            for mark, value, verdict, confidence, probabilities, embedding, attention in zip(
                marks,
                values,
                judge.verdicts(marks, opinion),
                opinion.confidence.tolist(),
                opinion.probabilities,
                opinion.embedding,
                opinion.attention,
                strict=True,
            )
        )


def _scaled(box: Box, scale: tuple[float, float]) -> Box:
    x, y, width, height = box
    across, down = scale
    return across * x, down * y, across * width, down * height


def _character(digit: DigitPrediction) -> str:
    return "?" if digit.verdict == "not_a_digit" else str(digit.value)
