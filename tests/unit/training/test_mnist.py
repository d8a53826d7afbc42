"""MNIST and corrections are read from a file."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.training.evaluation_sets import UPLOADS, make_uploads
from model.training.mnist import HELD_OUT_COUNT, Images, load_mnist, read_images


def write_file(file: Path, count: int = 10, **changes: np.ndarray) -> Path:
    arrays: dict[str, Any] = {
        "x_train": np.arange(count, dtype=np.uint8)[:, None, None] * np.ones((28, 28), np.uint8),
        "y_train": np.arange(count) % 10,
        "x_test": np.zeros((3, 28, 28), np.uint8),
        "y_test": np.array([1, 2, 3]),
    }
    arrays.update(changes)
    np.savez(file, **arrays)
    return file


def test_the_last_training_images_are_held_out(tmp_path: Path) -> None:
    mnist = load_mnist(write_file(tmp_path / "mnist.npz", count=HELD_OUT_COUNT + 7))
    assert len(mnist.train.labels) == 7
    assert len(mnist.held_out.labels) == HELD_OUT_COUNT
    assert mnist.held_out.labels[0] == 7
    assert mnist.test.labels.tolist() == [1, 2, 3]


def test_the_error_names_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"There is no file .*nowhere\.npz"):
        read_images(tmp_path / "nowhere.npz", "train")


def test_the_error_names_a_missing_array(tmp_path: Path) -> None:
    np.savez(tmp_path / "incomplete.npz", x_train=np.zeros((1, 28, 28), np.uint8))
    with pytest.raises(ValueError, match="has no array y_train"):
        read_images(tmp_path / "incomplete.npz", "train")


@pytest.mark.parametrize(
    "glyphs",
    [np.zeros((10, 28, 28)), np.zeros((10, 14, 14), np.uint8), np.zeros((9, 28, 28), "u1")],
)
def test_the_error_names_the_required_shape(tmp_path: Path, glyphs: np.ndarray) -> None:
    file = write_file(tmp_path / "invalid.npz", x_train=glyphs)
    with pytest.raises(ValueError, match=r"it needs uint8 \(n, 28, 28\)"):
        read_images(file, "train")


def test_uploads_are_pictures_of_the_glyphs() -> None:
    glyphs = np.zeros((2, 28, 28), np.uint8)
    glyphs[:, 10:18, 12:15] = 255
    images = Images(glyphs, np.array([1, 1]))
    sizes = {name: make_uploads(images, name).samples[0].size for name in UPLOADS}
    assert list(sizes.values()) == [(28, 28), (28, 28), (56, 56), (112, 112)]
    assert (
        make_uploads(images, "MNIST test as PNG, dark on light").samples[0].getpixel((0, 0)) == 255
    )
    assert make_uploads(images, "MNIST test as PNG").labels == ["1", "1"]
