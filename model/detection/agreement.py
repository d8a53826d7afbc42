"""Whether a prediction of the whole image agrees with what the detector found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.detection.detector import Detection, Detections, crosses_image
from model.prediction import Box, DigitPrediction, Prediction

_MIN_OVERLAP = 0.35  # intersection over union of a digit and its detection
_MIN_INK_HEIGHT = 0.6  # share of a digit's rows with ink of digits, where it has no detection
_MIN_BACKED_SHARE = 0.85  # in a long number one digit may lack a detection
_CLEAR_SCORE = 0.7  # below which a detected digit is at most "unsure"
_CERTAIN_SCORE = 0.6  # from which a detection is a digit that a prediction must not miss
_MIN_RELATIVE_SIZE = 0.35  # of the tallest digit; a smaller detection may be missed
_MIN_CONFIDENCE = 0.9  # mean, of a prediction with more digits than were found
_SAME_OVERLAP = 0.6  # intersection over union from which both look at the same ink


def agrees(prediction: Prediction, detections: Detections) -> bool:
    """Return whether nearly all digits are backed by the detector and it found no others."""
    if not prediction.digits:
        return False
    backed = sum(_is_backed(digit.box, detections) for digit in prediction.digits)
    return backed >= _MIN_BACKED_SHARE * len(prediction.digits) and not _misses_a_digit(
        prediction, detections
    )


def is_better(whole: Prediction, found: Prediction) -> bool:
    """Return whether a prediction of the whole image, which agrees, is better than digit by digit.

    Crowded digits are missed more often than they are made up, so more digits are better.
    """
    if all(digit.verdict == "digit" for digit in whole.digits):
        return True
    confidence = mean_confidence(whole)
    has_more = len(whole.digits) > len(found.digits) and confidence >= _MIN_CONFIDENCE
    return has_more or confidence >= mean_confidence(found)


def mean_confidence(prediction: Prediction) -> float:
    """Return the geometric mean of the digits' confidences; 0 without digits."""
    if not prediction.digits:
        return 0.0
    confidences = [max(digit.confidence, 1e-6) for digit in prediction.digits]
    return float(np.exp(np.mean(np.log(confidences))))


def lower_verdicts(prediction: Prediction) -> Prediction:
    """Return the prediction with no verdict above "unsure"."""
    return replace(prediction, digits=tuple(map(_make_unsure, prediction.digits)))


def lower_doubtful_verdicts(
    digits: tuple[DigitPrediction, ...], detections: Detections, whole: Prediction | None
) -> tuple[DigitPrediction, ...]:
    """Return detected digits with lower verdicts where the detector or `whole` has doubts.

    A weak detection is at most "unsure". What `whole` found not to be a digit is none, if both look
    at the same ink.
    """
    result = []
    for digit in digits:
        if any(
            other.verdict == "not_a_digit" and _overlap(digit.box, other.box) >= _SAME_OVERLAP
            for other in (whole.digits if whole else ())
        ):
            result.append(replace(digit, verdict="not_a_digit"))
        elif _score(digit.box, detections) < _CLEAR_SCORE:
            result.append(_make_unsure(digit))
        else:
            result.append(digit)
    return tuple(result)


def _is_backed(box: Box, detections: Detections) -> bool:
    """Return whether a detection fits a box, or none is in it but ink of digits is."""
    if _best_overlap(box, detections) >= _MIN_OVERLAP:
        return True
    return (
        detections.ink_height(box) >= _MIN_INK_HEIGHT
        and not crosses_image(box, detections.image_size)
        and not any(
            detection.score >= _CERTAIN_SCORE and _contains_center(box, detection)
            for detection in detections.digits
        )
    )


def _make_unsure(digit: DigitPrediction) -> DigitPrediction:
    return replace(digit, verdict="unsure") if digit.verdict == "digit" else digit


def _misses_a_digit(prediction: Prediction, detections: Detections) -> bool:
    tallest = max(max(digit.box[2:]) for digit in prediction.digits)
    return any(
        detection.score >= _CERTAIN_SCORE
        and max(_to_box(detection)[2:]) >= _MIN_RELATIVE_SIZE * tallest
        and not any(_contains_center(digit.box, detection) for digit in prediction.digits)
        for detection in detections.digits
    )


def _contains_center(box: Box, detection: Detection) -> bool:
    x, y, width, height = box
    left, top, right, bottom = detection.box
    center_x, center_y = (left + right) / 2, (top + bottom) / 2
    return x <= center_x <= x + width and y <= center_y <= y + height


def _score(box: Box, detections: Detections) -> float:
    """Return the score of the detection that overlaps a box most."""
    best = max(detections.digits, key=lambda detection: _overlap(box, _to_box(detection)))
    return best.score


def _best_overlap(box: Box, detections: Detections) -> float:
    return max((_overlap(box, _to_box(other)) for other in detections.digits), default=0.0)


def _to_box(detection: Detection) -> Box:
    left, top, right, bottom = detection.box
    return left, top, right - left, bottom - top


def _overlap(first: Box, second: Box) -> float:
    """Return the intersection over union of two boxes."""
    left, top = max(first[0], second[0]), max(first[1], second[1])
    right = min(first[0] + first[2], second[0] + second[2])
    bottom = min(first[1] + first[3], second[1] + second[3])
    common = max(right - left, 0.0) * max(bottom - top, 0.0)
    return common / max(first[2] * first[3] + second[2] * second[3] - common, 1e-9)
