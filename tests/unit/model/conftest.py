"""Fixtures: the committed network, and a hundred digits of MNIST's test set."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model import Recognizer


@pytest.fixture(scope="session")
def recognizer() -> Recognizer:
    return Recognizer.load()


@pytest.fixture(scope="session")
def mnist() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Images (100, 28, 28), ink 255 on 0, ten of each digit, and labels (100,)."""
    sample = np.load(Path(__file__).with_name("mnist_sample.npz"))
    return sample["images"], sample["labels"]
