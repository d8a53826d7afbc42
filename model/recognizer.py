"""The recognizer: one pipeline from strokes or an image to a prediction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from model.detection.agreement import (
    agrees,
    is_better,
    lower_doubtful_verdicts,
    lower_verdicts,
)
from model.detection.detector import Detections, Detector
from model.detection.digit_segments import cut_digits
from model.errors import InputError
from model.feature_maps import FeatureMapExtractor
from model.network import Network
from model.prediction import Box, DigitPrediction, Prediction
from model.preprocessing.binarize import extract_ink
from model.preprocessing.decode import full_size
from model.preprocessing.normalize import Glyph
from model.preprocessing.rgb import to_rgb
from model.preprocessing.small_pictures import MAX_SCAN_SIDE
from model.preprocessing.stretched_scans import most_confident, segment_hypotheses
from model.preprocessing.strokes import clean_strokes
from model.preprocessing.thumbnail import EMPTY_THUMBNAIL, image_thumbnail, strokes_thumbnail
from model.segmentation.grouping import group_into_digits
from model.segmentation.lines import group_into_lines
from model.segmentation.scoring import SegmentScorer
from model.segmentation.segments import (
    MAX_SEGMENTS,
    ImageSegment,
    Segment,
    SegmentT,
    StrokeSegment,
    WholePictureSegment,
    merge_image_segments,
    segments_from_strokes,
)
from model.segmentation.stroke_lines import read_strokes
from model.segmentation.touching import split_touching
from model.segmentation.whole_picture import whole_picture
from model.stroke_network import StrokeNetwork, add_second_opinion

_MIN_TOUCHING_ASPECT = 0.5  # width / height from which a segment may be touching digits
_MIN_SINGLE_CONFIDENCE = 0.5  # of the whole picture as one digit
_BROKEN_DIGIT_PENALTY = 3.0  # log odds by which broken digits in images are rarer than two strokes
_COMPONENTS_PER_DIGIT, _EXTRA_COMPONENTS = 4, 12  # connected components in an image without clutter


class Recognizer:
    """Recognizes handwritten digits with one network. Safe to use from any thread."""

    def __init__(self, network: Network, stroke_network: StrokeNetwork | None = None) -> None:
        self._network = network
        self._stroke_network = stroke_network or StrokeNetwork()

    @classmethod
    def load(cls, path: Path | str | None = None) -> Self:
        """Return a recognizer with the network in `path`, by default the committed one."""
        return cls(Network(Path(path) if path else None))

    def with_network(self, network: Network) -> Recognizer:
        """Return a recognizer with another network, and with this one's stroke network."""
        return Recognizer(network, self._stroke_network)

    @property
    def version(self) -> str:
        """The training run of the network."""
        return self._network.version

    @property
    def network(self) -> Network:
        """The network."""
        return self._network

    @cached_property
    def feature_maps(self) -> FeatureMapExtractor:
        """What the network's layers compute, loaded when somebody looks inside."""
        return FeatureMapExtractor(self._network.content)

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
        if not segments:
            return Prediction("", (), thumbnail)
        scorer = SegmentScorer(self._network)
        return self._predict_lines(read_strokes(segments, scorer), scorer, (1.0, 1.0), thumbnail)

    def outcomes(self, glyph: Glyph) -> NDArray[np.float32]:
        """Return the calibrated probabilities of a glyph, uint8 (28, 28), strokes 255 on 0.

        float32 (11,): of each digit, then of "not a digit"; their sum is 1.
        """
        output = self._network.classify([glyph])
        (probabilities,) = output.probabilities
        digits = probabilities * (output.confidence[0] / probabilities.max())
        return np.append(digits, np.float32(1) - digits.sum())

    def classify_glyphs(self, glyphs: Sequence[Glyph]) -> list[tuple[str, float]]:
        """Return the character and the confidence of each glyph, uint8 (28, 28), strokes 255 on 0.

        The character is a digit, or "?" for what is no digit. Nothing is known of what is around a
        glyph, so that "?" is rarer than in an image.
        """
        if not glyphs:
            return []
        output = self._network.classify(glyphs)
        is_digit = output.digit_probability >= self._network.digit_threshold
        return [
            (str(value) if known else "?", confidence)
            for value, known, confidence in zip(
                output.probabilities.argmax(axis=1).tolist(),
                is_digit.tolist(),
                output.confidence.tolist(),
                strict=True,
            )
        ]

    def predict_image(self, image: Image.Image) -> Prediction:
        """Predict an image of any mode, size and polarity; boxes are in pixels of its file.

        The detector says where digits are. The whole image is read by its connected components as
        well, unless it has far more of them than digits; that reading is better for touching and
        faint digits, and counts if the detector agrees. Otherwise the detected digits are read one
        by one.
        """
        width, _ = full_size(image)
        pixels = to_rgb(image)
        del image  # up to 64 MB, which may be freed before segmentation needs memory
        thumbnail = image_thumbnail(pixels)
        # A picture of this size is a scan of digits alone, as in data sets.
        if max(pixels.shape[:2]) <= MAX_SCAN_SIDE:
            prediction = self._read_whole(pixels, thumbnail, MAX_SEGMENTS)
        else:
            prediction = self._read_page(pixels, thumbnail)
        file_scale = width / pixels.shape[1]
        return _scale_boxes(prediction, file_scale)

    @cached_property
    def _detector(self) -> Detector:
        """The detector, loaded when the first image needs it: drawings do not."""
        return Detector()

    def _read_page(self, pixels: NDArray[np.uint8], thumbnail: NDArray[np.uint8]) -> Prediction:
        """Predict an image that may show anything besides digits."""
        blank = Prediction("", (), thumbnail)
        detections = self._detector.detect(pixels)
        if detections.is_blank:
            return blank
        limit = _COMPONENTS_PER_DIGIT * len(detections.digits) + _EXTRA_COMPONENTS
        try:
            whole = self._read_whole(pixels, thumbnail, min(limit, MAX_SEGMENTS))
        except InputError:  # too many components: what the detector found is read alone
            whole = None
        if not detections.digits:
            return lower_verdicts(whole) if whole and agrees(whole, detections) else blank
        found = self._read_detected(detections, whole, thumbnail)
        if whole and agrees(whole, detections) and is_better(whole, found):
            return whole
        return found

    def _read_whole(
        self, pixels: NDArray[np.uint8], thumbnail: NDArray[np.uint8], limit: int
    ) -> Prediction:
        """Predict all ink in an image. Raises InputError beyond `limit` connected components."""
        ink = extract_ink(pixels)
        single = self._predict_whole_picture(ink, thumbnail)
        if single is not None and single.digits[0].verdict == "digit":
            return single
        best = most_confident(
            [
                self._predict_segments(
                    segments,
                    merge_image_segments,
                    thumbnail,
                    (1 / scale_x, 1 / scale_y),
                    _BROKEN_DIGIT_PENALTY,
                )
                for (scale_x, scale_y), segments in segment_hypotheses(ink, limit)
            ]
        )
        if single is None:
            return best
        # Several digits have to be surer than one digit, which the picture probably shows.
        is_likely = single.confidence >= _MIN_SINGLE_CONFIDENCE and len(best.digits) != 1
        return single if is_likely or single.confidence >= best.confidence else best

    def _predict_whole_picture(
        self, ink: NDArray[np.uint8], thumbnail: NDArray[np.uint8]
    ) -> Prediction | None:
        """Predict all ink of a small picture as one digit; None if it is none, or not small.

        Of 2,000 pairs of neighboring digits, none got the verdict "digit" as one.
        """
        whole = whole_picture(ink)
        if whole is None:
            return None
        prediction = self._predict_segments(
            [whole], lambda segments: segments[0], thumbnail, (1.0, 1.0)
        )
        return prediction if prediction.digits[0].verdict != "not_a_digit" else None

    def _read_detected(
        self, detections: Detections, whole: Prediction | None, thumbnail: NDArray[np.uint8]
    ) -> Prediction:
        """Predict the digits that the detector found, each by its own ink."""
        segments = cut_digits(detections)
        if not segments:
            return Prediction("", (), thumbnail)
        lines = group_into_lines(segments)
        in_order = [segment for line in lines for segment in line]
        digits = self._digit_predictions(in_order, SegmentScorer(self._network), (1.0, 1.0))
        digits = lower_doubtful_verdicts(digits, detections, whole)
        return Prediction(_join_lines(lines, digits), digits, thumbnail)

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
        return self._predict_lines(lines, scorer, box_scale, thumbnail)

    def _predict_lines(
        self,
        lines: Sequence[Sequence[Segment]],
        scorer: SegmentScorer,
        box_scale: tuple[float, float],
        thumbnail: NDArray[np.uint8],
    ) -> Prediction:
        """Return the prediction for the segments of each line, from left to right."""
        in_order = [segment for line in lines for segment in line]
        digits = self._digit_predictions(in_order, scorer, box_scale)
        return Prediction(_join_lines(lines, digits), digits, thumbnail)

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
        strokes = [
            segment.strokes if isinstance(segment, StrokeSegment) else None for segment in segments
        ]
        output = add_second_opinion(
            scorer.classify(segments), strokes, self._network, self._stroke_network
        )
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


def _scale_boxes(prediction: Prediction, scale: float) -> Prediction:
    if scale == 1:
        return prediction
    digits = tuple(
        replace(digit, box=_scale_box(digit.box, (scale, scale))) for digit in prediction.digits
    )
    return replace(prediction, digits=digits)


def _join_lines(lines: Sequence[Sequence[Segment]], digits: Sequence[DigitPrediction]) -> str:
    """Return the text of digits that are in the order of the lines' segments."""
    remaining = iter(digits)
    return "\n".join("".join(_character(next(remaining)) for _ in line) for line in lines)


def _character(digit: DigitPrediction) -> str:
    return "?" if digit.verdict == "not_a_digit" else str(digit.value)
