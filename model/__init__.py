"""Digit recognition: `Recognizer` predicts drawings and images, `decode_image` opens files."""

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
