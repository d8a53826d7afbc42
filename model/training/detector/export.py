"""Export the trained detector: python -m model.training.detector.export"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import keras
import numpy as np

from model.detection.detector import DETECTOR_FILE
from model.training.detector.architecture import build_detector
from model.training.detector.pages import PageGenerator
from model.training.detector.symbols import SymbolSource
from model.training.detector.train import WEIGHTS_FILE, WORK_FOLDER
from model.training.export import convert_to_litert
from model.training.mnist import load_mnist
from model.training.weights import load_weights

SERVED_WEIGHTS_FILE = Path(__file__).with_name(WEIGHTS_FILE)
_SERVED_OUTPUTS = ("center", "box", "ink")
_GOLDEN_SEEDS = (1, 2, 4)
_GOLDEN_SIDE = 128  # pixels


def main() -> None:
    """Write the LiteRT file of some weights, and what Keras's network gives for a few pages."""
    parser = argparse.ArgumentParser(prog="model.training.detector.export", description=__doc__)
    parser.add_argument("--mnist", type=Path, help="an .npz with the arrays of mnist.npz")
    parser.add_argument(
        "--weights", type=Path, default=WORK_FOLDER / WEIGHTS_FILE, help="the trained weights"
    )
    parser.add_argument("--output", type=Path, default=DETECTOR_FILE, help="the LiteRT file")
    options = parser.parse_args()
    detector = build_detector()
    load_weights(detector, options.weights)
    outputs = {name: detector.output[name] for name in _SERVED_OUTPUTS}
    served = keras.Model(detector.input, outputs, name="detector")
    options.output.write_bytes(convert_to_litert(served))
    generator = PageGenerator(SymbolSource(load_mnist(options.mnist).test), _GOLDEN_SIDE)
    write_golden_file(served, generator, options.output.with_name("detector_golden.npz"))
    if options.output == DETECTOR_FILE:
        shutil.copy(options.weights, SERVED_WEIGHTS_FILE)


def write_golden_file(detector: keras.Model, generator: PageGenerator, file: Path) -> None:
    """Write Keras's outputs for some pages, against which tests check the exported detector.

    Outputs are float16, by name, next to `pictures`.
    """
    pages = [generator.generate(np.random.default_rng(seed)) for seed in _GOLDEN_SEEDS]
    pictures = np.stack([page.picture for page in pages])
    outputs = detector(pictures / np.float32(255), training=False)
    halves = {name: np.asarray(value, np.float16) for name, value in outputs.items()}
    np.savez_compressed(file, allow_pickle=False, pictures=pictures, **halves)


if __name__ == "__main__":
    main()
