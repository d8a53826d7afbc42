"""Ink to reading: `Recognizer` reads strokes and pictures, `decode_image` opens picture files."""

from model.errors import InputError
from model.prediction import DigitPrediction, Prediction, Verdict
from model.preprocessing.decode import decode_image
from model.recognizer import Recognizer

__all__ = [
    "DigitPrediction",
    "InputError",
    "Prediction",
    "Recognizer",
    "Verdict",
    "decode_image",
]
