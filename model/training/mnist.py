"""Load MNIST and hold out part of its training images."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

HELD_OUT_COUNT = 2_000  # training images for temperature and thresholds; weights never see them


class Images(NamedTuple):
    """Glyphs uint8 (n, 28, 28), strokes 255 on 0, and their classes int64 (n,)."""

    glyphs: NDArray[np.uint8]
    labels: NDArray[np.int64]


class Mnist(NamedTuple):
    """MNIST in three parts; `held_out` is the end of its 60,000 training images."""

    train: Images
    held_out: Images
    test: Images


def load_mnist(file: Path | None = None) -> Mnist:
    """Return MNIST from an .npz file like that of keras.datasets.mnist; download it if None."""
    if file is None:
        import keras

        (train, train_labels), (test, test_labels) = keras.datasets.mnist.load_data()
    else:
        train, train_labels = read_images(file, "train")
        test, test_labels = read_images(file, "test")
    return Mnist(
        Images(train[:-HELD_OUT_COUNT], train_labels[:-HELD_OUT_COUNT].astype(np.int64)),
        Images(train[-HELD_OUT_COUNT:], train_labels[-HELD_OUT_COUNT:].astype(np.int64)),
        Images(test, test_labels.astype(np.int64)),
    )


def read_images(file: Path, part: str) -> Images:
    """Return the arrays x_<part> and y_<part> of an .npz file.

    Raises ValueError if the file or an array is missing or has the wrong shape or dtype.
    """
    if not file.is_file():
        raise ValueError(
            f"There is no file {file}; pass an .npz with the arrays of Keras's mnist.npz."
        )
    with np.load(file) as arrays:
        names = f"x_{part}", f"y_{part}"
        missing = [name for name in names if name not in arrays]
        if missing:
            raise ValueError(f"{file} has no array {missing[0]}; it needs x_{part} and y_{part}.")
        glyphs, labels = (arrays[name] for name in names)
    if glyphs.shape[1:] != (28, 28) or glyphs.dtype != np.uint8 or len(glyphs) != len(labels):
        raise ValueError(
            f"x_{part} of {file} is {glyphs.dtype} {glyphs.shape} with {len(labels)} labels; "
            "it needs uint8 (n, 28, 28), strokes 255 on 0, and as many labels."
        )
    return Images(glyphs, labels.astype(np.int64))
