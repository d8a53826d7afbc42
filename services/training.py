"""Ask for what the trainer does: trainings, and predicting the history with a version."""

from db.model_registry import DamagedFileError, is_version_name
from db.training_jobs import InvalidJobError, JobKind, TrainingJob
from services.predictions import PredictionService


def submit_training(
    service: PredictionService, kind: JobKind, parent: str | None, by: str | None
) -> TrainingJob:
    """Add a job to the queue and return it.

    parent: the version to fine-tune or to predict with, None for the one that is served. Raises
    InvalidJobError if there is none, or if a training from random weights has a parent, and
    TooManyJobsError if too many jobs wait.
    """
    if kind != "train":
        parent = parent or service.recognizer.version
    if kind != "train" and not is_known(service, parent or ""):
        raise InvalidJobError("There is no version with this name.")
    if kind == "fine_tune" and not has_weights(service, parent or ""):
        raise InvalidJobError(
            f"There are no weights of {parent} to train further, because it was added as a file, "
            "or they are damaged: start from another version, such as "
            f"{service.committed_recognizer.version}."
        )
    return service.store.training_jobs.submit(kind, parent, by)


def has_weights(service: PredictionService, version: str) -> bool:
    """Return whether a training can start from a version: its weights must be known."""
    committed = service.committed_recognizer.version
    if version == committed:
        return True
    try:
        return is_version_name(version) and service.store.models.weights(version) is not None
    except DamagedFileError:
        return False


def is_known(service: PredictionService, version: str) -> bool:
    """Return whether there is a version with this name."""
    if version == service.committed_recognizer.version:
        return True
    return is_version_name(version) and service.store.models.get(version) is not None
