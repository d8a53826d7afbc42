"""A picture's ink to its connected pieces, without what no pen wrote."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import InputError
from model.segmentation.segments import MAX_MARK_PIXELS, ImageSegment, check_count

INK_LEVEL = 110  # of 255, from which a pixel is ink
_FULL_LEVEL = 165  # of 255, which a pen's line reaches somewhere
_SPECK = 0.12  # of the largest mark's longer side; what is smaller is dirt
_HUGGING = 0.5  # share of its longer side with which an edge or a shadow lies along the border


def connected_components(ink: NDArray[np.uint8]) -> list[ImageSegment]:
    """The connected pieces of ink (height, width), uint8, without specks and paper edges.

    Raises InputError "too_many_symbols" for more than MAX_MARKS, or for pieces that lie around one
    another so often that their boxes have more than MAX_MARK_PIXELS.
    """
    mask = np.asarray(ink > INK_LEVEL, np.uint8)
    count, found, counted, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    labels, stats = np.asarray(found, np.int32), np.asarray(counted, np.int32)
    if count == 1:
        return []
    full = np.bincount(labels[ink > _FULL_LEVEL], minlength=count) > 0
    numbers = np.flatnonzero(full)[1:] if full[0] else np.flatnonzero(full)
    numbers = _without_edges(numbers, labels, stats)
    if not len(numbers):
        return []
    sides = np.maximum(stats[numbers, cv2.CC_STAT_WIDTH], stats[numbers, cv2.CC_STAT_HEIGHT])
    numbers = numbers[sides >= _SPECK * sides.max()]
    check_count(len(numbers))
    _check_boxes(stats[numbers])
    return [_cut_out(ink, labels, int(number), stats[number]) for number in numbers]


def _check_boxes(stats: NDArray[np.int32]) -> None:
    widths, heights = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    if int((widths.astype(np.int64) * heights).sum()) > MAX_MARK_PIXELS:
        raise InputError(
            "too_many_symbols",
            "Too many large marks lie over one another; send a picture of the digits alone.",
        )


def _without_edges(
    numbers: NDArray[np.intp],
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
) -> NDArray[np.intp]:
    """Drop what lies along the border, unless all ink touches it, as in a tight crop."""
    border = np.zeros(len(stats), np.intp)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        border = np.maximum(border, np.bincount(side, minlength=len(stats)))
    inside = numbers[border[numbers] == 0]
    if not len(inside):
        return numbers
    longer = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    return np.asarray(numbers[border[numbers] < _HUGGING * longer[numbers]], np.intp)


def _cut_out(
    ink: NDArray[np.uint8], labels: NDArray[np.int32], number: int, stat: NDArray[np.int32]
) -> ImageSegment:
    """One piece with the soft edge of a pixel around it."""
    left, top, width, height, _ = stat.tolist()
    window = (
        slice(max(top - 1, 0), min(top + height + 1, ink.shape[0])),
        slice(max(left - 1, 0), min(left + width + 1, ink.shape[1])),
    )
    own = np.asarray(labels[window] == number, np.uint8)
    soft = np.asarray(cv2.dilate(own, np.ones((3, 3), np.uint8)), np.uint8)
    return ImageSegment(ink[window] * soft, window[1].start, window[0].start)
