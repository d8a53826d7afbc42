"""Real handwriting that is not MNIST, where the sets are (INKLING_DATA or ../shared/data)."""

import importlib.util
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from model import Recognizer

ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("INKLING_DATA", ROOT.parent / "shared" / "data")) / "handwriting"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the handwriting sets are not here")


@pytest.fixture(scope="module")
def sets() -> Any:
    spec = importlib.util.spec_from_file_location("load", FOLDER / "load.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "least"), [("photos", 0.97), ("drawings", 0.97), ("number_photos", 0.7)]
)
def test_pictures(reader: Recognizer, sets: Any, name: str, least: float) -> None:
    pictures, labels = sets.images(name)
    read = [reader.predict_image(Image.fromarray(picture)).text for picture in pictures]
    assert sum(a == b for a, b in zip(read, labels, strict=True)) >= least * len(labels)


@pytest.mark.parametrize(
    ("name", "least"), [("numberpad_strokes", 0.97), ("pendigits_train_strokes", 0.95)]
)
def test_strokes(reader: Recognizer, sets: Any, name: str, least: float) -> None:
    samples, labels = (part[::10] for part in sets.strokes(name))
    read = [reader.predict_strokes(sample).text for sample in samples]
    assert sum(a == b for a, b in zip(read, labels, strict=True)) >= least * len(labels)
