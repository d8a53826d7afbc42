"""The work and memory that one input may cost are bounded, whatever is in it."""

import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from model import InputError, Recognizer, decode_image
from model.network import Network, NetworkOutput
from model.preprocessing.decode import MAX_JPEG_SCANS, MAX_PIXELS, MAX_WEBP_PIXELS, flatten
from model.preprocessing.normalize import normalize_image
from model.segmentation.scoring import SegmentScorer
from model.segmentation.seams import MAX_SLICES, cut_at_seams
from model.segmentation.segments import MAX_MARKS, ImageSegment, joined_pixels
from model.segmentation.touching import part

MOST_GLYPHS = 2_500 + 2 * MAX_MARKS  # what doubt may ask, each mark once, and each as it is read


class CountingNetwork(Network):
    """The network, counting the glyphs that it is asked about."""

    asked = 0

    def judge(self, glyphs: Sequence[NDArray[np.uint8]]) -> NetworkOutput:
        self.asked += len(glyphs)
        return super().judge(glyphs)


@pytest.fixture
def network() -> CountingNetwork:
    network = CountingNetwork()
    network.asked = 0
    return network


def file_of(picture: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()


def bars() -> NDArray[np.uint8]:
    pixels = np.full((1200, 1900), 255, np.uint8)
    for x in range(10, 1810, 6):
        pixels[100:1100, x : x + 3] = 0
    return pixels


def specks(side: int) -> NDArray[np.uint8]:
    random = np.random.default_rng(0).random((side, side))
    return np.where(random < 0.02, 0, 255).astype(np.uint8)


def noise() -> NDArray[np.uint8]:
    random = np.random.default_rng(0).random((600, 600))
    return np.where(random < 0.5, 0, 255).astype(np.uint8)


def ruled(height: int, width: int) -> NDArray[np.uint8]:
    """Rules that end before the edge, so that they are not taken for a sheet's."""
    pixels = np.full((height, width), 235, np.uint8)
    pixels[20:-20:12, 30:-30] = 150
    return pixels


def frames() -> NDArray[np.uint8]:
    """Squares in one another."""
    pixels = np.full((1500, 1500), 255, np.uint8)
    for edge in range(10, 740, 6):
        pixels[edge : 1500 - edge, edge : 1500 - edge] = 0
        pixels[edge + 3 : 1497 - edge, edge + 3 : 1497 - edge] = 255
    return pixels


def wide_lines() -> NDArray[np.uint8]:
    pixels = np.full((1500, 1900), 255, np.uint8)
    x = np.arange(20, 1880)
    for top in range(40, 1400, 60):
        for y in range(6):
            pixels[(top + y + 8 * np.sin(x / 9)).astype(int), x] = 0
    return pixels


@pytest.mark.parametrize(
    "pixels",
    [
        pytest.param(bars, id="300 bars"),
        pytest.param(lambda: specks(1000), id="specks"),
        pytest.param(noise, id="noise"),
        pytest.param(lambda: ruled(240, 320), id="small ruled sheet"),
        pytest.param(lambda: ruled(1200, 1600), id="ruled sheet"),
        pytest.param(frames, id="frames"),
        pytest.param(wide_lines, id="wide lines"),
    ],
)
def test_a_hostile_picture_is_read_or_refused_with_bounded_work(
    network: CountingNetwork, pixels: Callable[[], NDArray[np.uint8]]
) -> None:
    with suppress(InputError):
        reading = Recognizer(network).predict_image(Image.fromarray(pixels()))
        assert len(reading.digits) <= MAX_MARKS + MAX_SLICES
    assert network.asked <= MOST_GLYPHS


def test_specks_beyond_number_are_refused(reader: Recognizer) -> None:
    with pytest.raises(InputError) as caught:
        reader.predict_image(Image.fromarray(specks(600)))
    assert caught.value.code == "too_many_symbols"


def test_strokes_apart_beyond_number_are_refused_and_fewer_are_read(
    network: CountingNetwork,
) -> None:
    dots = [[[float(x), float(y)]] for x in range(0, 800, 20) for y in range(0, 1000, 20)]
    recognizer = Recognizer(network)
    with pytest.raises(InputError) as caught:
        recognizer.predict_strokes(dots[:1999])
    assert caught.value.code == "too_many_symbols"
    assert network.asked == 0
    assert len(recognizer.predict_strokes(dots[:MAX_MARKS]).digits) <= MAX_MARKS
    assert network.asked <= MOST_GLYPHS


def test_two_hundred_digits_on_a_page_are_read(
    reader: Recognizer, mnist: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> None:
    images, _ = mnist
    page = np.full((10 * 40, 20 * 36), 255, np.uint8)
    for number in range(200):
        y, x = divmod(number, 20)
        page[y * 40 + 6 : y * 40 + 34, x * 36 + 4 : x * 36 + 32] -= images[number % 100]
    rows = reader.predict_image(Image.fromarray(page)).text.split()
    whole = [row for row in rows if len(row) == 20]
    assert len(whole) >= 8
    assert sum(map(len, rows)) in range(195, 206)
    assert "00000000001111111111" in whole


def line(width: int, height: int = 12) -> ImageSegment:
    return ImageSegment(np.full((height, width), 255, np.uint8), 0, 0)


@pytest.mark.parametrize("width", [24, 500, 1900])
def test_a_mark_however_wide_has_few_slices(width: int) -> None:
    assert 1 <= len(cut_at_seams(line(width))) <= MAX_SLICES


def test_a_wide_mark_costs_few_glyphs(network: CountingNetwork) -> None:
    part(line(1900), SegmentScorer(network), alone=False)
    assert network.asked <= 8 * MAX_SLICES + 1


def test_slices_hold_the_ink_between_them() -> None:
    random = np.random.default_rng(3)
    ink = random.integers(0, 256, (60, 200)).astype(np.uint8)
    together = np.zeros_like(ink)
    for one in cut_at_seams(ImageSegment(ink, 0, 0)):
        height, width = one.ink.shape
        together[one.top : one.top + height, one.left : one.left + width] += one.ink
    assert np.array_equal(together, ink)


def test_a_judge_affords_so_much_and_no_more(network: CountingNetwork) -> None:
    judge = SegmentScorer(network)
    assert not judge.afford(10**6, 0)
    assert not judge.afford(0, 10**9)
    assert judge.afford(2_000, 0)
    assert not judge.afford(2_000, 0)
    assert judge.afford(500, 10**6)


def test_pixels_of_joined_marks() -> None:
    ink = np.full((10, 20), 255, np.uint8)
    assert joined_pixels([ImageSegment(ink, 0, 0), ImageSegment(ink, 30, 40)]) == 50 * 50
    assert joined_pixels([ImageSegment(ink, 0, 0)]) == 0


def test_ink_that_vanishes_when_made_smaller_has_a_glyph() -> None:
    ink = np.zeros((400, 400), np.uint8)
    ink[0, 0] = ink[399, 399] = 128
    glyph = normalize_image(ink)
    assert glyph.shape == (28, 28)
    assert glyph.max() > 0


def refused(content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        decode_image(content)
    return caught.value


@pytest.mark.parametrize("format", ["EPS", "JPEG2000", "PCX", "TGA", "SGI"])
def test_other_formats_are_not_opened(format: str) -> None:
    picture = Image.new("RGB", (20, 20), "white")
    assert refused(file_of(picture, format)).code == "unsupported_image"


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "PPM"])
def test_the_formats_that_are_meant_are_opened(format: str) -> None:
    picture = Image.new("RGB", (20, 20), "white")
    assert decode_image(file_of(picture, format)).size == (20, 20)


def test_an_icon_is_as_large_as_the_picture_in_it() -> None:
    icon = file_of(Image.new("RGBA", (64, 64), "red"), "ICO", sizes=[(64, 64)])
    assert decode_image(icon).size == (64, 64)
    side = int(MAX_PIXELS**0.5) + 10
    large = file_of(Image.new("L", (side, side)))
    header = icon[:14] + len(large).to_bytes(4, "little") + (22).to_bytes(4, "little")
    assert refused(header + large).code == "image_too_large"
    assert refused(header + b"neither").code in ("truncated_image", "unsupported_image")


@pytest.mark.parametrize(("mode", "format"), [("1", "PNG"), ("1", "TIFF"), ("P", "GIF")])
def test_more_pixels_than_are_decoded_are_refused(mode: str, format: str) -> None:
    error = refused(file_of(Image.new(mode, (4100, 4000)), format))
    assert error.code == "image_too_large"
    assert "make it smaller" in str(error)


def test_webp_may_have_fewer_pixels() -> None:
    assert MAX_WEBP_PIXELS < 4000 * 3200 < MAX_PIXELS
    error = refused(file_of(Image.new("L", (4000, 3200)), "WEBP", method=0))
    assert error.code == "image_too_large"
    assert "12.5 million" in str(error)


def test_a_large_photo_is_decoded_at_a_fraction() -> None:
    picture = decode_image(file_of(Image.new("L", (8000, 6000), 255), "JPEG"))
    assert max(picture.size) <= 2000


def test_a_large_progressive_jpeg_is_refused() -> None:
    content = file_of(Image.new("L", (8000, 6000), 255), "JPEG", progressive=True)
    assert refused(content).code == "image_too_large"


def test_a_jpeg_of_many_scans_is_refused() -> None:
    content = file_of(Image.new("L", (80, 60), 255), "JPEG", progressive=True)
    assert decode_image(content).size == (80, 60)
    scans = b"\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00" * MAX_JPEG_SCANS
    assert refused(content[:-2] + scans + content[-2:]).code == "unsupported_image"


def test_a_photo_of_a_few_rows_is_decoded() -> None:
    picture = decode_image(file_of(Image.new("L", (9000, 3), 255), "JPEG"))
    assert picture.height >= 1


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "CMYK", "1", "F"])
def test_strips_make_the_same_pixels(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    grey = np.random.default_rng(1).integers(0, 256, (2300, 90)).astype(np.uint8)
    picture = Image.fromarray(grey).convert(mode)
    whole = flatten(picture)
    monkeypatch.setattr("model.preprocessing.decode._STRIP", 1000)
    assert np.array_equal(flatten(picture), whole)
