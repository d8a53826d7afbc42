"""Corrections: digits that people labelled, split for training and evaluation."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from model.training.mnist import Images

_FOLDS = 5  # one of them is held out


def split_corrections(images: Images) -> tuple[Images, Images]:
    """Split the images into four fifths for training and a fifth that is held out.

    The split depends on each glyph's CRC alone, so a later export of more corrections holds out
    the same glyphs. Raises ValueError if either would be empty.
    """
    held_out = held_out_mask(images)
    training = Images(images.glyphs[~held_out], images.labels[~held_out])
    return training, Images(images.glyphs[held_out], images.labels[held_out])


def held_out_mask(images: Images) -> NDArray[np.bool_]:
    """Return which images are held out, bool (n,). Raises ValueError if all are, or none."""
    folds = [zlib.crc32(glyph.tobytes()) % _FOLDS for glyph in images.glyphs]
    held_out: NDArray[np.bool_] = np.array(folds, int) == 0
    if held_out.all() or not held_out.any():
        raise ValueError(
            f"{len(images.glyphs)} corrections are too few to train on some and check with the "
            "others; export more."
        )
    return held_out
