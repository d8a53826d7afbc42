"""Weights in a small file of their own, to go on training from."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np


def write_weights(network: keras.Model, file: Path) -> None:
    """The network's weights, in their order, as float16 arrays of an .npz."""
    halves = {f"{i:02}": np.asarray(w, np.float16) for i, w in enumerate(network.get_weights())}
    np.savez_compressed(file, allow_pickle=False, **halves)


def read_weights(network: keras.Model, file: Path) -> None:
    """Put the weights of `file` into the network; a ValueError says what does not fit."""
    with np.load(file) as arrays:
        weights = [arrays[name].astype(np.float32) for name in sorted(arrays.files)]
    shapes = [w.shape for w in network.get_weights()]
    if shapes != [w.shape for w in weights]:
        raise ValueError(f"{file} holds weights of another architecture; train without --start.")
    network.set_weights(weights)
