"""What a training reads from the store, and the candidate that it adds to the model registry."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from core.settings import Settings
from db import Store
from db.model_registry import DamagedFileError, ModelFigure, ModelRegistry, ModelVersion
from db.training_jobs import TrainingJob
from model.network import NETWORK_FILE
from services.labelled_glyphs import labelled_glyphs
from services.model_comparison import pack_comparison
from services.models import noise_of

_log = logging.getLogger(__name__)

MIN_CORRECTIONS = 10
_SIDE = 28  # pixels of a glyph


class CannotPrepareError(Exception):
    """The job cannot be run; the message says why."""


def prepare(
    store: Store,
    settings: Settings,
    job: TrainingJob,
    folder: Path,
    renew_lease: Callable[[], None],
) -> None:
    """Write what the training reads into its folder, unless an interrupted run has done so.

    The corrections of the first run count, so that a job that is resumed learns from the same.
    renew_lease: called for every correction. Raises CannotPrepareError.
    """
    if (folder / "job.json").is_file():
        return
    parent_weights = None if job.parent is None else _weights(store.models, job.parent)
    glyphs, values, ids, digits = bytearray(), [], [], []
    for labelled in labelled_glyphs(store, settings, with_nondigits=True):
        renew_lease()
        glyphs += labelled.glyph
        values.append(labelled.value)
        ids.append(str(labelled.id))
        digits.append(labelled.index)
    if job.kind == "fine_tune" and len(values) < MIN_CORRECTIONS:
        raise CannotPrepareError(
            f"There are {len(values)} labelled digits by reviewers, too few to learn from; label "
            f"at least {MIN_CORRECTIONS}."
        )
    np.savez_compressed(
        folder / "corrections.npz",
        x_train=np.frombuffer(bytes(glyphs), np.uint8).reshape(len(values), _SIDE, _SIDE),
        y_train=np.array(values, np.int64),
        prediction_ids=np.array(ids, str),
        digit_indices=np.array(digits, np.int64),
    )
    network, metadata = _served(store.models)
    (folder / "served.tflite").write_bytes(network)
    (folder / "served.json").write_text(json.dumps(metadata))
    if parent_weights is not None:
        (folder / "parent.npz").write_bytes(parent_weights)
    data = {"corrections": len(values), "predictions": list(dict.fromkeys(ids))}
    (folder / "job.json").write_text(json.dumps(data))


def add_candidate(models: ModelRegistry, job: TrainingJob, folder: Path) -> str:
    """Add the trained network to the registry and return its version.

    Adding it twice, as after a kill in between, does no harm. It is never served by itself.
    """
    metadata = json.loads((folder / "network.json").read_text())
    learnt = json.loads((folder / "job.json").read_text())
    figures = json.loads((folder / "figures.json").read_text())
    model = ModelVersion(
        version=str(metadata["version"]),
        created=datetime.now(UTC),
        metadata=metadata,
        parent=job.parent,
        by=job.by,
        note=f"job {job.id}",
        corrections=learnt["corrections"],
        predictions=tuple(learnt["predictions"]),
        figures=to_figures(figures),
    )
    weights = (folder / "network.npz").read_bytes()
    comparison = folder / "comparison.json"
    if comparison.is_file():  # not where an older version has done the comparing
        content = pack_comparison(json.loads(comparison.read_text()))
        models.save_comparison(model.version, content)
    models.add(model, (folder / "network.tflite").read_bytes(), weights)
    return model.version


def to_figures(counts: Mapping[str, Mapping[str, int]]) -> tuple[ModelFigure, ...]:
    """Return the figures of counts by set, as of model.training.standard_sets.count_changes."""
    return tuple(
        ModelFigure(
            name,
            count["samples"],
            count["before"],
            count["after"],
            noise_of(count["won"], count["lost"]),
        )
        for name, count in counts.items()
    )


def _weights(models: ModelRegistry, version: str) -> bytes:
    """Return the weights to start from. Raises CannotPrepareError if there are none."""
    if version == _committed_metadata()["version"]:
        return (NETWORK_FILE.parent / "training" / "network.npz").read_bytes()
    try:
        weights = models.weights(version)
    except DamagedFileError as error:
        raise CannotPrepareError(f"{error} Start from another version.") from error
    if weights is None:
        raise CannotPrepareError(f"There is no version {version} to start from any more.")
    return weights


def _served(models: ModelRegistry) -> tuple[bytes, dict[str, Any]]:
    """Return the network that is served, to which the new one is compared, and its metadata."""
    for adoption in models.adoptions(1):
        try:
            model, network = models.get(adoption.version), models.network(adoption.version)
        except DamagedFileError as error:  # no server serves it
            _log.warning("%s", error)
            break
        if model is not None and network is not None:
            return network, model.metadata
    return NETWORK_FILE.read_bytes(), _committed_metadata()


def _committed_metadata() -> dict[str, Any]:
    metadata: dict[str, Any] = json.loads(NETWORK_FILE.with_suffix(".json").read_text())
    return metadata
