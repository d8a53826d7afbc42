"""Both stores with corrections in them, and trainer processes on them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

import db
from core.settings import ROOT, Settings
from db import DigitPredictionRecord, PredictionRecord, Store, new_id
from db.training_jobs import TrainingJob
from model.network import NETWORK_FILE
from tests.cassandra_fixture import RunningCassandra, cassandra
from tests.db.conftest import wait_until_reachable

__all__ = ["cassandra"]

STAND_IN = ("--module", "tests.trainer.stand_in")
LEASE = ("--lease-seconds", "6")  # of a job whose trainer was killed
CORRECTIONS = 40
_TIMEOUT_SECONDS = 240
PARENT = json.loads(NETWORK_FILE.with_suffix(".json").read_text())["version"]
_GOLDEN = NETWORK_FILE.with_name("golden.npz")


@dataclass
class TrainingGround:
    """A store with corrections, and the trainers that were started on it.

    gates: a folder in which the file `epoch-1` lets the stand-in end its first epoch, and so on.
    """

    store: Store
    folder: Path
    environment: dict[str, str]
    trainers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def gates(self) -> Path:
        """The folder of the gates."""
        return self.folder / "gates"

    @property
    def log(self) -> str:
        """What the trainers have printed."""
        return (self.folder / "trainer.log").read_text()

    def start_trainer(
        self, *options: str, python: str = sys.executable, module: Sequence[str] = STAND_IN
    ) -> subprocess.Popen[bytes]:
        """Start a trainer; options are passed to the training."""
        gates = ("--gates", str(self.gates)) if module else ()
        jobs = ("--folder", str(self.folder / "jobs"))
        with (self.folder / "trainer.log").open("ab") as log:
            trainer = subprocess.Popen(
                [python, "-m", "trainer", *jobs, *LEASE, *module, *gates, *options],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.trainers.append(trainer)
        return trainer

    def open_gate(self, epoch: int) -> None:
        """Let the stand-in end an epoch."""
        (self.gates / f"epoch-{epoch}").touch()

    def job(self, id: UUID) -> TrainingJob:
        """Return the job as it is stored now."""
        job = self.store.training_jobs.get(id)
        assert job is not None
        return job

    def wait_for(self, id: UUID, condition: Callable[[TrainingJob], bool]) -> TrainingJob:
        """Return the job as soon as it fulfils the condition; fail after some minutes."""
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while not condition(job := self.job(id)):
            assert time.monotonic() < deadline, f"{job}\n{self.log}"
            time.sleep(0.1)
        return job


@pytest.fixture(params=["sqlite", "cassandra"])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TrainingGround]:
    """A store with corrections and no jobs."""
    settings = Settings(
        history="sqlite",
        history_file=tmp_path / "history.sqlite3",
        secret_file=tmp_path / "secret",
        log_level="INFO",
    )
    if request.param == "cassandra":
        running: RunningCassandra = request.getfixturevalue("cassandra")
        settings = running.settings(tmp_path, secret_file=tmp_path / "secret", log_level="INFO")
    names = {"history", "history_file", "outbox_file", "secret_file", "log_level"}
    names |= {"cassandra_port", "cassandra_keyspace"}
    environment = {name.upper(): str(getattr(settings, name)) for name in names}
    environment["CASSANDRA_CONTACT_POINTS"] = ",".join(settings.cassandra_contact_points)
    store = db.open_store(settings)
    wait_until_reachable(store)
    (tmp_path / "gates").mkdir()
    ground = TrainingGround(store, tmp_path, os.environ | environment)
    save_corrections(store)
    yield ground
    for trainer in ground.trainers:
        if trainer.poll() is None:
            trainer.send_signal(signal.SIGTERM)
        trainer.wait(timeout=30)
    store.close()


def save_corrections(store: Store, count: int = CORRECTIONS) -> None:
    """Save drawings of one digit, with labels by a reviewer, and one that a visitor labelled."""
    with np.load(_GOLDEN) as arrays:
        glyphs, labels = arrays["glyphs"], arrays["labels"]
    for index in range(count):
        save_labelled(store, glyphs[index].tobytes(), str(labels[index]), "Ada")
    save_labelled(store, glyphs[0].tobytes(), "3", "visitor")
    store.flush(60)


def save_labelled(store: Store, glyph: bytes, label: str, author: str) -> None:
    """Save a prediction of one digit and label it."""
    digit = DigitPredictionRecord(1, "digit", 0.9, (0.1,) * 10, (0, 0, 10, 10), glyph)
    prediction = PredictionRecord(new_id(), "1", "pad", "a version", (digit,), b"image")
    store.save(prediction)
    store.label(prediction.id, label, author)
