"""Ask for trainings of the network."""

from db.model_registry import is_version_name
from db.training_jobs import InvalidJobError, JobKind, TrainingJob
from services.predictions import PredictionService


def submit_training(
    service: PredictionService, kind: JobKind, parent: str | None, by: str | None
) -> TrainingJob:
    """Add a training to the queue and return it.

    parent: the version to fine-tune, None for the one that is served. Raises InvalidJobError
    if there is none, or if a training from random weights has a parent, and TooManyJobsError if too
    many jobs wait.
    """
    if kind == "fine_tune":
        parent = parent or service.recognizer.version
        if not has_weights(service, parent):
            raise InvalidJobError("There is no version with this name to start from.")
    return service.store.training_jobs.submit(kind, parent, by)


def has_weights(service: PredictionService, version: str) -> bool:
    """Return whether a training can start from a version: its weights must be known."""
    committed = service.committed_recognizer.version
    if version == committed:
        return True
    return is_version_name(version) and service.store.models.weights(version) is not None
