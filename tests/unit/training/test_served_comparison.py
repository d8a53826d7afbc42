"""A candidate compared with the served network: figures, drawings, speed and size."""

import json
import zlib
from base64 import b64decode
from pathlib import Path
from uuid import uuid1

import numpy as np
import pytest

from model.network import NETWORK_FILE, Network
from model.training.compare import CORRECTIONS
from model.training.evaluation_sets import StrokeSet
from model.training.mnist import Images
from model.training.served_comparison import (
    Corrections,
    compare_networks,
    draw_square,
    read_held_out,
)
from model.training.standard_sets import StandardSets
from tools.sample_strokes import FOUR, SEVEN


@pytest.fixture(scope="module")
def digits() -> Images:
    """Forty digits."""
    with np.load(NETWORK_FILE.with_name("golden.npz")) as arrays:
        return Images(arrays["glyphs"][:40], arrays["labels"][:40].astype(np.int64))


class Blind(Network):
    """The committed network, which finds no digit at all."""

    def __init__(self) -> None:
        super().__init__()
        self.version = "blind"
        self.digit_threshold = 1.1


def test_a_comparison_has_figures_confusions_drawings_speed_and_size(digits: Images) -> None:
    strokes = [[np.array(stroke, float) for stroke in drawing] for drawing in (SEVEN, FOUR)]
    ids = [str(uuid1()) for _ in digits.labels]
    figures, details = compare_networks(
        Blind(),
        Network(),
        StandardSets(
            {CORRECTIONS: digits, "digits": digits}, {"numbers": StrokeSet(strokes, ["7", "4"])}
        ),
        Corrections(digits, ids, [0] * len(ids)),
    )
    details = json.loads(json.dumps(details))
    assert figures["numbers"] == {"samples": 2, "before": 0, "after": 2, "won": 2, "lost": 0}
    assert [item["name"] for item in details["sets"]] == list(figures)
    won = sum(counts["won"] for counts in figures.values())
    assert won > 75
    assert details["outcomes"] == {"fixed": won, "broken": 0, "both_wrong": 0}
    label, read, served, candidate = details["confusions"]["corrections"][-1]
    assert (label, read, candidate) == ("9", "?", 0)
    assert served == int((digits.labels == 9).sum())
    for name, version in (("served", "blind"), ("candidate", Network().version)):
        assert details[name]["version"] == version
        assert details[name]["microseconds"] > 0
        assert details[name]["bytes"] == NETWORK_FILE.stat().st_size
    assert len(details["drawings"]) == 60
    for item in details["drawings"]:
        if item["set"] != CORRECTIONS:
            side = 84 if item["set"] == "numbers" else 28
            assert len(b64decode(item["picture"])) == side**2
            continue
        assert "picture" not in item
        assert item["id"] == ids[item["index"]]
        assert item["checksum"] == zlib.crc32(digits.glyphs[item["index"]].tobytes())


def test_a_tall_drawing_is_in_the_middle_of_a_square() -> None:
    square = draw_square([np.array([[0.0, 0.0], [0.0, 100.0]])])
    assert square.shape == (84, 84)
    columns = np.flatnonzero(square.any(axis=0))
    assert abs(columns.mean() - 41.5) < 1
    assert square[:, 42].max() > 200


def test_held_out_corrections_have_the_ids_of_their_predictions(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    glyphs = rng.integers(0, 256, (60, 28, 28), np.uint8)
    ids = np.array([str(uuid1()) for _ in glyphs])
    file = tmp_path / "corrections.npz"
    labels = np.arange(60) % 10
    np.savez(file, x_train=glyphs, y_train=labels, prediction_ids=ids, digit_indices=np.arange(60))
    held_out = read_held_out(file)
    assert 0 < len(held_out.digit_indices) < 30
    for glyph, id, index in zip(
        held_out.images.glyphs, held_out.prediction_ids, held_out.digit_indices, strict=True
    ):
        assert np.array_equal(glyph, glyphs[index])
        assert id == ids[index]
    np.savez(
        file, x_train=glyphs, y_train=labels
    )  # by a version that did not write where they come from
    assert len(read_held_out(file).images.labels) == len(held_out.images.labels)
    assert read_held_out(file).prediction_ids == []
    np.savez(file, x_train=glyphs[:0], y_train=np.arange(0), prediction_ids=ids[:0])
    assert read_held_out(file).prediction_ids == []
