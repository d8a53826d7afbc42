"""Save and load weights as a small .npz file, from which a training can start."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray


def save_weights(network: keras.Model, file: Path) -> None:
    """Save the network's weights as float16 arrays "00", "01" and so on, in Keras's order."""
    arrays = {f"{i:02}": np.asarray(w, np.float16) for i, w in enumerate(network.get_weights())}
    np.savez_compressed(file, allow_pickle=False, **arrays)


def load_weights(network: keras.Model, *files: Path) -> None:
    """Load the weights of a file, or the mean of several files, into the network.

    The mean of the weights that one training reached at several points often generalizes better
    than any of them (Wortsman et al. 2022, https://arxiv.org/abs/2203.05482). Raises ValueError if
    a file holds weights of another architecture.
    """
    weights_by_file = [_read_weights(network, file) for file in files]
    network.set_weights([np.mean(arrays, axis=0) for arrays in zip(*weights_by_file, strict=True)])


def _read_weights(network: keras.Model, file: Path) -> list[NDArray[np.float32]]:
    with np.load(file) as arrays:
        weights = [arrays[name].astype(np.float32) for name in sorted(arrays.files)]
    if [w.shape for w in network.get_weights()] != [w.shape for w in weights]:
        raise ValueError(f"{file} holds weights of another architecture; train without --start.")
    return weights
