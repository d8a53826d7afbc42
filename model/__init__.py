"""Ink to reading: `Recognizer` reads strokes and pictures, `decode_picture` opens picture files."""

from model.errors import InputError
from model.explain import Steps, explain_steps
from model.picture import decode_picture
from model.reading import Digit, Reading, Verdict
from model.recognizer import Recognizer

__all__ = [
    "Digit",
    "InputError",
    "Reading",
    "Recognizer",
    "Steps",
    "Verdict",
    "decode_picture",
    "explain_steps",
]
