"""The samples, cut from the one image `samples.png` that holds two rows of ten digits.

`python -m components.samples.samples mnist.npz` creates the image.
"""

import base64
import io
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

SHEET = Path(__file__).with_name("samples.png")
SIDE = 28  # pixels
ROWS = 2


@dataclass(frozen=True, slots=True)
class Sample:
    """A handwritten digit: its label and its image as a PNG file."""

    digit: int
    image: bytes


@lru_cache
def samples() -> tuple[Sample, ...]:
    """Return the samples: 0 to 9 of the first row, then 0 to 9 of the second."""
    sheet = Image.open(SHEET)
    return tuple(
        Sample(
            digit,
            _png(sheet.crop((digit * SIDE, row * SIDE, (digit + 1) * SIDE, (row + 1) * SIDE))),
        )
        for row in range(ROWS)
        for digit in range(10)
    )


@lru_cache
def sheet_url() -> str:
    """Return the image of all samples as a data URL."""
    return "data:image/png;base64," + base64.b64encode(SHEET.read_bytes()).decode()


def make_sheet(mnist: Path) -> None:
    """Write the image from ROWS random MNIST test images of each digit; the seed is fixed."""
    data = np.load(mnist)
    images, labels = data["x_test"], data["y_test"]
    random = np.random.default_rng(1998)
    chosen = [
        random.choice(np.flatnonzero(labels == digit), ROWS, replace=False) for digit in range(10)
    ]
    rows = [np.hstack([images[chosen[digit][row]] for digit in range(10)]) for row in range(ROWS)]
    Image.fromarray(np.vstack(rows)).save(SHEET, optimize=True)


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


if __name__ == "__main__":
    make_sheet(Path(sys.argv[1]))
