"""What a version of the network predicts for stored predictions."""

import numpy as np

from db import PredictionRecord
from db.version_predictions import VersionPrediction
from model import Recognizer
from model.errors import InputError

_SIDE = 28  # pixels of a glyph


def predict_stored(recognizer: Recognizer, record: PredictionRecord) -> VersionPrediction | None:
    """Return what a recognizer predicts for a stored drawing or image.

    A drawing is predicted from its strokes. Of an image only a thumbnail is stored, so that its
    glyphs are classified where they were found; what was no digit stays so. None for strokes that
    are no longer accepted.
    """
    if not record.strokes:
        text, confidence = _predict_glyphs(recognizer, record)
    else:
        try:
            strokes = [np.array(stroke) for stroke in record.strokes]
            prediction = recognizer.predict_strokes(strokes, with_image=False)
        except InputError:
            return None
        text, confidence = prediction.text, float(prediction.confidence)
    return VersionPrediction(
        record.id, recognizer.version, text, confidence, differs=text != record.text
    )


def _predict_glyphs(recognizer: Recognizer, record: PredictionRecord) -> tuple[str, float]:
    """Return the text and the lowest confidence, 0 without digits."""
    glyphs = [
        np.frombuffer(digit.glyph, np.uint8).reshape(_SIDE, _SIDE)
        for digit in record.digits
        if digit.verdict != "not_a_digit"
    ]
    classified = recognizer.classify_glyphs(glyphs)
    characters = iter(character for character, _ in classified)
    text = "".join(next(characters, known) if known.isdigit() else known for known in record.text)
    return text, min((confidence for _, confidence in classified), default=0.0)
