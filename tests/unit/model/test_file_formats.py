"""Every kind of file that a person may have is read, each page of it by itself."""

import io
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from core.settings import ROOT
from model import InputError, Recognizer, decode_image, decode_pages
from model.preprocessing.decode import full_size
from model.preprocessing.rgb import to_rgb
from tools.sample_strokes import FOUR, SEVEN, THREE, picture

PICTURES = ROOT / "tests" / "data" / "pictures"


def encode(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def texts(recognizer: Recognizer, content: bytes) -> list[str]:
    return [recognizer.predict_image(page).text for page in decode_pages(content)]


def blank() -> Image.Image:
    return Image.new("L", (300, 300), 255)


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("white_ink_on_clear.png", ["5"]),
        ("white_ink_on_clear_palette.png", ["5"]),
        ("photo.heic", ["5"]),
        ("scan_two_pages_blank_first.tif", ["", "7"]),
        ("scan_two_pages_3_7.tif", ["3", "7"]),
        ("jpeg_without_its_end.jpg", ["5"]),
        ("10_bits_in_16.png", ["5"]),
    ],
)
def test_a_file_from_the_field_is_read(recognizer: Recognizer, name: str, pages: list[str]) -> None:
    assert texts(recognizer, (PICTURES / name).read_bytes()) == pages


# --- pages


@pytest.mark.parametrize("format", ["PDF", "TIFF"])
def test_each_page_is_read(recognizer: Recognizer, format: str) -> None:
    pages = [picture(SEVEN), blank(), picture(THREE)]
    content = encode(pages[0], format, save_all=True, append_images=pages[1:])
    assert texts(recognizer, content) == ["7", "", "3"]


def test_the_boxes_of_a_pdf_are_in_points(recognizer: Recognizer) -> None:
    drawing = picture(SEVEN)
    page = decode_image(encode(drawing, "PDF", resolution=144))
    assert full_size(page) == (drawing.width // 2, drawing.height // 2)
    assert max(page.size) == 2000
    in_points = recognizer.predict_image(page).digits[0].box
    in_pixels = recognizer.predict_image(drawing).digits[0].box
    assert np.abs(2 * np.array(in_points) - in_pixels).max() < 5


def test_a_pdf_is_known_by_its_content_wherever_its_mark_is() -> None:
    content = encode(picture(SEVEN), "PDF")
    assert decode_image(b"\n" * 100 + content).size == decode_image(content).size


def test_a_mark_of_a_pdf_in_another_file_is_no_pdf() -> None:
    image = picture(SEVEN)
    assert decode_image(encode(image, "JPEG", comment=b"%PDF-1.7")).size == image.size


def test_reduced_copies_in_a_tiff_are_no_pages(recognizer: Recognizer) -> None:
    small = picture(SEVEN).resize((40, 40))
    small.encoderinfo = {"tiffinfo": {254: 1}}  # NewSubfileType: reduced resolution
    content = encode(picture(SEVEN), "TIFF", save_all=True, append_images=[small])
    with Image.open(io.BytesIO(content)) as tiff:
        assert getattr(tiff, "n_frames", 1) == 2
        tiff.seek(1)
        assert tiff.tag_v2[254] == 1  # type: ignore[attr-defined]
    assert texts(recognizer, content) == ["7"]


# --- animations


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "AVIF"])
def test_the_frame_with_the_most_ink_of_an_animation_is_read(
    recognizer: Recognizer, format: str
) -> None:
    frames = [picture([]), picture(FOUR[:1]), picture(FOUR), picture([])]
    frames = [frame.convert("RGB") for frame in frames]
    content = encode(
        frames[0], format, save_all=True, append_images=frames[1:], duration=[50, 60, 70, 80]
    )
    assert texts(recognizer, content) == ["4"]


def test_an_animation_of_light_ink_shows_the_frame_with_the_most_ink(
    recognizer: Recognizer,
) -> None:
    frames = [picture(strokes).point(lambda light: 255 - light) for strokes in ([], SEVEN, [])]
    content = encode(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)
    assert texts(recognizer, content) == ["7"]


# --- truncated JPEGs


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("missing_share", [0.0, 0.02])
def test_a_jpeg_without_its_end_is_read(
    recognizer: Recognizer, progressive: bool, missing_share: float
) -> None:
    content = encode(picture(SEVEN, mode="RGB"), "JPEG", quality=90, progressive=progressive)
    end = len(content) - max(2, round(missing_share * len(content)))
    assert texts(recognizer, content[:end]) == ["7"]


def test_what_is_missing_of_a_jpeg_is_cut_off() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (400, 300, 3), np.uint8)
    content = encode(Image.fromarray(noise), "JPEG", quality=90)
    image = decode_image(content[: round(0.9 * len(content))])
    assert image.width == 300
    assert 320 <= image.height <= 368
    assert full_size(image) == (300, 400)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_a_jpeg_that_lacks_a_large_part_is_refused(share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (400, 300, 3), np.uint8)
    content = encode(Image.fromarray(noise), "JPEG", quality=90)
    with pytest.raises(InputError) as caught:
        decode_image(content[: round(share * len(content))])
    assert caught.value.code == "truncated_image"


# --- bit depths


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_gray_of_any_depth_in_16_bits_has_the_same_pixels(bits: int, format: str) -> None:
    gray = np.asarray(picture(SEVEN), np.float64)
    deep = np.rint(gray / 255 * (2**bits - 1)).astype(np.uint16)
    pixels = to_rgb(decode_image(encode(Image.fromarray(deep), format)))
    assert np.abs(pixels[..., 0] - gray).max() <= 1


# --- transparency


def transparent(
    strokes: list[Any], color: tuple[int, int, int], background: int = 0
) -> Image.Image:
    """Ink of a color on transparent pixels, whose own (invisible) color is `background`."""
    drawing = picture(strokes)
    result = Image.new("RGBA", drawing.size, (background, background, background, 0))
    alpha = drawing.point(lambda light: 255 - light)
    result.paste(Image.new("RGBA", drawing.size, (*color, 255)), mask=alpha)
    result.putalpha(alpha)
    return result


@pytest.mark.parametrize(
    "color",
    [(0, 0, 0), (255, 255, 255), (128, 128, 128), (255, 230, 0), (0, 0, 160), (120, 255, 255)],
)
@pytest.mark.parametrize("background", [0, 255])
def test_ink_of_any_color_on_a_transparent_ground_is_read(
    recognizer: Recognizer, color: tuple[int, int, int], background: int
) -> None:
    image = transparent(SEVEN, color, background)
    assert texts(recognizer, encode(image)) == ["7"]
    assert texts(recognizer, encode(image.quantize(16))) == ["7"]


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_transparent_color_of_an_image_without_alpha_is_the_ground(
    recognizer: Recognizer, mode: str
) -> None:
    white_on_gray = picture(SEVEN).point(lambda light: 255 if light < 128 else 254).convert(mode)
    ground: Any = 254 if mode == "L" else (254, 254, 254)
    assert texts(recognizer, encode(white_on_gray, transparency=ground)) == ["7"]


def test_black_and_white_ink_on_a_transparent_ground_are_read(recognizer: Recognizer) -> None:
    black, white = transparent(SEVEN, (0, 0, 0)), transparent(THREE, (255, 255, 255))
    both = Image.new("RGBA", (black.width + white.width, black.height), (0, 0, 0, 0))
    both.paste(black, (0, 0))
    both.paste(white, (black.width, 0))
    assert texts(recognizer, encode(both)) == ["73"]


@pytest.mark.parametrize("inverted", [False, True])
def test_a_picture_with_round_transparent_corners_keeps_its_ground(
    recognizer: Recognizer, inverted: bool
) -> None:
    drawing = picture(SEVEN)
    if inverted:
        drawing = drawing.point(lambda light: 255 - light)
    alpha = np.zeros((drawing.height, drawing.width), np.uint8)
    cv2.ellipse(
        alpha, (drawing.width // 2, drawing.height // 2), (150, 150), 0, 0, 360, 255, cv2.FILLED
    )
    image = drawing.convert("RGBA")
    image.putalpha(Image.fromarray(alpha))
    assert texts(recognizer, encode(image)) == ["7"]
