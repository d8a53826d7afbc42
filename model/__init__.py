"""Digit recognition: `Recognizer` predicts drawings and images, `decode_pages` opens files."""

from model.errors import InputError
from model.prediction import DigitPrediction, Prediction, Verdict
from model.preprocessing.decode import decode_frame, decode_image, decode_pages
from model.recognizer import Recognizer

__all__ = [
    "DigitPrediction",
    "InputError",
    "Prediction",
    "Recognizer",
    "Verdict",
    "decode_frame",
    "decode_image",
    "decode_pages",
]
