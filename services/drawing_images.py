"""Pictures of a stored drawing: a PNG, an animated GIF of the pen, a preview for links."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.concurrency_limit import ConcurrencyLimiter
from db import PredictionRecord

PREVIEW_SIZE = (1200, 630)  # width and height that sites recommend for previews of links

_PNG_SIDE = 640  # pixels of the longer side
_GIF_SIDE = 320
_MARGIN = 0.1  # share of the longer side of the drawing
_PEN = 0.045  # likewise, as components/shared/replay.js
_SMALLEST_SHARE = 0.25  # of the longer side that the shorter side has at least

_SPEED = 1.4  # longer sides of the drawing a second, as components/shared/replay.js
_LIFT = 0.15  # longer sides that the pause between two strokes counts as
_FRAME_SECONDS = 0.05
_MAX_FRAMES = 60
_LAST_FRAME_SECONDS = 1.5
_MAX_POINTS = 20_000  # drawn; a drawing may have ten times as many, which would take seconds
_LEVELS = 16  # gray levels of the GIF: enough for smooth edges, and half the size of 256

_FRACTION_BITS = 4  # OpenCV draws with coordinates in 1/16 pixel
_WHITE, _INK = 255, 26

_limiter = ConcurrencyLimiter(
    2, 32
)  # a picture takes milliseconds, of the longest drawing half a second

Picture = NDArray[np.uint8]
Path = NDArray[np.float64]  # (n, 2)


@dataclass(frozen=True, slots=True)
class _Layout:
    """A drawing in pixels of a picture.

    paths: one a stroke. size: width and height. pen: width.
    """

    paths: list[Path]
    size: tuple[int, int]
    pen: int


def render_png(record: PredictionRecord) -> bytes:
    """Return a drawing as a PNG of at most 640 pixels a side; an image as it is stored."""
    if not record.strokes:
        return record.image
    with _limiter.slot():
        return _encode_png(_draw(_arrange(record.strokes, _PNG_SIDE)))


def render_gif(record: PredictionRecord) -> bytes:
    """Return a GIF of the strokes being drawn, at most 320 pixels a side and 60 frames.

    Raises ValueError for an image, which has no strokes, and as all of these BusyError.
    """
    if not record.strokes:
        raise ValueError(f"{record.id} has no strokes: only drawings can be animated")
    with _limiter.slot():
        layout = _arrange(record.strokes, _GIF_SIDE)
        frames = [_palette_image(frame) for frame in _frames(layout)]
        durations = [_FRAME_SECONDS] * (len(frames) - 1) + [_LAST_FRAME_SECONDS]
        file = io.BytesIO()
        frames[0].save(
            file,
            "GIF",
            save_all=True,
            append_images=frames[1:],
            duration=[round(1000 * seconds) for seconds in durations],
            loop=0,
        )
        return file.getvalue()


def render_preview(record: PredictionRecord) -> bytes:
    """Return a PNG of PREVIEW_SIZE with the drawing or image in its middle."""
    width, height = PREVIEW_SIZE
    with _limiter.slot():
        if record.strokes:
            picture = _draw(_arrange(record.strokes, height))
        else:
            picture = _enlarge(record.image, width, height)
        preview = np.full((height, width, *picture.shape[2:]), _WHITE, np.uint8)
        top, left = (height - picture.shape[0]) // 2, (width - picture.shape[1]) // 2
        preview[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
        return _encode_png(preview)


def _enlarge(png: bytes, width: int, height: int) -> Picture:
    """Return an image in the largest size that fits, RGB as OpenCV orders it."""
    stored = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    if stored is None:
        raise ValueError("the stored image is damaged")
    scale = min(width / stored.shape[1], height / stored.shape[0])
    size = (max(1, int(stored.shape[1] * scale)), max(1, int(stored.shape[0] * scale)))
    return np.asarray(cv2.resize(stored, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _arrange(strokes: Sequence[Sequence[tuple[float, float]]], side: int) -> _Layout:
    """Scale strokes so that with its margin the longer side of the drawing has `side` pixels."""
    step = max(1, sum(map(len, strokes)) // _MAX_POINTS)
    paths = [np.array([*stroke[::step], stroke[-1]], np.float64) for stroke in strokes if stroke]
    points = np.concatenate(paths)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float(max(*(high - low), 1e-6))
    inner = side / (1 + 2 * _MARGIN)
    scale = inner / extent if extent > 1e-6 else 1.0
    size = np.maximum((high - low) * scale, _SMALLEST_SHARE * inner) + 2 * _MARGIN * inner
    offset = size / 2 - (low + high) / 2 * scale
    width, height = np.minimum(np.ceil(size), side).astype(int).tolist()
    pen = max(1, round(_PEN * inner))
    return _Layout([path * scale + offset for path in paths], (width, height), pen)


def _draw(layout: _Layout) -> Picture:
    picture = _blank(layout)
    for path in layout.paths:
        _draw_path(picture, path, layout.pen)
    return picture


def _frames(layout: _Layout) -> Iterator[Picture]:
    """Yield the drawing as it grows, at most _MAX_FRAMES pictures; the last one is complete."""
    side = max(layout.size)
    lengths = [_cumulative_lengths(path) for path in layout.paths]
    total = sum(length[-1] + _LIFT * side for length in lengths)
    count = int(np.clip(total / side / _SPEED / _FRAME_SECONDS, 2, _MAX_FRAMES))
    picture = _blank(layout)
    shown = 0.0
    for end in np.linspace(0, total, count + 1)[1:]:
        begin = 0.0
        for path, length in zip(layout.paths, lengths, strict=True):
            if begin + length[-1] >= shown and begin <= end:
                # Only what is new: a frame costs its own part of the drawing. On a picture of its
                # own, as edges that are drawn twice where two parts meet would be darker.
                part = _blank(layout)
                _draw_path(part, _part(path, length, shown - begin, end - begin), layout.pen)
                np.minimum(picture, part, out=picture)
            begin += length[-1] + _LIFT * side
        shown = float(end)
        yield picture.copy()


def _cumulative_lengths(path: Path) -> NDArray[np.float64]:
    """Return the length of a path up to each of its points."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _part(path: Path, length: NDArray[np.float64], begin: float, end: float) -> Path:
    """Return the part of a path between two lengths along it."""
    begin, end = max(begin, 0.0), min(end, float(length[-1]))
    inside = (length > begin) & (length < end)
    ends = [[np.interp(at, length, path[:, axis]) for axis in (0, 1)] for at in (begin, end)]
    return np.concatenate([ends[:1], path[inside], ends[1:]])


def _blank(layout: _Layout) -> Picture:
    width, height = layout.size
    return np.full((height, width), _WHITE, np.uint8)


def _draw_path(picture: Picture, path: Path, pen: int) -> None:
    points = np.round(path * (1 << _FRACTION_BITS)).astype(np.int32)
    cv2.polylines(picture, [points], False, _INK, pen, cv2.LINE_AA, _FRACTION_BITS)


def _palette_image(picture: Picture) -> Image.Image:
    image = Image.fromarray(picture // (256 // _LEVELS)).convert("P")
    image.putpalette([level * 255 // (_LEVELS - 1) for level in range(_LEVELS) for _ in range(3)])
    return image


def _encode_png(picture: Picture) -> bytes:
    return cv2.imencode(".png", picture)[1].tobytes()
