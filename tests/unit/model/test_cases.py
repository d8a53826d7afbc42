"""Pictures in the manner of bug reports, each for a whole kind; they were made for this purpose."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from model import Recognizer

FOLDER = Path(__file__).with_name("cases")
NUMBERS = {
    "underlined_472.png": "472",
    "underlined_472_photo.jpg": "472",
    "written_sum.png": "47\n25\n72",
    "four_pens_1472.png": "1472",
    "four_pens_1472b.png": "1472",
    "grid_lines.png": "123\n456\n789",
    "boxed_5.png": "5",
    "black_frame.png": "5",
    "black_frame_1px.png": "5",
    "paper_on_dark_table_472.jpg": "472",
    "paper_on_dark_table_4.jpg": "4",
    "broken_3.png": "3",
    "comb_field.png": "20407",
    "small_digits_long_line_472.png": "472",
}
EMPTY = [
    "empty_ruled_sheet.jpg",
    "empty_ruled_sheet_320.jpg",
    "empty_squared_sheet.jpg",
    "empty_paper_on_dark_table.jpg",
    "empty_paper_with_fold.jpg",
    "dim_noise.jpg",
]
NO_DIGIT = ["only_a_line.png", "faint_specks.png"]


def test_every_picture_has_a_right_answer() -> None:
    assert {file.name for file in FOLDER.iterdir()} == {*NUMBERS, *EMPTY, *NO_DIGIT}


@pytest.mark.parametrize(("name", "expected"), NUMBERS.items(), ids=NUMBERS.keys())
def test_a_number_is_read(recognizer: Recognizer, name: str, expected: str) -> None:
    assert recognizer.predict_image(Image.open(FOLDER / name)).text == expected


@pytest.mark.parametrize("name", EMPTY)
def test_empty_paper_is_blank(recognizer: Recognizer, name: str) -> None:
    assert recognizer.predict_image(Image.open(FOLDER / name)).text == ""


@pytest.mark.parametrize("name", NO_DIGIT)
def test_what_is_no_digit_is_not_read(recognizer: Recognizer, name: str) -> None:
    assert recognizer.predict_image(Image.open(FOLDER / name)).text in ("", "?")
