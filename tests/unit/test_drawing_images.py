"""Pictures of stored drawings: what they show, and that they are bounded."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from db import PredictionRecord, new_id
from db.records import Stroke
from services.drawing_images import render_gif, render_png, render_preview
from tools.sample_strokes import FOUR

LINE: Stroke = ((10.0, 20.0), (110.0, 20.0))


def record(*strokes: Stroke) -> PredictionRecord:
    """Return a stored drawing."""
    return PredictionRecord(
        id=new_id(), text="", source="pad", model="m", digits=(), image=b"", strokes=strokes
    )


def four() -> PredictionRecord:
    """Return a stored four."""
    return record(*(tuple((x, y) for x, y in stroke) for stroke in FOUR))


def frames(content: bytes) -> list[NDArray[np.uint8]]:
    """Return the frames of an image file as gray levels."""
    with Image.open(io.BytesIO(content)) as image:
        return [np.asarray(frame.convert("L")) for frame in ImageSequence.Iterator(image)]


def test_the_gif_draws_the_strokes_in_their_order() -> None:
    ink = [int((frame < 128).sum()) for frame in frames(render_gif(four()))]
    assert ink == sorted(ink)
    assert ink[0] < ink[-1] / 5
    first = frames(render_gif(four()))[len(ink) // 3] < 128
    columns = np.flatnonzero(first.any(axis=0))
    assert columns.max() < first.shape[1] / 2  # the second stroke is further right


def test_the_gif_ends_with_the_whole_drawing() -> None:
    png = Image.open(io.BytesIO(render_png(four()))).convert("L")
    last = frames(render_gif(four()))[-1]
    whole = np.asarray(png.resize(last.shape[::-1]))
    assert np.mean((whole < 128) != (last < 128)) < 0.01


def test_a_drawing_keeps_its_proportions_and_lies_in_the_middle() -> None:
    (picture,) = frames(render_png(record(((0.0, 0.0), (300.0, 0.0), (300.0, 150.0)))))
    ink = picture < 128
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    width, height = np.ptp(columns), np.ptp(rows)
    assert width / height == pytest.approx(2, rel=0.1)
    assert columns.min() == pytest.approx(picture.shape[1] - 1 - columns.max(), abs=2)
    assert rows.min() == pytest.approx(picture.shape[0] - 1 - rows.max(), abs=2)


@pytest.mark.parametrize(
    "strokes",
    [
        (((5.0, 5.0),),),
        (((5.0, 5.0), (5.0, 5.0)),),
        (LINE,),
        (((-1e6, 1e6), (1e6, -1e6)),),
        (((0.0, 0.0), (1e-9, 0.0)),),
    ],
    ids=["dot", "dot twice", "line", "huge", "tiny"],
)
def test_every_drawing_can_be_shown(strokes: tuple[Stroke, ...]) -> None:
    for render in (render_png, render_gif, render_preview):
        for picture in frames(render(record(*strokes))):
            assert max(picture.shape) <= 1200
        assert (picture < 128).any()


def test_the_longest_drawing_gives_a_small_gif() -> None:
    numbers = np.random.default_rng(0)
    strokes = tuple(tuple(map(tuple, numbers.uniform(0, 480, (100, 2)))) for _ in range(2000))
    content = render_gif(record(*strokes))
    assert len(frames(content)) <= 60
    assert len(content) < 500_000


def test_an_image_has_no_gif() -> None:
    with pytest.raises(ValueError, match="has no strokes"):
        render_gif(record())
