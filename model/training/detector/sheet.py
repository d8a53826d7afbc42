"""Draw a sheet of synthetic pages with their boxes: python -m model.training.detector.sheet"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from model.network import NETWORK_FILE
from model.training.detector.pages import PageGenerator
from model.training.detector.symbols import SymbolSource
from model.training.mnist import load_mnist

COLUMNS, ROWS = 8, 6
SHEET_FILE = NETWORK_FILE.parent / "report" / "pages.jpg"
_BOX_COLOR = (255, 0, 0)
_JPEG_QUALITY = 80


def main() -> None:
    """Write a picture with one page for each seed."""
    parser = argparse.ArgumentParser(prog="model.training.detector.sheet", description=__doc__)
    parser.add_argument("--mnist", type=Path, help="an .npz with the arrays of mnist.npz")
    parser.add_argument("--output", type=Path, default=SHEET_FILE, help="the picture to write")
    options = parser.parse_args()
    generator = PageGenerator(SymbolSource(load_mnist(options.mnist).train))
    tiles = []
    for seed in range(COLUMNS * ROWS):
        page = generator.generate(np.random.default_rng(seed))
        tile = page.picture.copy()
        for left, top, right, bottom in page.boxes:
            cv2.rectangle(tile, (int(left), int(top)), (int(right), int(bottom)), _BOX_COLOR, 1)
        tiles.append(tile)
    rows = [np.hstack(tiles[start : start + COLUMNS]) for start in range(0, len(tiles), COLUMNS)]
    sheet = cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR)
    cv2.imwrite(str(options.output), sheet, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])


if __name__ == "__main__":
    main()
