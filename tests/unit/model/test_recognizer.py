"""The whole pipeline on MNIST's digits: any position, size, pen, polarity, light and number."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from model import Recognizer

Mnist = tuple[NDArray[np.uint8], NDArray[np.uint8]]
Ink = NDArray[np.uint8]  # (height, width), ink 255 on 0


def number_of(digits: NDArray[np.uint8], height: int = 90, gap: int = 30) -> Ink:
    """Digits side by side with a margin, ink 255 on 0."""
    large = [
        cv2.resize(digit[:, digit.any(0)], None, fx=height / 28, fy=height / 28, interpolation=2)
        for digit in digits
    ]
    line = np.hstack([np.pad(digit, ((0, 0), (0, gap))) for digit in large])
    return np.pad(line, 60).astype(np.uint8)


def touching_number_of(digits: NDArray[np.uint8]) -> Ink:
    """Digits moved together until they touch, enlarged three times, with a margin."""
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


def accuracy(recognizer: Recognizer, images: list[Ink], labels: NDArray[np.uint8]) -> float:
    texts = [recognizer.predict_image(Image.fromarray(image)).text for image in images]
    return float(np.mean([text == str(label) for text, label in zip(texts, labels, strict=True)]))


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize(("height", "count"), [(20, 400), (60, 400), (300, 100)])
def test_digits_of_any_size_position_and_polarity_are_recognized(
    recognizer: Recognizer, mnist: Mnist, height: int, count: int, dark: bool
) -> None:
    rng = np.random.default_rng(height)
    pages = []
    for image in mnist[0][:count]:
        large = cv2.resize(image, (height, height), interpolation=cv2.INTER_CUBIC)
        left, top = rng.integers(0, 2 * height, 2)
        page = np.zeros((3 * height, 3 * height), np.uint8)
        page[top : top + height, left : left + height] = large
        pages.append(255 - page if dark else page)
    assert accuracy(recognizer, pages, mnist[1][:count]) >= 0.96


@pytest.mark.parametrize("dark", [True, False])
def test_tightly_cropped_digits_are_recognized(
    recognizer: Recognizer, mnist: Mnist, dark: bool
) -> None:
    """Most of the border may then be ink, so that stroke width must tell ink from background."""
    pages = []
    for image in mnist[0]:
        ink = image > 30
        crop = cv2.resize(image[ink.any(1)][:, ink.any(0)], None, fx=3, fy=3, interpolation=2)
        pages.append(255 - crop if dark else crop)
    assert accuracy(recognizer, pages, mnist[1]) >= 0.96


@pytest.mark.parametrize("pen", [-9, 9])
def test_thin_and_thick_strokes_are_recognized(
    recognizer: Recognizer, mnist: Mnist, pen: int
) -> None:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(pen), abs(pen)))
    operation = cv2.dilate if pen > 0 else cv2.erode
    pages = [
        np.asarray(operation(number_of(image[None], 280), kernel), np.uint8) for image in mnist[0]
    ]
    assert accuracy(recognizer, pages, mnist[1]) >= 0.93


def test_a_photo_of_ruled_paper_with_shading_and_noise_is_recognized(
    recognizer: Recognizer, mnist: Mnist
) -> None:
    rng = np.random.default_rng(1)
    images, labels = mnist
    correct = 0
    for start in range(0, 100, 5):
        chosen = rng.permutation(100)[:5]
        ink = np.pad(number_of(images[chosen]), 100).astype(np.float32) / 255
        height, width = ink.shape
        paper = np.full((height, width, 3), (225, 225, 235), np.float32)
        paper[start % 40 :: 40] = (150, 170, 215)
        page = paper * (1 - ink[..., None]) + np.array([40, 40, 90]) * ink[..., None]
        light = np.linspace(1.0, 0.45, width)[None, :, None]
        page = cv2.GaussianBlur(page * light, (0, 0), 1) + rng.normal(0, 3, page.shape)
        photo = Image.fromarray(np.clip(page, 0, 255).astype(np.uint8))
        correct += recognizer.predict_image(photo).text == "".join(map(str, labels[chosen]))
    assert correct >= 17


def test_lines_are_ordered_from_top_to_bottom(recognizer: Recognizer, mnist: Mnist) -> None:
    images, _ = mnist
    top, bottom = number_of(images[[70, 0, 40]]), number_of(images[[10, 30, 60]])
    width = max(top.shape[1], bottom.shape[1])
    lines = [np.pad(line, ((0, 0), (0, width - line.shape[1]))) for line in (top, bottom)]
    assert recognizer.predict_image(Image.fromarray(255 - np.vstack(lines))).text == "704\n136"


def test_touching_digits_are_split(recognizer: Recognizer, mnist: Mnist) -> None:
    touching = number_of(mnist[0][[20, 0]], gap=0)
    assert recognizer.predict_image(Image.fromarray(255 - touching)).text == "20"


@pytest.mark.parametrize(("count", "min_correct"), [(2, 24), (3, 15)])
def test_most_numbers_of_touching_digits_are_recognized(
    recognizer: Recognizer, mnist: Mnist, count: int, min_correct: int
) -> None:
    images, labels = mnist
    rng = np.random.default_rng(count)
    correct = 0
    for _ in range(40):
        chosen = rng.permutation(len(labels))[:count]
        page = Image.fromarray(255 - touching_number_of(images[chosen]))
        correct += recognizer.predict_image(page).text == "".join(map(str, labels[chosen]))
    assert correct >= min_correct


@pytest.mark.parametrize("pair", [(17, 83), (4, 46), (97, 14)])
def test_touching_digits_that_look_like_a_symbol_are_split_in_a_number(
    recognizer: Recognizer, mnist: Mnist, pair: tuple[int, int]
) -> None:
    images, labels = mnist
    touching = touching_number_of(images[list(pair)])
    alone = recognizer.predict_image(Image.fromarray(255 - touching))
    assert "?" in alone.text
    number = np.hstack([touching_number_of(images[[0]]), touching])
    expected = f"{labels[0]}{labels[pair[0]]}{labels[pair[1]]}"
    assert recognizer.predict_image(Image.fromarray(255 - number)).text == expected


@pytest.mark.parametrize("gray", [0, 128, 255])
def test_a_blank_page_has_an_empty_text(recognizer: Recognizer, gray: int) -> None:
    noise = np.random.default_rng(0).normal(gray, 2, (300, 400))
    for page in (np.full((300, 400), gray), np.clip(noise, 0, 255)):
        assert recognizer.predict_image(Image.fromarray(page.astype(np.uint8))).text == ""


def test_boxes_are_in_pixels_of_the_image(recognizer: Recognizer, mnist: Mnist) -> None:
    page = np.full((2400, 3200), 255, np.uint8)
    page[1000:1560, 2000:2560] = 255 - cv2.resize(mnist[0][0], (560, 560))
    (digit,) = recognizer.predict_image(Image.fromarray(page)).digits
    rows, columns = np.nonzero(page < 128)
    expected = (columns.min(), rows.min(), np.ptp(columns), np.ptp(rows))
    assert digit.box == pytest.approx(expected, abs=16)


def test_the_fields_of_a_prediction_are_in_their_ranges(
    recognizer: Recognizer, mnist: Mnist
) -> None:
    prediction = recognizer.predict_image(Image.fromarray(255 - number_of(mnist[0][::11])))
    for digit in prediction.digits:
        assert digit.probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert digit.value == digit.probabilities.argmax()
        assert 0 <= digit.confidence <= digit.probabilities.max() + 1e-6
        assert np.linalg.norm(digit.embedding) == pytest.approx(1, abs=0.02)
        assert digit.heat is not None
        assert digit.glyph.shape == digit.heat.shape == (28, 28)
        assert digit.heat.max() > 0
    assert max(prediction.image.shape) == 160


def test_threads_predict_the_same_as_one(recognizer: Recognizer, mnist: Mnist) -> None:
    pages = [Image.fromarray(255 - number_of(image[None])) for image in mnist[0]]
    sequential = [recognizer.predict_image(page).text for page in pages]
    with ThreadPoolExecutor(8) as pool:
        concurrent = list(pool.map(lambda page: recognizer.predict_image(page).text, pages))
    assert concurrent == sequential
