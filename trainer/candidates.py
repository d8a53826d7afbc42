"""What a training reads from the store, and the candidate that it adds to the model registry."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.settings import Settings
from db import Store
from db.training_jobs import TrainingJob
from model.network import NETWORK_FILE
from services.labelled_glyphs import labelled_glyphs

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
    served = json.loads(NETWORK_FILE.with_suffix(".json").read_text())["version"]
    if job.parent not in (None, served):
        raise CannotPrepareError(f"There is no version {job.parent} to start from any more.")
    glyphs, values, ids = bytearray(), [], []
    for labelled in labelled_glyphs(store, settings, with_nondigits=True):
        renew_lease()
        glyphs += labelled.glyph
        values.append(labelled.value)
        ids.append(str(labelled.id))
    if job.kind == "fine_tune" and len(values) < MIN_CORRECTIONS:
        raise CannotPrepareError(
            f"There are {len(values)} labelled digits by reviewers, too few to learn from; label "
            f"at least {MIN_CORRECTIONS}."
        )
    np.savez_compressed(
        folder / "corrections.npz",
        x_train=np.frombuffer(bytes(glyphs), np.uint8).reshape(len(values), _SIDE, _SIDE),
        y_train=np.array(values, np.int64),
    )
    for suffix in (".tflite", ".json"):
        shutil.copy(NETWORK_FILE.with_suffix(suffix), folder / f"served{suffix}")
    if job.parent is not None:
        shutil.copy(NETWORK_FILE.parent / "training" / "network.npz", folder / "parent.npz")
    data = {"corrections": len(values), "predictions": list(dict.fromkeys(ids))}
    (folder / "job.json").write_text(json.dumps(data))


def add_candidate(job: TrainingJob, folder: Path) -> str:
    """Move the trained network into the folder of candidates and return its version.

    Adding it twice, as after a kill in between, does no harm. It is never served by itself.
    """
    version = str(json.loads((folder / "network.json").read_text())["version"])
    target = folder.parent.parent / "candidates" / version
    target.mkdir(parents=True, exist_ok=True)
    for name in ("network.tflite", "network.json", "golden.npz", "network.npz", "figures.json"):
        if (folder / name).is_file():
            shutil.copy(folder / name, target / name)
    lineage = {
        "parent": job.parent,
        "job": str(job.id),
        **json.loads((folder / "job.json").read_text()),
    }
    (target / "lineage.json").write_text(json.dumps(lineage))
    return version
