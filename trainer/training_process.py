"""The process that trains, and what it has reported."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from core.settings import ROOT
from db.training_jobs import CurvePoint, JobProgress

_LOG = "training.log"


class TrainingProcess:
    """Runs a module such as model.training.fine_tune on the folder of a job.

    The module writes lines of JSON with changed values (model/training/job_progress.py); other
    output goes to training.log in the folder.
    """

    def __init__(
        self, module: str, folder: Path, options: Sequence[str], progress: JobProgress
    ) -> None:
        """Start the process. progress: what an interrupted run of the job has reported."""
        self._log = folder / _LOG
        self._progress = progress
        self._lock = threading.Lock()
        command = [sys.executable, "-m", module, str(folder), "--end-with-parent", *options]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                # A group of its own: the training has worker processes, which end with it.
                start_new_session=True,
            )
        self._reader = threading.Thread(target=self._read, name="training output", daemon=True)
        self._reader.start()

    @property
    def progress(self) -> JobProgress:
        """What the process has reported so far."""
        with self._lock:
            return self._progress

    def wait(self, seconds: float) -> int | None:
        """Return the exit status as soon as the process ends, None if it still runs after that."""
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        self._kill_group()
        self._reader.join()
        return status

    def stop(self) -> None:
        """Kill the process and its workers; finished epochs are in the folder."""
        self._kill_group()
        self._process.wait()
        self._reader.join()

    def last_line(self) -> str:
        """Return the last line of the log, which after a failure is Python's error."""
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else "no output"

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as output:
            for line in output:
                with suppress(json.JSONDecodeError):
                    values = json.loads(line)
                    if isinstance(values, dict):
                        with self._lock:
                            self._progress = apply_report(self._progress, values)


def apply_report(progress: JobProgress, values: dict[str, object]) -> JobProgress:
    """Return the progress with the values of one report.

    After a resumption, points that an interrupted epoch has reported are replaced.
    """
    changes: dict[str, object] = {
        name: values[name] for name in ("fraction", "step", "epoch", "epochs") if name in values
    }
    if "loss" in values:
        point = CurvePoint(*(float(str(values[name])) for name in ("at", "loss", "accuracy")))
        earlier = tuple(item for item in progress.curve if item.epoch < point.epoch)
        changes["curve"] = (*earlier, point)
    if "log" in values:
        changes["log"] = (*progress.log, str(values["log"]))
    return replace(progress, **changes).shortened()  # type: ignore[arg-type]
