"""The work and memory that one input can cost are bounded."""

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
from model.preprocessing.decode import MAX_JPEG_SCANS, MAX_PIXELS, MAX_WEBP_PIXELS
from model.preprocessing.normalize import normalize_image
from model.preprocessing.rgb import to_rgb
from model.segmentation.scoring import SegmentScorer
from model.segmentation.seams import MAX_SLICES, cut_at_seams
from model.segmentation.segments import MAX_SEGMENTS, ImageSegment, merged_pixel_count
from model.segmentation.touching import split_touching

# Those that the scorer reserves, each segment, and each digit of the prediction.
MAX_GLYPHS = 2_500 + 2 * MAX_SEGMENTS


class CountingNetwork(Network):
    """The network, counting the glyphs that it classifies."""

    classified = 0

    def classify(self, glyphs: Sequence[NDArray[np.uint8]]) -> NetworkOutput:
        self.classified += len(glyphs)
        return super().classify(glyphs)


@pytest.fixture
def network() -> CountingNetwork:
    network = CountingNetwork()
    network.classified = 0
    return network


def encode(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
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
    """Lines that end before the edge."""
    pixels = np.full((height, width), 235, np.uint8)
    pixels[20:-20:12, 30:-30] = 150
    return pixels


def frames() -> NDArray[np.uint8]:
    """Nested squares."""
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
def test_a_hostile_image_is_recognized_or_refused_with_bounded_work(
    network: CountingNetwork, pixels: Callable[[], NDArray[np.uint8]]
) -> None:
    with suppress(InputError):
        prediction = Recognizer(network).predict_image(Image.fromarray(pixels()))
        assert len(prediction.digits) <= MAX_SEGMENTS + MAX_SLICES
    assert network.classified <= MAX_GLYPHS


def test_no_speck_is_a_digit(recognizer: Recognizer) -> None:
    prediction = recognizer.predict_image(Image.fromarray(specks(600)))
    assert not any(digit.verdict == "digit" for digit in prediction.digits)


def test_too_many_separate_strokes_are_refused(
    network: CountingNetwork,
) -> None:
    dots = [[[float(x), float(y)]] for x in range(0, 800, 20) for y in range(0, 1000, 20)]
    recognizer = Recognizer(network)
    with pytest.raises(InputError) as caught:
        recognizer.predict_strokes(dots[:1999])
    assert caught.value.code == "too_many_symbols"
    assert network.classified == 0
    assert len(recognizer.predict_strokes(dots[:MAX_SEGMENTS]).digits) <= MAX_SEGMENTS
    assert network.classified <= MAX_GLYPHS


def test_two_hundred_digits_on_a_page_are_recognized(
    recognizer: Recognizer, mnist: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> None:
    images, _ = mnist
    page = np.full((10 * 40, 20 * 36), 255, np.uint8)
    for index in range(200):
        y, x = divmod(index, 20)
        page[y * 40 + 6 : y * 40 + 34, x * 36 + 4 : x * 36 + 32] -= images[index % 100]
    lines = recognizer.predict_image(Image.fromarray(page)).text.split()
    complete = [line for line in lines if len(line) == 20]
    assert len(complete) >= 8
    assert sum(map(len, lines)) in range(195, 206)
    assert "00000000001111111111" in complete


def rings(count: int) -> list[NDArray[np.float64]]:
    """Circles around each other."""
    angles = np.linspace(0, 2 * np.pi, 50)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return [300 + radius * circle for radius in np.linspace(20, 290, count)]


def flat_lines(count: int) -> list[NDArray[np.float64]]:
    """Horizontal lines below each other, with a digit at the top."""
    lines = [np.array([[20.0, 130 + 5 * k], [600.0, 130 + 5 * k]]) for k in range(count)]
    return [np.array([[100.0, 20], [160, 20], [110, 120]]), *lines]


@pytest.mark.parametrize("strokes", [rings, flat_lines])
@pytest.mark.parametrize("count", [40, 300])
def test_a_hostile_drawing_is_recognized_with_bounded_work(
    network: CountingNetwork,
    strokes: Callable[[int], list[NDArray[np.float64]]],
    count: int,
) -> None:
    with suppress(InputError):
        Recognizer(network).predict_strokes(strokes(count))
    assert network.classified <= MAX_GLYPHS


def bar(width: int, height: int = 12) -> ImageSegment:
    return ImageSegment(np.full((height, width), 255, np.uint8), 0, 0)


@pytest.mark.parametrize("width", [24, 500, 1900])
def test_a_segment_of_any_width_has_few_slices(width: int) -> None:
    assert 1 <= len(cut_at_seams(bar(width))) <= MAX_SLICES


def test_splitting_a_wide_segment_classifies_few_glyphs(network: CountingNetwork) -> None:
    split_touching(bar(1900), SegmentScorer(network), alone=False)
    assert network.classified <= 8 * MAX_SLICES + 1


def test_slices_together_contain_all_ink() -> None:
    rng = np.random.default_rng(3)
    ink = rng.integers(0, 256, (60, 200)).astype(np.uint8)
    total = np.zeros_like(ink)
    for piece in cut_at_seams(ImageSegment(ink, 0, 0)):
        height, width = piece.ink.shape
        total[piece.top : piece.top + height, piece.left : piece.left + width] += piece.ink
    assert np.array_equal(total, ink)


def test_a_scorer_reserves_work_up_to_its_limits(network: CountingNetwork) -> None:
    scorer = SegmentScorer(network)
    assert not scorer.reserve(10**6, 0)
    assert not scorer.reserve(0, 10**9)
    assert scorer.reserve(2_000, 0)
    assert not scorer.reserve(2_000, 0)
    assert scorer.reserve(500, 10**6)


def test_the_pixels_of_merged_segments_are_those_of_their_bounding_box() -> None:
    ink = np.full((10, 20), 255, np.uint8)
    assert merged_pixel_count([ImageSegment(ink, 0, 0), ImageSegment(ink, 30, 40)]) == 50 * 50
    assert merged_pixel_count([ImageSegment(ink, 0, 0)]) == 0


def test_isolated_pixels_that_downscaling_blurs_have_a_glyph() -> None:
    ink = np.zeros((400, 400), np.uint8)
    ink[0, 0] = ink[399, 399] = 128
    glyph = normalize_image(ink)
    assert glyph.shape == (28, 28)
    assert glyph.max() > 0


def decoding_error(content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        decode_image(content)
    return caught.value


@pytest.mark.parametrize("format", ["EPS", "JPEG2000", "PCX", "TGA", "SGI"])
def test_unsupported_formats_are_refused(format: str) -> None:
    image = Image.new("RGB", (20, 20), "white")
    assert decoding_error(encode(image, format)).code == "unsupported_image"


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "PPM"])
def test_supported_formats_are_decoded(format: str) -> None:
    image = Image.new("RGB", (20, 20), "white")
    assert decode_image(encode(image, format)).size == (20, 20)


def test_the_size_of_an_icon_is_that_of_its_embedded_image() -> None:
    icon = encode(Image.new("RGBA", (64, 64), "red"), "ICO", sizes=[(64, 64)])
    assert decode_image(icon).size == (64, 64)
    side = int(MAX_PIXELS**0.5) + 10
    large = encode(Image.new("L", (side, side)))
    header = icon[:14] + len(large).to_bytes(4, "little") + (22).to_bytes(4, "little")
    assert decoding_error(header + large).code == "image_too_large"
    assert decoding_error(header + b"invalid").code in ("truncated_image", "unsupported_image")


@pytest.mark.parametrize(("mode", "format"), [("1", "PNG"), ("1", "TIFF"), ("P", "GIF")])
def test_an_image_with_too_many_pixels_is_refused(mode: str, format: str) -> None:
    error = decoding_error(encode(Image.new(mode, (4100, 4000)), format))
    assert error.code == "image_too_large"
    assert "make it smaller" in str(error)


def test_webp_has_a_lower_limit() -> None:
    assert MAX_WEBP_PIXELS < 4000 * 3200 < MAX_PIXELS
    error = decoding_error(encode(Image.new("L", (4000, 3200)), "WEBP", method=0))
    assert error.code == "image_too_large"
    assert "12.5 million" in str(error)


def test_a_large_photo_is_decoded_at_a_reduced_size() -> None:
    image = decode_image(encode(Image.new("L", (8000, 6000), 255), "JPEG"))
    assert max(image.size) <= 2000


def test_a_large_progressive_jpeg_is_refused() -> None:
    content = encode(Image.new("L", (8000, 6000), 255), "JPEG", progressive=True)
    assert decoding_error(content).code == "image_too_large"


def test_a_jpeg_with_many_scans_is_refused() -> None:
    content = encode(Image.new("L", (80, 60), 255), "JPEG", progressive=True)
    assert decode_image(content).size == (80, 60)
    scans = b"\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00" * MAX_JPEG_SCANS
    assert decoding_error(content[:-2] + scans + content[-2:]).code == "unsupported_image"


def test_a_photo_with_few_rows_is_decoded() -> None:
    image = decode_image(encode(Image.new("L", (9000, 3), 255), "JPEG"))
    assert image.height >= 1


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "CMYK", "1", "F"])
def test_conversion_in_strips_gives_the_same_pixels(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gray = np.random.default_rng(1).integers(0, 256, (2300, 90)).astype(np.uint8)
    image = Image.fromarray(gray).convert(mode)
    whole = to_rgb(image)
    monkeypatch.setattr("model.preprocessing.rgb._STRIP_PIXELS", 1000)
    assert np.array_equal(to_rgb(image), whole)
