"""A trainer process runs jobs, one at a time, and loses none when it is stopped or killed."""

import signal
from uuid import UUID

import psutil
import pytest

from model import Recognizer
from model.network import Network
from services.model_comparison import find_comparison
from tests.trainer.conftest import CORRECTIONS, PARENT, TrainingGround, save_corrections

VERSION = "2026-12-01-0000000"
ONE_STORE = pytest.mark.parametrize("ground", ["sqlite"], indirect=True)  # what no store affects


def open_all_gates(ground: TrainingGround) -> None:
    for epoch in (1, 2, 3):
        ground.open_gate(epoch)


def training_processes(trainer_id: int) -> list[psutil.Process]:
    children: list[psutil.Process] = psutil.Process(trainer_id).children(recursive=True)
    return children


def test_a_job_ends_with_a_candidate(ground: TrainingGround) -> None:
    open_all_gates(ground)
    job = ground.store.training_jobs.submit("fine_tune", PARENT, "Ada")
    ground.start_trainer()
    ended = ground.wait_for(job.id, lambda job: not job.is_open)
    assert (ended.state, ended.version, ended.error) == ("finished", VERSION, None)
    assert (ended.progress.fraction, ended.progress.epoch, ended.progress.epochs) == (1.0, 3, 3)
    # Labels of visitors are left out.
    assert f"{CORRECTIONS} corrections" in ended.progress.log
    assert [point.epoch for point in ended.progress.curve] == [0.5, 1, 1.5, 2, 2.5, 3]
    models = ground.store.models
    (candidate,) = models.versions()
    network, weights = models.network(VERSION), models.weights(VERSION)
    assert network is not None
    assert weights is not None
    assert Network.from_content(network, candidate.metadata).version == VERSION
    (figure,) = candidate.figures
    assert (figure.name, round(figure.noise, 2)) == ("MNIST test", 2.77)
    assert (candidate.parent, candidate.by) == (PARENT, "Ada")
    assert (candidate.corrections, len(candidate.predictions)) == (CORRECTIONS, CORRECTIONS)
    assert models.adoptions() == []
    comparison = find_comparison(ground.store, Recognizer.load(), VERSION)
    assert comparison is not None
    (drawing,) = comparison.drawings
    (newest, *_) = candidate.predictions
    assert (str(drawing.id), drawing.served, drawing.candidate) == (newest, "1", drawing.label)
    assert comparison.missing == 0


@ONE_STORE
def test_a_training_that_fails_says_why(ground: TrainingGround) -> None:
    job = ground.store.training_jobs.submit("fine_tune", PARENT)
    next_job = ground.store.training_jobs.submit("fine_tune", PARENT)
    ground.start_trainer("--fail")
    failed = ground.wait_for(job.id, lambda job: not job.is_open)
    assert failed.state == "failed"
    assert failed.error is not None
    assert failed.error.endswith("No disk.")
    ground.wait_for(next_job.id, lambda job: not job.is_open)


def test_a_killed_trainer_loses_no_job(ground: TrainingGround) -> None:
    job = ground.store.training_jobs.submit("fine_tune", PARENT)
    trainer = ground.start_trainer()
    ground.open_gate(1)
    ground.wait_for(job.id, lambda job: job.progress.epoch == 1)
    (training,) = training_processes(trainer.pid)
    trainer.kill()
    trainer.wait()
    training.wait(timeout=30)
    assert ground.job(job.id).state == "running"
    ground.start_trainer()
    open_all_gates(ground)
    ended = ground.wait_for(job.id, lambda job: not job.is_open)
    assert (ended.state, ended.version) == ("finished", VERSION)
    assert "Starts after epoch 1" in ended.progress.log
    assert [point.epoch for point in ended.progress.curve] == [0.5, 1, 1.5, 2, 2.5, 3]


@ONE_STORE
@pytest.mark.parametrize("step", ["prepare", "export"])
def test_a_trainer_that_is_killed_in_another_step_loses_no_job(
    ground: TrainingGround, step: str
) -> None:
    held = ground.gates / f"hold-{step}"
    held.touch()
    open_all_gates(ground)
    job = ground.store.training_jobs.submit("fine_tune", PARENT)
    trainer = ground.start_trainer()
    ground.wait_for(job.id, lambda job: job.progress.step == step)
    trainer.kill()
    trainer.wait()
    held.unlink()
    ground.start_trainer()
    ended = ground.wait_for(job.id, lambda job: not job.is_open)
    assert (ended.state, ended.version) == ("finished", VERSION)
    assert [model.version for model in ground.store.models.versions()] == [VERSION]


@ONE_STORE
def test_a_killed_training_is_started_again(ground: TrainingGround) -> None:
    job = ground.store.training_jobs.submit("fine_tune", PARENT)
    trainer = ground.start_trainer()
    ground.open_gate(1)
    ground.wait_for(job.id, lambda job: job.progress.epoch == 1)
    (training,) = training_processes(trainer.pid)
    training.kill()
    open_all_gates(ground)
    ended = ground.wait_for(job.id, lambda job: not job.is_open)
    assert (ended.state, ended.version) == ("finished", VERSION)
    assert "Starts after epoch 1" in ended.progress.log


def test_a_stopped_trainer_hands_its_job_over(ground: TrainingGround) -> None:
    job = ground.store.training_jobs.submit("fine_tune", PARENT)
    trainer = ground.start_trainer()
    ground.open_gate(1)
    ground.wait_for(job.id, lambda job: job.progress.epoch == 1)
    trainer.send_signal(signal.SIGTERM)
    assert trainer.wait(timeout=30) == 0
    claimed = ground.store.training_jobs.claim("another trainer")
    assert claimed is not None
    assert claimed.id == job.id


def test_a_cancelled_training_stops(ground: TrainingGround) -> None:
    job = ground.store.training_jobs.submit("fine_tune", PARENT)
    trainer = ground.start_trainer()
    ground.wait_for(job.id, lambda job: bool(job.progress.curve))
    (training,) = training_processes(trainer.pid)
    ground.store.training_jobs.cancel(job.id)
    training.wait(timeout=30)
    # The next job runs, and of the cancelled one nothing is left.
    next_job = ground.store.training_jobs.submit("fine_tune", PARENT)
    open_all_gates(ground)
    ground.wait_for(next_job.id, lambda job: job.state == "finished")
    assert ground.job(job.id).state == "cancelled"
    trainer.send_signal(signal.SIGTERM)  # it removes files before it stops
    assert trainer.wait(timeout=30) == 0
    assert list((ground.folder / "jobs").iterdir()) == []


@ONE_STORE
def test_files_of_a_job_that_was_cancelled_without_a_trainer_are_removed(
    ground: TrainingGround,
) -> None:
    cancelled = ground.store.training_jobs.submit("fine_tune", PARENT)
    trainer = ground.start_trainer()
    ground.wait_for(cancelled.id, lambda job: bool(job.progress.curve))
    trainer.kill()
    trainer.wait()
    ground.store.training_jobs.cancel(cancelled.id)
    assert list((ground.folder / "jobs").iterdir()) != []
    job = ground.store.training_jobs.submit("fine_tune", PARENT)
    open_all_gates(ground)
    trainer = ground.start_trainer()
    ground.wait_for(job.id, lambda job: job.state == "finished")
    trainer.send_signal(signal.SIGTERM)  # it removes files before it stops
    assert trainer.wait(timeout=30) == 0
    assert list((ground.folder / "jobs").iterdir()) == []


def test_two_trainers_run_one_job_at_a_time(ground: TrainingGround) -> None:
    jobs = [ground.store.training_jobs.submit("fine_tune", PARENT) for _ in range(2)]
    ground.start_trainer()
    ground.start_trainer()
    ground.wait_for(jobs[0].id, lambda job: bool(job.progress.curve))
    assert ground.job(jobs[1].id).state == "queued"
    open_all_gates(ground)
    for job in jobs:
        ground.wait_for(job.id, lambda job: job.state == "finished")


@ONE_STORE
def test_too_few_corrections_are_an_error(ground: TrainingGround) -> None:
    for prediction in ground.store.page(500).items:
        ground.store.delete(prediction.id)
    ground.store.flush(60)
    job = ground.store.training_jobs.submit("fine_tune", PARENT)
    ground.start_trainer()
    failed = ground.wait_for(job.id, lambda job: not job.is_open)
    assert failed.state == "failed"
    assert failed.error is not None
    assert "label at least" in failed.error


@ONE_STORE
def test_a_version_that_is_gone_is_an_error(ground: TrainingGround) -> None:
    job = ground.store.training_jobs.submit("fine_tune", "2020-01-01-0000000")
    ground.start_trainer()
    failed = ground.wait_for(job.id, lambda job: not job.is_open)
    assert failed.state == "failed"
    assert failed.error == "There is no version 2020-01-01-0000000 to start from any more."


@ONE_STORE
def test_a_disk_that_cannot_be_written_is_an_error(ground: TrainingGround) -> None:
    (ground.folder / "jobs").write_text("not a folder")
    job = ground.store.training_jobs.submit("fine_tune", PARENT)
    ground.start_trainer()
    failed = ground.wait_for(job.id, lambda job: not job.is_open)
    assert failed.state == "failed"
    assert failed.error is not None
    assert failed.error.startswith("The trainer cannot use its disk")


def found_by(ground: TrainingGround, version: str) -> dict[UUID, str]:
    """Return what a version has predicted for the corrections."""
    ids = [record.id for record in ground.store.export()]
    found = ground.store.version_predictions.find(ids)
    return {
        id: item.text for id, items in found.items() for item in items if item.version == version
    }


def test_the_history_is_predicted_beside_what_is_stored(ground: TrainingGround) -> None:
    stored = list(ground.store.export())
    job = ground.store.training_jobs.submit("predict_history", PARENT, "Ada")
    ground.start_trainer(module=())
    ended = ground.wait_for(job.id, lambda job: not job.is_open)
    assert (ended.state, ended.version, ended.error) == ("finished", PARENT, None)
    assert ended.progress.fraction == 1.0
    texts = found_by(ground, PARENT)
    assert texts.keys() == {record.id for record in stored}
    # The glyphs are digits that the network knows; what is stored is always 1.
    right = [texts[record.id] == record.label for record in stored if record.labelled_by == "Ada"]
    assert sum(right) >= CORRECTIONS - 2
    assert list(ground.store.export()) == stored
    differing = ground.store.version_predictions.differing(PARENT, 100)
    assert [item.id for item in differing] == [r.id for r in stored if texts[r.id] != "1"]
    assert f"{len(differing)} of them differ" in ended.progress.log[-1]


def test_a_killed_trainer_goes_on_with_the_rest_of_the_history(ground: TrainingGround) -> None:
    for _ in range(5):
        save_corrections(ground.store, 60)
    total = len(list(ground.store.export()))
    job = ground.store.training_jobs.submit("predict_history", PARENT)
    trainer = ground.start_trainer(module=())
    ground.wait_for(job.id, lambda job: 0 < job.progress.fraction < 1)
    trainer.kill()
    trainer.wait()
    before = len(found_by(ground, PARENT))
    assert 0 < before < total
    assert ground.job(job.id).state == "running"
    ground.start_trainer(module=())
    ended = ground.wait_for(job.id, lambda job: not job.is_open)
    assert ended.state == "finished"
    assert len(found_by(ground, PARENT)) == total
    assert (
        f"{total} of {total} drawings; {total - before} predicted in this run"
        in ended.progress.log[-1]
    )


@ONE_STORE
def test_the_history_cannot_be_predicted_with_an_unknown_version(ground: TrainingGround) -> None:
    job = ground.store.training_jobs.submit("predict_history", "unknown")
    ground.start_trainer(module=())
    ended = ground.wait_for(job.id, lambda job: not job.is_open)
    assert (ended.state, ended.error) == ("failed", "The version unknown cannot be loaded.")
