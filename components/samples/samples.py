"""The samples: one picture, `samples.png`, that holds them in two rows of ten digits.

`python -m components.samples.samples mnist.npz` makes it anew.
"""

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
    """A handwritten digit: what it is, and its picture as a PNG file."""

    digit: int
    picture: bytes


@lru_cache
def samples() -> tuple[Sample, ...]:
    """The samples, 0 to 9 and again 0 to 9."""
    sheet = Image.open(SHEET)
    return tuple(
        Sample(
            digit,
            _png(sheet.crop((digit * SIDE, row * SIDE, (digit + 1) * SIDE, (row + 1) * SIDE))),
        )
        for row in range(ROWS)
        for digit in range(10)
    )


def make_sheet(mnist: Path) -> None:
    """Write the sheet: ROWS of MNIST's test images of each digit, at random but always the same."""
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
