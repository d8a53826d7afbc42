"""Accuracy on handwriting that is not MNIST, in INKLING_DATA or ../shared/data."""

import importlib.util
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from model import Recognizer

ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("INKLING_DATA", ROOT.parent / "shared" / "data")) / "handwriting"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the handwriting sets are not available"
)


@pytest.fixture(scope="module")
def sets() -> Any:
    spec = importlib.util.spec_from_file_location("load", FOLDER / "load.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "min_accuracy"), [("photos", 0.97), ("drawings", 0.97), ("number_photos", 0.7)]
)
def test_accuracy_on_images(
    recognizer: Recognizer, sets: Any, name: str, min_accuracy: float
) -> None:
    images, labels = sets.images(name)
    texts = [recognizer.predict_image(Image.fromarray(image)).text for image in images]
    correct = sum(text == label for text, label in zip(texts, labels, strict=True))
    assert correct >= min_accuracy * len(labels)


@pytest.mark.parametrize(
    ("name", "min_accuracy"), [("numberpad_strokes", 0.97), ("pendigits_train_strokes", 0.95)]
)
def test_accuracy_on_strokes(
    recognizer: Recognizer, sets: Any, name: str, min_accuracy: float
) -> None:
    samples, labels = (part[::10] for part in sets.strokes(name))
    texts = [recognizer.predict_strokes(sample).text for sample in samples]
    correct = sum(text == label for text, label in zip(texts, labels, strict=True))
    assert correct >= min_accuracy * len(labels)
