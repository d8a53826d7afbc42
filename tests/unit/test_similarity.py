"""Likeness: the same word for two drawings means the same whatever they show."""

from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from db import PredictionRecord
from model.network import Network
from services.similarity import Likeness, compare
from tests.db.records import make_record

SAMPLE = Path(__file__).parent / "model" / "mnist_sample.npz"  # ten of each digit


@pytest.fixture(scope="module")
def network() -> Network:
    return Network()


@pytest.fixture(scope="module")
def glyphs() -> tuple[NDArray[np.uint8], list[PredictionRecord]]:
    """The glyphs, and a record for each."""
    sample = np.load(SAMPLE)
    return sample["images"], [make_record(str(label)) for label in sample["labels"]]


def test_pictures_of_different_digits_do_not_look_alike(
    network: Network, glyphs: tuple[NDArray[np.uint8], list[PredictionRecord]]
) -> None:
    images, records = glyphs
    embeddings = network.classify(list(images)).embedding
    similarities = embeddings @ embeddings.T
    unlike: list[Likeness] = []
    alike: list[Likeness] = []
    for first, second in combinations(range(len(records)), 2):
        word = compare(records[first], records[second], float(similarities[first, second]))
        same_digit = records[first].text == records[second].text
        (alike if same_digit else unlike).append(word)
    assert {"same", "alike"} & set(unlike) == set()
    assert unlike.count("different") / len(unlike) > 0.998
    assert alike.count("different") / len(alike) < 0.1


def test_a_slightly_turned_picture_is_almost_the_same(
    network: Network, glyphs: tuple[NDArray[np.uint8], list[PredictionRecord]]
) -> None:
    images, records = glyphs
    turn = cv2.getRotationMatrix2D((13.5, 13.5), 3, 1.0)
    turned = [cv2.warpAffine(image, turn, (28, 28)).astype(np.uint8) for image in images]
    pairs = zip(
        network.classify(list(images)).embedding, network.classify(turned).embedding, strict=True
    )
    words = [
        compare(record, record, float(first @ second))
        for record, (first, second) in zip(records, pairs, strict=True)
    ]
    assert words.count("same") >= 95
    assert set(words) <= {"same", "alike"}


@pytest.mark.parametrize(
    ("texts", "likeness"),
    [(("17", "17"), "same"), (("17", "71"), "similar"), (("17", "7"), "similar")],
)
def test_numbers_with_other_digits_are_similar_at_most(
    texts: tuple[str, str], likeness: Likeness
) -> None:
    first, second = map(make_record, texts)
    assert compare(first, second, 1.0) == likeness
