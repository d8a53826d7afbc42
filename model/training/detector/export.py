"""Export the trained detector: python -m model.training.detector.export"""

from __future__ import annotations

import argparse
from pathlib import Path

import keras

from model.detection.detector import DETECTOR_FILE
from model.training.detector.architecture import build_detector
from model.training.export import convert_to_litert
from model.training.weights import load_weights

_SERVED_OUTPUTS = ("center", "box", "ink")


def main() -> None:
    """Write the LiteRT file of some weights."""
    parser = argparse.ArgumentParser(prog="model.training.detector.export", description=__doc__)
    parser.add_argument("weights", type=Path, help="a detector.npz")
    parser.add_argument("--output", type=Path, default=DETECTOR_FILE, help="the LiteRT file")
    options = parser.parse_args()
    options.output.write_bytes(export_detector(options.weights))


def export_detector(weights: Path) -> bytes:
    """Return the content of a LiteRT file, without the head that only training uses."""
    detector = build_detector()
    load_weights(detector, weights)
    outputs = {name: detector.output[name] for name in _SERVED_OUTPUTS}
    return convert_to_litert(keras.Model(detector.input, outputs, name="detector"))


if __name__ == "__main__":
    main()
