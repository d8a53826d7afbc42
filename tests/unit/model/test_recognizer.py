"""The whole way on MNIST's digits: any place, size, pen, polarity, light, and many at once."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from model import Recognizer

Mnist = tuple[NDArray[np.uint8], NDArray[np.uint8]]
Drawing = NDArray[np.uint8]


def written(digits: NDArray[np.uint8], height: int = 90, gap: int = 30) -> Drawing:
    """Digits side by side in a margin, ink 255 on 0."""
    large = [
        cv2.resize(d[:, d.any(0)], None, fx=height / 28, fy=height / 28, interpolation=2)
        for d in digits
    ]
    row = np.hstack([np.pad(d, ((0, 0), (0, gap))) for d in large])
    return np.pad(row, 60).astype(np.uint8)


def slid_together(digits: NDArray[np.uint8]) -> Drawing:
    """Digits that touch side by side, three times as large, in a margin."""
    canvas = np.zeros((28, 28 * len(digits)), np.uint8)
    left = 0
    for digit in digits:
        ink = digit[:, digit.any(0)]
        while left and not (np.minimum(canvas[:, left : left + ink.shape[1]], ink) > 60).any():
            left -= 1
        window = canvas[:, left : left + ink.shape[1]]
        np.maximum(window, ink, out=window)
        left += ink.shape[1]
    large = cv2.resize(canvas[:, :left], None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    return np.pad(large, 30).astype(np.uint8)


def share_right(reader: Recognizer, pictures: list[Drawing], labels: NDArray[np.uint8]) -> float:
    read = [reader.predict_image(Image.fromarray(picture)).text for picture in pictures]
    return float(np.mean([text == str(label) for text, label in zip(read, labels, strict=True)]))


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize(("height", "count"), [(20, 400), (60, 400), (300, 100)])
def test_any_size_place_and_polarity(
    reader: Recognizer, mnist: Mnist, height: int, count: int, dark: bool
) -> None:
    rng = np.random.default_rng(height)
    pictures = []
    for image in mnist[0][:count]:
        large = cv2.resize(image, (height, height), interpolation=cv2.INTER_CUBIC)
        left, top = rng.integers(0, 2 * height, 2)
        page = np.zeros((3 * height, 3 * height), np.uint8)
        page[top : top + height, left : left + height] = large
        pictures.append(255 - page if dark else page)
    assert share_right(reader, pictures, mnist[1][:count]) >= 0.96


@pytest.mark.parametrize("dark", [True, False])
def test_a_picture_cut_at_its_ink(reader: Recognizer, mnist: Mnist, dark: bool) -> None:
    """Ink may then hold most of the border; which of both is ink shows in how wide it is."""
    pictures = []
    for image in mnist[0]:
        ink = image > 30
        crop = cv2.resize(image[ink.any(1)][:, ink.any(0)], None, fx=3, fy=3, interpolation=2)
        pictures.append(255 - crop if dark else crop)
    assert share_right(reader, pictures, mnist[1]) >= 0.96


@pytest.mark.parametrize("pen", [-9, 9])
def test_thin_and_thick_pens(reader: Recognizer, mnist: Mnist, pen: int) -> None:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(pen), abs(pen)))
    change = cv2.dilate if pen > 0 else cv2.erode
    pictures = [
        np.asarray(change(written(image[None], 280), kernel), np.uint8) for image in mnist[0]
    ]
    assert share_right(reader, pictures, mnist[1]) >= 0.93


def test_a_photo_with_shade_noise_and_ruled_paper(reader: Recognizer, mnist: Mnist) -> None:
    rng = np.random.default_rng(1)
    images, labels = mnist
    right = 0
    for start in range(0, 100, 5):
        chosen = rng.permutation(100)[:5]
        ink = np.pad(written(images[chosen]), 100).astype(np.float32) / 255
        height, width = ink.shape
        paper = np.full((height, width, 3), (225, 225, 235), np.float32)
        paper[start % 40 :: 40] = (150, 170, 215)
        page = paper * (1 - ink[..., None]) + np.array([40, 40, 90]) * ink[..., None]
        light = np.linspace(1.0, 0.45, width)[None, :, None]
        page = cv2.GaussianBlur(page * light, (0, 0), 1) + rng.normal(0, 3, page.shape)
        photo = Image.fromarray(np.clip(page, 0, 255).astype(np.uint8))
        right += reader.predict_image(photo).text == "".join(map(str, labels[chosen]))
    assert right >= 17


def test_rows_are_read_from_top_to_bottom(reader: Recognizer, mnist: Mnist) -> None:
    images, _ = mnist
    top, bottom = written(images[[70, 0, 40]]), written(images[[10, 30, 60]])
    width = max(top.shape[1], bottom.shape[1])
    rows = [np.pad(row, ((0, 0), (0, width - row.shape[1]))) for row in (top, bottom)]
    assert reader.predict_image(Image.fromarray(255 - np.vstack(rows))).text == "704\n136"


def test_touching_digits_are_cut(reader: Recognizer, mnist: Mnist) -> None:
    touching = written(mnist[0][[20, 0]], gap=-0)
    assert reader.predict_image(Image.fromarray(255 - touching)).text == "20"


@pytest.mark.parametrize(("count", "least"), [(2, 24), (3, 15)])
def test_most_numbers_whose_digits_touch_are_read(
    reader: Recognizer, mnist: Mnist, count: int, least: int
) -> None:
    images, labels = mnist
    random = np.random.default_rng(count)
    right = 0
    for _ in range(40):
        chosen = random.permutation(len(labels))[:count]
        picture = Image.fromarray(255 - slid_together(images[chosen]))
        right += reader.predict_image(picture).text == "".join(map(str, labels[chosen]))
    assert right >= least


@pytest.mark.parametrize("pair", [(17, 83), (4, 46), (97, 14)])
def test_what_may_be_a_sign_alone_is_digits_in_a_number(
    reader: Recognizer, mnist: Mnist, pair: tuple[int, int]
) -> None:
    images, labels = mnist
    touching = slid_together(images[list(pair)])
    assert reader.predict_image(Image.fromarray(255 - touching)).text == "?"
    number = np.hstack([slid_together(images[[0]]), touching])
    expected = f"{labels[0]}{labels[pair[0]]}{labels[pair[1]]}"
    assert reader.predict_image(Image.fromarray(255 - number)).text == expected


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_blank_page_is_blank(reader: Recognizer, shade: int) -> None:
    noise = np.random.default_rng(0).normal(shade, 2, (300, 400))
    for page in (np.full((300, 400), shade), np.clip(noise, 0, 255)):
        assert reader.predict_image(Image.fromarray(page.astype(np.uint8))).text == ""


def test_boxes_are_in_pixels_of_the_picture(reader: Recognizer, mnist: Mnist) -> None:
    page = np.full((2400, 3200), 255, np.uint8)
    page[1000:1560, 2000:2560] = 255 - cv2.resize(mnist[0][0], (560, 560))
    (digit,) = reader.predict_image(Image.fromarray(page)).digits
    rows, columns = np.nonzero(page < 128)
    expected = (columns.min(), rows.min(), np.ptp(columns), np.ptp(rows))
    assert digit.box == pytest.approx(expected, abs=16)


def test_numbers_mean_what_they_say(reader: Recognizer, mnist: Mnist) -> None:
    reading = reader.predict_image(Image.fromarray(255 - written(mnist[0][::11])))
    for digit in reading.digits:
        assert digit.probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert digit.value == digit.probabilities.argmax()
        assert 0 <= digit.confidence <= digit.probabilities.max() + 1e-6
        assert np.linalg.norm(digit.embedding) == pytest.approx(1, abs=0.02)
        assert digit.glyph.shape == digit.heat.shape == (28, 28)
        assert digit.heat.max() > 0
    assert max(reading.image.shape) == 160


def test_threads_read_the_same(reader: Recognizer, mnist: Mnist) -> None:
    pictures = [Image.fromarray(255 - written(image[None])) for image in mnist[0]]
    alone = [reader.predict_image(picture).text for picture in pictures]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda picture: reader.predict_image(picture).text, pictures))
    assert together == alone
