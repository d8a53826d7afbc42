"""The values of the network's layers are those that its answer is made of."""

import numpy as np
import pytest

from model import Recognizer
from model.feature_maps import FeatureMapExtractor
from tools.sample_strokes import FOUR, ONE, SEVEN, THREE, ZERO, Stroke


@pytest.fixture(scope="module")
def extractor(recognizer: Recognizer) -> FeatureMapExtractor:
    return recognizer.feature_maps


@pytest.mark.parametrize("strokes", [ZERO, ONE, THREE, FOUR, SEVEN])
def test_contributions_add_up_to_the_prediction(
    recognizer: Recognizer, extractor: FeatureMapExtractor, strokes: list[Stroke]
) -> None:
    (digit,) = recognizer.predict_strokes([np.array(stroke) for stroke in strokes]).digits
    maps = extractor.extract(digit.glyph)
    assert maps.contributions.sum(axis=1).argmax() == digit.value
    by_position = maps.evidence.mean(axis=(1, 2))
    assert np.allclose(maps.contributions[:10].sum(axis=1), by_position, atol=1e-4)
    assert np.abs(maps.evidence[digit.value] - digit.attention).max() < 1


def test_stages_go_from_fine_to_coarse(extractor: FeatureMapExtractor) -> None:
    glyph = np.zeros((28, 28), np.uint8)
    glyph[4:24, 13:15] = 255
    stages = extractor.extract(glyph).stages
    assert [stage.shape[1] for stage in stages] == [14, 14, 7, 7, 7]
    assert [stage.shape[0] for stage in stages] == [32, 32, 96, 96, 64]
    assert all(stage.max() == 255 for stage in stages)


def test_maps_see_where_the_line_is(extractor: FeatureMapExtractor) -> None:
    glyph = np.zeros((28, 28), np.uint8)
    glyph[4:24, 4:7] = 255
    stage = extractor.extract(glyph).stages[0].astype(int)
    change = np.abs(stage - stage[:, 7:8, 13:]).sum(axis=0)  # from what it is on blank paper
    assert change[3:11, 2].min() > 500
    assert change[:, 9:].max() == 0
