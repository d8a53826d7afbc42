"""A trainer process with the real training; needs TensorFlow and MNIST, which `make test` lacks."""

import os

import pytest

from core.settings import ROOT
from db.training_jobs import TrainingJob
from model import Recognizer
from model.training.evaluation_sets import find_data_folder
from services.model_comparison import find_comparison
from tests.trainer.conftest import PARENT, TrainingGround

PYTHON = ROOT / ".venv-training" / "bin" / "python"
MNIST = find_data_folder() / "mnist.npz"
# Three epochs of ten steps, and few synthetic examples.
TINY = ("--epochs", "3", "--epoch-size", "1280", "--synthetic", "200")


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.skipif(not PYTHON.exists(), reason="TensorFlow is installed by `make trainer`")
@pytest.mark.skipif(not MNIST.exists(), reason="MNIST is not in the folder of the data sets")
@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_a_fine_tuning_is_resumed_after_a_kill_and_ends_with_a_candidate(
    ground: TrainingGround,
) -> None:
    # Without the other sets, of which the evaluation takes longer than this training.
    (ground.folder / "mnist.npz").symlink_to(MNIST)
    ground.environment["INKLING_DATA"] = os.fspath(ground.folder)
    job = ground.store.training_jobs.submit("fine_tune", PARENT, "Ada")
    trainer = ground.start_trainer(*TINY, python=os.fspath(PYTHON), module=())
    ground.wait_for(job.id, lambda job: job.progress.epoch >= 1)
    trainer.kill()
    trainer.wait()
    ground.start_trainer(*TINY, python=os.fspath(PYTHON), module=())

    def has_ended(job: TrainingJob) -> bool:
        return not job.is_open

    ended = ground.wait_for(job.id, has_ended)
    assert (ended.state, ended.error) == ("finished", None)
    assert ended.version is not None
    assert ended.version != PARENT
    assert ended.progress.epoch == 3
    epochs = [point.epoch for point in ended.progress.curve]
    assert epochs == sorted(set(epochs))
    assert epochs[-1] == 3
    # The first epoch, which was done before the kill, is in the log once.
    assert sum(line.startswith("Epoch 1 of 3") for line in ended.progress.log) == 1
    assert any(line.startswith("MNIST test: ") for line in ended.progress.log)
    comparison = find_comparison(ground.store, Recognizer.load(), ended.version)
    assert comparison is not None
    assert (comparison.served.version, comparison.candidate.version) == (PARENT, ended.version)
    assert comparison.missing == 0
    assert len(comparison.drawings) <= sum(comparison.outcomes.values())
    (candidate,) = ground.store.models.versions()
    assert tuple(item.figure for item in comparison.sets) == candidate.figures
