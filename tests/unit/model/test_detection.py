"""Digits are found among lines, boxes, pens and dirt, and nothing is found on empty paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from model import Recognizer
from model.detection.detector import MAX_DETECTIONS, Detector, crosses_image
from model.detection.pyramid import build_pyramid

Picture = NDArray[np.uint8]
Color = tuple[int, int, int]

BLACK, BLUE, YELLOW, CYAN, GREEN = (
    (20, 20, 20),
    (20, 20, 150),
    (250, 220, 20),
    (20, 210, 230),
    (20, 120, 20),
)
SAMPLE = {2: 20, 4: 40, 5: 53, 7: 70}  # an index of the sample for each value that is drawn


@pytest.fixture(scope="module")
def glyphs(mnist: tuple[NDArray[np.uint8], NDArray[np.uint8]]) -> NDArray[np.uint8]:
    return mnist[0]


def paper(width: int = 640, height: int = 360, level: int = 245) -> Picture:
    return np.full((height, width, 3), level, np.uint8)


def write(
    picture: Picture,
    glyphs: NDArray[np.uint8],
    values: Sequence[int],
    left: int = 150,
    top: int = 110,
    side: int = 112,
    colors: Sequence[Color] = (BLACK,),
) -> None:
    """Write digits in a row, each glyph `side` pixels wide with its margin."""
    for place, value in enumerate(values):
        glyph = cv2.resize(glyphs[SAMPLE[value]], (side, side), interpolation=cv2.INTER_CUBIC)
        share = (np.clip((glyph.astype(np.float32) - 60) / 120, 0, 1))[..., None]
        window = picture[top : top + side, left + place * side : left + (place + 1) * side]
        color = np.array(colors[place % len(colors)])
        window[:] = (window * (1 - share) + color * share).astype(np.uint8)


def line(picture: Picture, start: tuple[int, int], end: tuple[int, int], width: int = 3) -> None:
    cv2.line(picture, start, end, BLACK, width, cv2.LINE_AA)


def underlined(picture: Picture) -> None:
    line(picture, (140, 240), (500, 244))


def boxed(picture: Picture) -> None:
    cv2.rectangle(picture, (110, 70), (530, 270), BLACK, 3)


def framed(picture: Picture) -> None:
    cv2.rectangle(picture, (0, 0), (639, 359), (0, 0, 0), 4)


def on_ruled_paper(picture: Picture) -> None:
    for y in range(20, 360, 44):
        cv2.line(picture, (0, y), (639, y), (170, 190, 225), 1, cv2.LINE_AA)


def on_squared_paper(picture: Picture) -> None:
    on_ruled_paper(picture)
    for x in range(10, 640, 44):
        cv2.line(picture, (x, 0), (x, 359), (170, 190, 225), 1, cv2.LINE_AA)


def over_a_thick_line(picture: Picture) -> None:
    line(picture, (20, 280), (620, 280), 12)


def in_a_table(picture: Picture) -> None:
    for x in (150, 262, 374, 486):
        line(picture, (x, 60), (x, 300), 2)
    for y in (60, 240, 300):
        line(picture, (150, y), (486, y), 2)


def on_a_dark_table(picture: Picture) -> None:
    picture[:40] = picture[-40:] = (60, 42, 34)
    picture[:, :60] = picture[:, -60:] = (60, 42, 34)


def with_a_fold(picture: Picture) -> None:
    for offset in range(-4, 5):
        picture[:, 560 + offset] = 245 - 12 * (5 - abs(offset))


def with_letters(picture: Picture) -> None:
    cv2.putText(picture, "Name", (40, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.4, BLACK, 2, cv2.LINE_AA)


CLUTTER = [
    underlined,
    boxed,
    framed,
    on_ruled_paper,
    on_squared_paper,
    over_a_thick_line,
    in_a_table,
    on_a_dark_table,
    with_a_fold,
    with_letters,
]


@pytest.mark.parametrize("add_clutter", CLUTTER, ids=lambda function: function.__name__)
def test_a_number_is_read_among_clutter(
    recognizer: Recognizer, glyphs: NDArray[np.uint8], add_clutter: Callable[[Picture], None]
) -> None:
    picture = paper()
    add_clutter(picture)
    write(picture, glyphs, (4, 7, 2))
    assert recognizer.predict_image(Image.fromarray(picture)).text == "472"


def test_a_number_is_read_in_light_on_dark(
    recognizer: Recognizer, glyphs: NDArray[np.uint8]
) -> None:
    picture = paper()
    underlined(picture)
    write(picture, glyphs, (4, 7, 2))
    assert recognizer.predict_image(Image.fromarray(255 - picture)).text == "472"


def test_digits_of_several_pens_are_read(recognizer: Recognizer, glyphs: NDArray[np.uint8]) -> None:
    picture = paper(level=255)
    write(picture, glyphs, (4, 7, 2, 5), left=90, colors=(BLUE, YELLOW, CYAN, GREEN))
    assert recognizer.predict_image(Image.fromarray(picture)).text == "4725"


def test_a_written_sum_has_three_lines(recognizer: Recognizer, glyphs: NDArray[np.uint8]) -> None:
    picture = paper(400, 520)
    write(picture, glyphs, (4, 7), 90, 20)
    write(picture, glyphs, (2, 5), 90, 150)
    line(picture, (70, 285), (340, 281))
    write(picture, glyphs, (7, 2), 90, 310)
    assert recognizer.predict_image(Image.fromarray(picture)).text == "47\n25\n72"


def noisy(picture: Picture) -> None:
    noise = np.random.default_rng(0).normal(120, 18, picture.shape)
    picture[:] = np.clip(noise, 0, 255).astype(np.uint8)


def plain(picture: Picture) -> None:
    picture[:] = 238


EMPTY = [plain, noisy, on_ruled_paper, on_squared_paper, on_a_dark_table, with_a_fold, framed]


@pytest.mark.parametrize("add_clutter", EMPTY, ids=lambda function: function.__name__)
def test_empty_paper_is_blank(
    recognizer: Recognizer, add_clutter: Callable[[Picture], None]
) -> None:
    picture = paper()
    add_clutter(picture)
    prediction = recognizer.predict_image(Image.fromarray(picture))
    assert prediction.text == ""
    assert prediction.digits == ()


def test_boxes_are_those_of_the_digits(recognizer: Recognizer, glyphs: NDArray[np.uint8]) -> None:
    picture = paper()
    underlined(picture)
    write(picture, glyphs, (4, 7, 2))
    digits = recognizer.predict_image(Image.fromarray(picture)).digits
    assert len(digits) == 3
    for place, digit in enumerate(digits):
        rows, columns = np.nonzero(glyphs[SAMPLE[(4, 7, 2)[place]]] > 127)
        left, top = 150 + 112 * place + 4 * columns.min(), 110 + 4 * rows.min()
        x, y, width, height = digit.box
        assert x == pytest.approx(left, abs=8)
        assert y == pytest.approx(top, abs=8)
        assert x + width == pytest.approx(150 + 112 * place + 4 * (columns.max() + 1), abs=8)
        assert y + height == pytest.approx(110 + 4 * (rows.max() + 1), abs=8)


def test_detections_are_bounded() -> None:
    random = np.random.default_rng(0).integers(0, 256, (700, 900, 3)).astype(np.uint8)
    bars = paper(900, 700)
    bars[100:140, ::6] = 0
    for picture in (random, bars):
        assert len(Detector().detect(picture).digits) <= MAX_DETECTIONS


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (28, 28), (65, 70), (2000, 1500)])
def test_an_image_of_any_size_is_searched(size: tuple[int, int]) -> None:
    picture = paper(*size)
    detections = Detector().detect(picture)
    assert detections.digits == ()
    assert detections.is_blank


def test_a_pyramid_ends_at_a_picture_that_one_digit_fills() -> None:
    sizes = [max(level.size) for level in build_pyramid(paper(3000, 2000))]
    assert sizes == [624, 312, 156, 78]
    assert [max(level.size) for level in build_pyramid(paper(50, 40))] == [80]


def test_a_thin_line_stays_dark_in_every_level() -> None:
    picture = paper(600, 600, 255)
    picture[300, 100:500] = 0
    for level in build_pyramid(picture):
        assert level.pixels.min() < 80


def test_margins_are_of_the_border_color() -> None:
    (level,) = build_pyramid(paper(90, 60, 200))
    assert (level.pixels == 200).all()
    assert all(side % 32 == 0 for side in level.pixels.shape[:2])


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((300, 0, 10, 360), True),  # a fold
        ((300, 20, 10, 320), False),  # a 1
        ((100, 0, 200, 360), False),  # a digit that fills the picture
    ],
)
def test_an_upright_line_from_edge_to_edge_is_no_digit(
    box: tuple[float, float, float, float], expected: bool
) -> None:
    assert crosses_image(box, (360, 640)) is expected
