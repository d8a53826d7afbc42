"""The command that adds a network of one's own, on both stores."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.settings import ROOT
from model import Recognizer
from model.custom_network import CustomInterpreter
from model.network import NETWORK_FILE
from services.model_comparison import find_comparison
from services.models import load_recognizer
from tests.custom_networks import ELEVEN, KERAS, LAST_KERNEL, TEN, change_weights
from tests.trainer.conftest import CORRECTIONS, TrainingGround

PYTHON = ROOT / ".venv-training" / "bin" / "python"
COMMITTED = json.loads(NETWORK_FILE.with_suffix(".json").read_text())["version"]


def add(
    ground: TrainingGround, *arguments: str | Path, python: str = sys.executable
) -> subprocess.CompletedProcess[str]:
    # Without the sets that are not in the repository, which would take minutes.
    environment = os.environ | ground.environment | {"INKLING_DATA": os.fspath(ground.folder)}
    command = [
        python,
        "-m",
        "trainer.add_network",
        *(os.fspath(argument) for argument in arguments),
    ]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.timeout(300)
def test_a_network_is_added_with_figures_next_to_the_served_one(ground: TrainingGround) -> None:
    result = add(ground, ELEVEN, "--name", "class-7b", "--note", "By Zoë")
    assert result.returncode == 0, result.stderr
    assert "Added class-7b: By Zoë; added as a file: input from 0 (paper) to 255" in result.stdout
    model = ground.store.models.get("class-7b")
    assert model is not None
    assert model.metadata["custom"]["classes"] == 11
    figures = {figure.name: figure for figure in model.figures}
    comparison = find_comparison(ground.store, Recognizer.load(), model.version)
    assert comparison is not None
    assert {item.figure.name for item in comparison.sets} == set(figures)
    assert comparison.missing == 0
    assert set(figures) == {
        "held-out corrections",
        "synthetic digits",
        "handwritten symbols that are not digits",
        "numbers with taps, underlines, frames and points",
    }
    assert 0 < figures["held-out corrections"].examples < CORRECTIONS
    for figure in figures.values():
        assert 0.5 < figure.after / figure.examples <= 1
    assert figures["synthetic digits"].before > figures["synthetic digits"].after
    recognizer = load_recognizer(ground.store.models, Recognizer.load(), "class-7b")
    assert recognizer.version == "class-7b"
    assert ground.store.models.adoptions() == []


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_what_is_refused_is_not_added(ground: TrainingGround, tmp_path: Path) -> None:
    shuffled = tmp_path / "shuffled.tflite"
    shuffled.write_bytes(change_weights(TEN.read_bytes(), LAST_KERNEL, lambda values: values[::-1]))
    text, large = tmp_path / "notes.txt", tmp_path / "large.tflite"
    text.write_text("no network")
    large.write_bytes(bytes(9 * 2**20))
    damaged = tmp_path / "damaged.tflite"
    damaged.write_bytes(TEN.read_bytes()[:10_000])
    for arguments, sentence in {
        (shuffled,): "0 to 9 in this order",
        (text,): "neither a .tflite nor a .keras file",
        (large,): "at most 8 MB",
        (damaged,): "LiteRT cannot run this file",
        (tmp_path / "missing.tflite",): "cannot be read",
        (TEN, "--name", "../a"): "cannot be a name",
        (TEN, "--name", COMMITTED): "already",
    }.items():
        result = add(ground, *arguments)
        assert result.returncode == 2, result.stderr
        (refusal,) = [line for line in result.stderr.splitlines() if line.startswith("Not added. ")]
        assert sentence in refusal
        assert "Traceback" not in result.stderr
    assert ground.store.models.versions() == []


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.skipif(not PYTHON.exists(), reason="TensorFlow is installed by `make trainer`")
@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_a_keras_file_is_converted(ground: TrainingGround, tmp_path: Path) -> None:
    result = add(ground, KERAS, "--name", "keras")
    assert result.returncode == 0, result.stderr
    converted = ground.store.models.network("keras")
    assert converted is not None
    glyph = np.load(NETWORK_FILE.with_name("golden.npz"))["glyphs"][0] / np.float32(255)
    outputs = CustomInterpreter(converted).run(glyph)
    assert np.allclose(outputs, CustomInterpreter(TEN.read_bytes()).run(glyph), atol=1e-5)
    (tmp_path / "empty.keras").write_bytes(b"")
    result = add(ground, tmp_path / "empty.keras")
    assert result.returncode == 2
    assert "Not added. Keras cannot load the file" in result.stderr
    assert "Traceback" not in result.stderr
