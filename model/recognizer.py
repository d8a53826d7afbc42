"""The recognizer: one pipeline from strokes or an image to a prediction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from model.network import Network
from model.prediction import Box, DigitPrediction, Prediction
from model.preprocessing.binarize import extract_ink
from model.preprocessing.decode import full_size
from model.preprocessing.rgb import to_rgb
from model.preprocessing.stretched_scans import most_confident, segment_hypotheses
from model.preprocessing.strokes import clean_strokes
from model.preprocessing.thumbnail import EMPTY_THUMBNAIL, image_thumbnail, strokes_thumbnail
from model.segmentation.grouping import group_into_digits
from model.segmentation.lines import group_into_lines
from model.segmentation.scoring import SegmentScorer
from model.segmentation.segments import (
    ImageSegment,
    Segment,
    SegmentT,
    WholePictureSegment,
    merge_image_segments,
    merge_stroke_segments,
    segments_from_strokes,
)
from model.segmentation.touching import split_touching
from model.segmentation.whole_picture import whole_picture

_MIN_TOUCHING_ASPECT = 0.5  # width / height from which a segment may be touching digits
_MIN_SINGLE_CONFIDENCE = 0.5  # of the whole picture as one digit
_BROKEN_DIGIT_PENALTY = 3.0  # log odds by which broken digits in images are rarer than two strokes


class Recognizer:
    """Recognizes handwritten digits with one network. Safe to use from any thread."""

    def __init__(self, network: Network) -> None:
        self._network = network

    @classmethod
    def load(cls, path: Path | str | None = None) -> Self:
        """Return a recognizer with the network in `path`, by default the committed one."""
        return cls(Network(Path(path) if path else None))

    @property
    def version(self) -> str:
        """The training run of the network."""
        return self._network.version

    def predict_strokes(
        self, strokes: Sequence[ArrayLike], *, with_image: bool = True
    ) -> Prediction:
        """Predict pen strokes, each (n, 2) of x and y in pixels, y down, of any size and position.

        Without image, `Prediction.image` is 0×0, which saves a third of the time in live use.
        Raises InputError for invalid or too many strokes (see `clean_strokes`).
        """
        cleaned = clean_strokes(strokes)
        segments = segments_from_strokes(cleaned)
        thumbnail = strokes_thumbnail(cleaned) if with_image else EMPTY_THUMBNAIL
        return self._predict_segments(segments, merge_stroke_segments, thumbnail)

    def predict_image(self, image: Image.Image) -> Prediction:
        """Predict an image of any mode, size and polarity; boxes are in pixels of its file.

        Raises InputError "too_many_symbols" for more segments than a page of digits has.
        """
        width, _ = full_size(image)
        pixels = to_rgb(image)
        del image  # up to 64 MB, which may be freed before segmentation needs memory
        ink = extract_ink(pixels)
        file_scale = width / ink.shape[1]
        thumbnail = image_thumbnail(pixels)
        single = self._predict_whole_picture(ink, thumbnail, file_scale)
        if single is not None and single.digits[0].verdict == "digit":
            return single
        best = most_confident(
            [
                self._predict_segments(
                    segments,
                    merge_image_segments,
                    thumbnail,
                    (file_scale / scale_x, file_scale / scale_y),
                    _BROKEN_DIGIT_PENALTY,
                )
                for (scale_x, scale_y), segments in segment_hypotheses(ink)
            ]
        )
        if single is None:
            return best
        # Several digits have to be surer than one digit, which the picture probably shows.
        is_likely = single.confidence >= _MIN_SINGLE_CONFIDENCE and len(best.digits) != 1
        return single if is_likely or single.confidence >= best.confidence else best

    def _predict_whole_picture(
        self, ink: NDArray[np.uint8], thumbnail: NDArray[np.uint8], scale: float
    ) -> Prediction | None:
        """Predict all ink of a small picture as one digit; None if it is none, or not small.

        Of 2,000 pairs of neighboring digits, none got the verdict "digit" as one.
        """
        whole = whole_picture(ink)
        if whole is None:
            return None
        boxes = scale, scale
        prediction = self._predict_segments([whole], lambda segments: segments[0], thumbnail, boxes)
        return prediction if prediction.digits[0].verdict != "not_a_digit" else None

    def _predict_segments(
        self,
        segments: Sequence[SegmentT],
        merge: Callable[[Sequence[SegmentT]], SegmentT],
        thumbnail: NDArray[np.uint8],
        box_scale: tuple[float, float] = (1.0, 1.0),
        multi_segment_penalty: float = 0.0,
    ) -> Prediction:
        if not segments:
            return Prediction("", (), thumbnail)
        scorer = SegmentScorer(self._network)
        grouped = group_into_digits(segments, merge, scorer, multi_segment_penalty)
        # Splitting may reveal that one line was two, so each is grouped into lines again.
        lines = [
            line
            for group in grouped
            for line in group_into_lines(self._split_touching_segments(group, scorer))
        ]
        in_order = [segment for line in lines for segment in line]
        digits = self._digit_predictions(in_order, scorer, box_scale)
        remaining = iter(digits)
        text = "\n".join("".join(_character(next(remaining)) for _ in line) for line in lines)
        return Prediction(text, digits, thumbnail)

    def _split_touching_segments(
        self, segments: Sequence[SegmentT], scorer: SegmentScorer
    ) -> list[Segment]:
        """Return the segments of one line, wide image segments of unsure verdict split."""
        result: list[Segment] = []
        for segment in segments:
            _, _, width, height = segment.box
            is_wide = width > _MIN_TOUCHING_ASPECT * height
            if (
                isinstance(segment, ImageSegment)
                and not isinstance(segment, WholePictureSegment)
                and is_wide
                and not scorer.classify([segment]).sure
            ):
                result.extend(split_touching(segment, scorer, alone=len(segments) == 1))
            else:
                result.append(segment)
        return result

    def _digit_predictions(
        self, segments: Sequence[Segment], scorer: SegmentScorer, box_scale: tuple[float, float]
    ) -> tuple[DigitPrediction, ...]:
        output = scorer.classify(segments)
        values = output.probabilities.argmax(axis=1).tolist()
        return tuple(
            DigitPrediction(
                value=value,
                verdict=verdict,
                confidence=confidence,
                probabilities=probabilities,
                box=_scale_box(segment.box, box_scale),
                glyph=segment.glyph,
                embedding=embedding,
                attention=attention[value],
            )
            for segment, value, verdict, confidence, probabilities, embedding, attention in zip(
                segments,
                values,
                scorer.verdicts(segments, output),
                output.confidence.tolist(),
                output.probabilities,
                output.embedding,
                output.attention,
                strict=True,
            )
        )


def _scale_box(box: Box, scale: tuple[float, float]) -> Box:
    x, y, width, height = box
    scale_x, scale_y = scale
    return scale_x * x, scale_y * y, scale_x * width, scale_y * height


def _character(digit: DigitPrediction) -> str:
    return "?" if digit.verdict == "not_a_digit" else str(digit.value)
