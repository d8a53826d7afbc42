"""The trainer's command: `python -m trainer`."""

import argparse
import logging
import os
import secrets
import signal
import socket
import sys
import threading
from pathlib import Path

from pydantic import ValidationError

from core.logging_config import configure_logging
from core.private_files import protect_files
from core.settings import ROOT, get_settings
from core.signing import WeakSecretError
from db import StoreUnavailableError, open_store
from db.training_jobs import LEASE_SECONDS, TrainingJob
from trainer.job_runner import TRAINING_MODULE, JobRunner

_SECONDS_BETWEEN_CLAIMS = 2.0

_log = logging.getLogger("trainer")


def main() -> int:
    """Run training jobs, one after the other, until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="python -m trainer",
        description="Runs the training jobs of the history that the settings name.",
        epilog="Further options are passed on to the training.",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=ROOT / "var" / "training" / "jobs",
        help="folder for the files of running jobs (default: var/training/jobs)",
    )
    parser.add_argument(
        "--lease-seconds",
        type=int,
        default=LEASE_SECONDS,
        help="seconds after which another trainer may take the job of one that died "
        f"(default: {LEASE_SECONDS})",
    )
    parser.add_argument("--module", default=TRAINING_MODULE, help=argparse.SUPPRESS)  # for tests
    options, training_options = parser.parse_known_args()
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    try:
        settings = get_settings()
        configure_logging(settings)
        protect_files(settings)
        store = open_store(settings)
    except (ValidationError, WeakSecretError) as error:
        print(error, file=sys.stderr)
        return 1
    runner = JobRunner(
        store,
        settings,
        _unique_name(),
        options.folder,
        stop,
        options.lease_seconds,
        options.module,
        training_options,
    )
    print("The trainer waits for jobs. Ctrl-C stops it.", flush=True)
    try:
        _run_jobs(runner)
    finally:
        store.close()
    return 0


def _run_jobs(runner: JobRunner) -> None:
    while not runner.stop.is_set():
        job = _claim(runner)
        if job is None:
            runner.stop.wait(_SECONDS_BETWEEN_CLAIMS)
        else:
            runner.run(job)


def _claim(runner: JobRunner) -> TrainingJob | None:
    try:
        return runner.store.training_jobs.claim(runner.holder, runner.lease_seconds)
    except StoreUnavailableError as error:
        _log.warning("%s", error)
        return None


def _unique_name() -> str:
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"


if __name__ == "__main__":
    sys.exit(main())
