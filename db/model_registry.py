"""The interface of the model registry: the networks that there are, and which one is served.

The network in the repository is served until another one is adopted, and is added to the registry
then (services/models.py).
"""

import hashlib
import json
import re
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

MAX_FILE_BYTES = 8 * 2**20  # of a network, or of its weights
MAX_COMPARISON_BYTES = 2**20

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class DamagedFileError(Exception):
    """The file of a network is incomplete, or differs from what was added."""


@dataclass(frozen=True, slots=True)
class ModelFigure:
    """How often a network and the one that was served then are right on a set of examples.

    examples: in the set. before, after: right ones of the served network and of this one. noise:
    by how many right ones two equally good networks differ (1.96 standard deviations).
    """

    name: str
    examples: int
    before: int
    after: int
    noise: float

    @property
    def is_worse(self) -> bool:
        """Whether more is lost than chance explains."""
        return self.before - self.after > self.noise


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A network in the registry, without its files.

    metadata: what `Network.from_content` needs: version, temperature, thresholds. parent: the
    version from which it was trained, None for random weights or if unknown. by: name of the person
    who added it or requested its training. corrections: how many labelled digits it learnt from.
    predictions: ids of the predictions that these belong to.
    """

    version: str
    created: datetime
    metadata: dict[str, Any]
    parent: str | None = None
    by: str | None = None
    note: str | None = None
    corrections: int = 0
    predictions: tuple[str, ...] = ()
    figures: tuple[ModelFigure, ...] = ()


@dataclass(frozen=True, slots=True)
class Adoption:
    """A version was adopted: from then on it is served. by: name of the person, None if unknown."""

    at: datetime
    version: str
    by: str | None = field(default=None)


class ModelRegistry(ABC):
    """Stores networks and adoptions. Every method may be called from any thread.

    All methods raise StoreUnavailableError, with a sentence for the user, if the store cannot
    answer now.
    """

    @abstractmethod
    def add(self, model: ModelVersion, network: bytes, weights: bytes | None = None) -> None:
        """Add a network as a TensorFlow Lite file, and its weights to train further (.npz).

        Adding the same version again changes nothing. Raises ValueError for an invalid name or a
        file of more than MAX_FILE_BYTES.
        """

    @abstractmethod
    def versions(self) -> list[ModelVersion]:
        """Return all networks, the newest first."""

    @abstractmethod
    def get(self, version: str) -> ModelVersion | None:
        """Return a network, None if there is none with that name."""

    @abstractmethod
    def network(self, version: str) -> bytes | None:
        """Return the TensorFlow Lite file of a network, None if there is none.

        Raises DamagedFileError if its length or its checksum is not that of what was added.
        """

    @abstractmethod
    def weights(self, version: str) -> bytes | None:
        """Return the weights of a network, None if they are not known.

        Raises DamagedFileError as `network` does.
        """

    @abstractmethod
    def save_comparison(self, version: str, comparison: bytes) -> None:
        """Store how a network differs from the one that was served; replaces an earlier one.

        It is stored before the network is added, so that no network is shown without it. Raises
        ValueError for more than MAX_COMPARISON_BYTES.
        """

    @abstractmethod
    def comparison(self, version: str) -> bytes | None:
        """Return what was stored about a network that is in the registry, None if nothing was."""

    @abstractmethod
    def adopt(self, version: str, by: str | None) -> Adoption:
        """Record that a version is served from now on; the caller has checked that it exists."""

    @abstractmethod
    def adoptions(self, limit: int = 50) -> list[Adoption]:
        """Return the newest adoptions, the newest first."""


def is_version_name(text: str) -> bool:
    """Return whether this can be the name of a version."""
    return _VERSION.fullmatch(text) is not None


def require_valid(model: ModelVersion, *files: bytes | None) -> None:
    """Raise ValueError for a name or a file that the registry does not take."""
    if not is_version_name(model.version):
        raise ValueError(
            f"{model.version!r} is no name of a version: use up to 64 letters, digits, '.', '_' "
            "and '-'."
        )
    if model.metadata.get("version") != model.version:
        raise ValueError("The metadata of a network has another version than its name.")
    for content in files:
        if content is not None and len(content) > MAX_FILE_BYTES:
            raise ValueError(
                f"A file of a network has at most {MAX_FILE_BYTES // 2**20} MB, not "
                f"{len(content) / 2**20:.1f}."
            )


def require_valid_comparison(comparison: bytes) -> None:
    """Raise ValueError for a comparison that is too large."""
    if len(comparison) > MAX_COMPARISON_BYTES:
        raise ValueError(
            f"A comparison has at most {MAX_COMPARISON_BYTES} bytes, not {len(comparison)}."
        )


def pack_details(model: ModelVersion, network: bytes, weights: bytes | None) -> str:
    """Return what has no column of its own as JSON, with length and checksum of the files."""
    files = {"network": network} if weights is None else {"network": network, "weights": weights}
    return json.dumps(
        {
            "files": {
                name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                for name, content in files.items()
            },
            "metadata": model.metadata,
            "note": model.note,
            "corrections": model.corrections,
            "predictions": model.predictions,
            "figures": [asdict(figure) for figure in model.figures],
        },
        ensure_ascii=False,
    )


def check_file(
    version: str, name: Literal["network", "weights"], content: bytes | None, details: str
) -> bytes | None:
    """Return the content of a file as it was read. Raises DamagedFileError if it is damaged.

    details: as of `pack_details`; those of earlier releases have no checksums.
    """
    files = json.loads(details).get("files")
    if files is None:
        return content
    expected = files.get(name)
    if expected is None:
        return None
    found = b"" if content is None else content
    if len(found) != expected["bytes"]:
        raise DamagedFileError(
            f"The {name} of {version} has {len(found)} of {expected['bytes']} bytes."
        )
    if hashlib.sha256(found).hexdigest() != expected["sha256"]:
        raise DamagedFileError(f"The {name} of {version} has another checksum.")
    return found


def unpack_version(
    version: str, created: datetime, by: str | None, parent: str | None, details: str
) -> ModelVersion:
    """Return a network from the columns of its row."""
    values = json.loads(details)
    return ModelVersion(
        version=version,
        created=created.replace(tzinfo=UTC),
        metadata=values["metadata"],
        parent=parent,
        by=by,
        note=values["note"],
        corrections=values["corrections"],
        predictions=tuple(values["predictions"]),
        figures=tuple(ModelFigure(**figure) for figure in values["figures"]),
    )
