"""Synthetic pages: their boxes and ink masks tell where the digits are."""

from pathlib import Path

import numpy as np
import pytest

from model.training.detector.framing import Page
from model.training.detector.pages import PageGenerator
from model.training.detector.symbols import SymbolSource
from model.training.mnist import Images

SAMPLE = Path(__file__).parents[1] / "model" / "mnist_sample.npz"
PAGES = 60


@pytest.fixture(scope="module")
def generator() -> PageGenerator:
    with np.load(SAMPLE) as arrays:
        glyphs, labels = (arrays[name] for name in sorted(arrays.files))
    return PageGenerator(SymbolSource(Images(glyphs, labels.astype(np.int64))))


@pytest.fixture(scope="module")
def pages(generator: PageGenerator) -> list[Page]:
    return [generator.generate(np.random.default_rng(seed)) for seed in range(PAGES)]


def test_the_same_seed_makes_the_same_page(generator: PageGenerator) -> None:
    first, second = (generator.generate(np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first.picture, second.picture)
    assert first.boxes == second.boxes


def test_ink_is_inside_the_boxes_of_digits(pages: list[Page]) -> None:
    for page in pages:
        inside = np.zeros(page.ink.shape, np.bool_)
        for left, top, right, bottom in page.boxes:
            inside[int(top) : int(bottom), int(left) : int(right)] = True
        assert not page.ink[~inside].any()


def test_every_box_has_ink_and_a_value(pages: list[Page]) -> None:
    for page in pages:
        assert len(page.values) == len(page.boxes)
        for left, top, right, bottom in page.boxes:
            assert page.ink[int(top) : int(bottom), int(left) : int(right)].max() > 100


def test_pages_have_all_digits_and_some_have_none(pages: list[Page]) -> None:
    assert {value for page in pages for value in page.values} == set(range(10))
    assert any(not page.boxes for page in pages)
