"""Run one job: train a candidate and add it to the registry, or predict the history."""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from core.settings import Settings
from db import Store, StoreUnavailableError
from db.training_jobs import LEASE_SECONDS, JobProgress, TrainingJob
from model import Recognizer
from services.models import DamagedModelError, UnknownModelError, load_recognizer
from trainer.candidates import CannotPrepareError, add_candidate, prepare
from trainer.history_prediction import HistoryPrediction
from trainer.training_process import TrainingProcess

TRAINING_MODULE = "model.training.fine_tune"
_RENEW_SECONDS = 2.0
_RETRY_SECONDS = 1.0  # while the store is unavailable
_MAX_KILLS = 3  # of the training by the system, as for lack of memory, before the job fails

_log = logging.getLogger(__name__)

Result = TypeVar("Result")


class JobLostError(Exception):
    """The job was cancelled, or another trainer has it."""


class StoppedError(Exception):
    """The trainer is to stop; the job goes on later."""


@dataclass(frozen=True, slots=True)
class JobRunner:
    """Runs jobs that were claimed from the store.

    holder: the name under which jobs are claimed. folder: where each job has its own folder.
    stop: set when the trainer is to stop. options: for the training module.
    """

    store: Store
    settings: Settings
    holder: str
    folder: Path
    stop: threading.Event
    lease_seconds: int = LEASE_SECONDS
    module: str = TRAINING_MODULE
    options: Sequence[str] = ()

    def run(self, job: TrainingJob) -> None:
        """Run the job to its end, or until it is cancelled or the trainer is to stop.

        Removes the folders of jobs that have ended, also of those that other runs have left.
        """
        folder = self.folder / str(job.id)
        _log.info("Job %s: %s, %s", job.id, job.kind, job.parent or "random weights")
        try:
            if job.kind == "predict_history":
                version, error = job.parent, self._predict_history(job)
            else:
                version, error = self._make_candidate(job, folder)
            if error is None:
                _log.info("Job %s: finished with %s", job.id, version)
            else:
                _log.warning("Job %s failed: %s", job.id, error)
            jobs = self.store.training_jobs
            self._retry(lambda: jobs.finish(job.id, self.holder, version=version, error=error))
        except StoppedError:
            self._release(job)
        except JobLostError:
            _log.info("Job %s was cancelled, or another trainer has it.", job.id)
            self._release(job)
        self._remove_folders_of_ended_jobs()

    def _make_candidate(self, job: TrainingJob, folder: Path) -> tuple[str | None, str | None]:
        """Return the version of the candidate and None, or None and why there is none."""
        try:
            error = self._prepare(job, folder) or self._train(job, folder)
            if error is not None:
                return None, error
            return self._retry(lambda: add_candidate(self.store.models, job, folder)), None
        except OSError as problem:
            return None, f"The trainer cannot use its disk: {problem}"

    def _predict_history(self, job: TrainingJob) -> str | None:
        """Predict the history; return why that cannot be done."""
        lease = _Lease(self, job)
        committed = Recognizer.load()
        try:
            recognizer = self._retry(
                lambda: load_recognizer(self.store.models, committed, job.parent or "")
            )
        except (UnknownModelError, DamagedModelError):
            return f"The version {job.parent} cannot be loaded."

        def report(progress: JobProgress, now: bool) -> None:
            lease.renew(progress, now=now)

        work = HistoryPrediction(self.store, job, recognizer, self._pause, report)
        self._retry(work.run)
        return None

    def _pause(self, seconds: float) -> None:
        if self.stop.wait(seconds):
            raise StoppedError

    def _prepare(self, job: TrainingJob, folder: Path) -> str | None:
        """Write what the training reads; return why that cannot be done."""
        folder.mkdir(parents=True, exist_ok=True)
        lease = _Lease(self, job)
        try:
            self._retry(lambda: prepare(self.store, self.settings, job, folder, lease.renew))
        except CannotPrepareError as error:
            return str(error)
        return None

    def _train(self, job: TrainingJob, folder: Path) -> str | None:
        """Train; return why it failed, None if it did not."""
        progress = job.progress
        for _ in range(_MAX_KILLS):
            process = TrainingProcess(self.module, folder, self.options, progress)
            try:
                status = self._watch(job, process)
            finally:
                process.stop()
            if status == 0:
                return None
            if status > 0:
                return f"The training ended with an error: {process.last_line()}"
            progress = process.progress
        return "The training was killed again and again; the machine may lack memory."

    def _watch(self, job: TrainingJob, process: TrainingProcess) -> int:
        """Renew the lease with the newest progress until the process ends; return its status."""
        lease = _Lease(self, job)
        while True:
            lease.renew(process.progress)
            status = process.wait(_RENEW_SECONDS / 4)
            if status is not None:
                lease.renew(process.progress, now=True)
                return status
            if self.stop.is_set():
                raise StoppedError

    def _retry(self, work: Callable[[], Result]) -> Result:
        """Return the result of `work`, tried again while the store is unavailable."""
        while True:
            try:
                return work()
            except StoreUnavailableError as error:
                _log.warning("%s", error)
                if self.stop.wait(_RETRY_SECONDS):
                    raise StoppedError from error

    def _remove_folders_of_ended_jobs(self) -> None:
        """Remove what no job needs any more; another trainer may work in the other folders."""
        try:
            for folder in self.folder.iterdir():
                job = self.store.training_jobs.get(UUID(folder.name))
                if job is None or not job.is_open:
                    shutil.rmtree(folder)
        except (OSError, ValueError, StoreUnavailableError) as error:
            _log.warning("Files of ended trainings were not removed: %s", error)

    def _release(self, job: TrainingJob) -> None:
        try:
            self.store.training_jobs.release(job.id, self.holder)
        except StoreUnavailableError as error:  # the lease expires
            _log.warning("%s", error)


class _Lease:
    """Renews the lease on a job every two seconds, however often it is called."""

    def __init__(self, runner: JobRunner, job: TrainingJob) -> None:
        self._runner = runner
        self._job = job
        self._renewed_at = 0.0
        self._progress = job.progress

    def renew(self, progress: JobProgress | None = None, *, now: bool = False) -> None:
        """Renew the lease and store the progress. Raises JobLostError, StoppedError.

        The work goes on while the store is unavailable.
        """
        self._progress = progress or self._progress
        if self._runner.stop.is_set():
            raise StoppedError
        if not now and time.monotonic() - self._renewed_at < _RENEW_SECONDS:
            return
        self._renewed_at = time.monotonic()
        jobs = self._runner.store.training_jobs
        try:
            is_ours = jobs.renew(
                self._job.id, self._runner.holder, self._progress, self._runner.lease_seconds
            )
        except StoreUnavailableError as error:
            _log.warning("%s", error)
            return
        if not is_ours:
            raise JobLostError
