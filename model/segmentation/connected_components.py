"""Split an ink image into connected components, without noise and the edges of the paper."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import InputError
from model.segmentation.segments import (
    MAX_SEGMENT_PIXELS,
    MAX_SEGMENTS,
    ImageSegment,
    check_segment_count,
)

INK_THRESHOLD = 110  # gray level (0-255) above which a pixel is ink
_STRONG_INK_LEVEL = 165  # gray level (0-255) that a pen stroke exceeds somewhere (hysteresis)
_MIN_RELATIVE_SIZE = 0.12  # share of the largest component's longer side; smaller ones are noise
_MAX_BORDER_CONTACT = 0.5  # border pixels / longer side, from which it is a paper edge or a shadow


def connected_components(ink: NDArray[np.uint8], limit: int = MAX_SEGMENTS) -> list[ImageSegment]:
    """Return the connected components of ink, uint8 (height, width), without noise and edges.

    Raises InputError "too_many_symbols" for more than `limit`, and for nested components whose
    bounding boxes together have more than MAX_SEGMENT_PIXELS.
    """
    mask = np.asarray(ink > INK_THRESHOLD, np.uint8)
    count, cv_labels, cv_stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    labels, stats = np.asarray(cv_labels, np.int32), np.asarray(cv_stats, np.int32)
    if count == 1:  # the background
        return []
    is_strong = np.bincount(labels[ink > _STRONG_INK_LEVEL], minlength=count) > 0
    components = np.flatnonzero(is_strong)[1:] if is_strong[0] else np.flatnonzero(is_strong)
    components = _drop_edges(components, labels, stats)
    if not len(components):
        return []
    widths, heights = stats[components, cv2.CC_STAT_WIDTH], stats[components, cv2.CC_STAT_HEIGHT]
    sides = np.maximum(widths, heights)
    components = components[sides >= _MIN_RELATIVE_SIZE * sides.max()]
    check_segment_count(len(components), limit)
    _check_box_pixels(stats[components])
    return [_extract(ink, labels, int(label), stats[label]) for label in components]


def _check_box_pixels(stats: NDArray[np.int32]) -> None:
    widths, heights = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    if int((widths.astype(np.int64) * heights).sum()) > MAX_SEGMENT_PIXELS:
        raise InputError(
            "too_many_symbols",
            "Too many large shapes overlap; send an image of the digits alone.",
        )


def _drop_edges(
    components: NDArray[np.intp],
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
) -> NDArray[np.intp]:
    """Drop components along the border, unless all touch it, as in a tight crop."""
    border_pixels = np.zeros(len(stats), np.intp)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        border_pixels = np.maximum(border_pixels, np.bincount(side, minlength=len(stats)))
    if border_pixels[components].all():
        return components
    longer = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    is_inside = border_pixels[components] < _MAX_BORDER_CONTACT * longer[components]
    return np.asarray(components[is_inside], np.intp)


def _extract(
    ink: NDArray[np.uint8], labels: NDArray[np.int32], label: int, stat: NDArray[np.int32]
) -> ImageSegment:
    """Return a component with the pixels that surround it, which are its antialiased edge."""
    left, top, width, height, _ = stat.tolist()
    window = (
        slice(max(top - 1, 0), min(top + height + 1, ink.shape[0])),
        slice(max(left - 1, 0), min(left + width + 1, ink.shape[1])),
    )
    component = np.asarray(labels[window] == label, np.uint8)
    with_edge = np.asarray(cv2.dilate(component, np.ones((3, 3), np.uint8)), np.uint8)
    return ImageSegment(ink[window] * with_edge, window[1].start, window[0].start)
