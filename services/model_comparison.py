"""How a network differs from the one that was served when it was trained."""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from db import Store
from db.model_registry import ModelFigure, is_version_name
from model import Recognizer
from services.models import UnknownModelError, noise_of

Outcome = Literal["fixed", "broken", "both_wrong"]


@dataclass(frozen=True, slots=True)
class ComparedNetwork:
    """microseconds: that it takes for a digit; both networks were measured in turns."""

    version: str
    microseconds: float
    bytes: int


@dataclass(frozen=True, slots=True)
class ComparedSet:
    """A set of examples. won, lost: right ones of only the candidate, of only the served one."""

    figure: ModelFigure
    won: int
    lost: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often a true digit is read as another by each network; "?" is a symbol that is none."""

    true: str
    read: str
    served: int
    candidate: int


@dataclass(frozen=True, slots=True)
class ComparedDrawing:
    """A drawing that the networks read differently.

    id: of the stored prediction, None for an example of a standard set. digit: its index in that
    prediction. confidence: the lower one of the two networks'. picture: a square of bytes, light
    on dark.
    """

    set: str
    id: UUID | None
    digit: int
    label: str
    served: str
    candidate: str
    confidence: float
    outcome: Outcome
    picture: bytes


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """What changes from the served network to the candidate.

    confusions: on the held-out corrections, and on all standard sets together. outcomes: how many
    drawings there are of each; `drawings` are some of them. missing: drawings that were deleted or
    changed since.
    """

    served: ComparedNetwork
    candidate: ComparedNetwork
    sets: tuple[ComparedSet, ...]
    corrections: tuple[Confusion, ...]
    standard: tuple[Confusion, ...]
    outcomes: Mapping[Outcome, int]
    drawings: tuple[ComparedDrawing, ...]
    missing: int


def pack_comparison(values: Mapping[str, Any]) -> bytes:
    """Return what a training has compared (model/training/served_comparison.py) for the registry.

    It holds at most 60 pictures, half a megabyte before it is compressed.
    """
    return zlib.compress(json.dumps(values, ensure_ascii=False).encode())


def find_comparison(store: Store, committed: Recognizer, version: str) -> ModelComparison | None:
    """Return how a network differs from the one that was served when it was trained.

    None if it was added without a comparison, as the network in the repository is. Raises
    UnknownModelError, StoreUnavailableError.
    """
    if version == committed.version:
        return None
    if not is_version_name(version) or store.models.get(version) is None:
        raise UnknownModelError(version)
    content = store.models.comparison(version)
    if content is None:
        return None
    values = json.loads(zlib.decompress(content))
    drawings = [_drawing_of(store, item) for item in values["drawings"]]
    found = tuple(drawing for drawing in drawings if drawing is not None)
    return ModelComparison(
        served=ComparedNetwork(**values["served"]),
        candidate=ComparedNetwork(**values["candidate"]),
        sets=tuple(map(_set_of, values["sets"])),
        corrections=_confusions_of(values["confusions"]["corrections"]),
        standard=_confusions_of(values["confusions"]["standard"]),
        outcomes=values["outcomes"],
        drawings=found,
        missing=len(drawings) - len(found),
    )


def _set_of(values: Mapping[str, Any]) -> ComparedSet:
    won, lost = values["won"], values["lost"]
    figure = ModelFigure(
        values["name"], values["samples"], values["before"], values["after"], noise_of(won, lost)
    )
    return ComparedSet(figure, won, lost)


def _confusions_of(rows: Iterable[tuple[str, str, int, int]]) -> tuple[Confusion, ...]:
    return tuple(Confusion(*row) for row in rows)


def _drawing_of(store: Store, values: Mapping[str, Any]) -> ComparedDrawing | None:
    """Return a drawing with its picture, None if it was deleted or changed."""
    id = UUID(values["id"]) if "id" in values else None
    digit = values.get("digit", 0)
    if id is None:
        picture = b64decode(values["picture"]) if "picture" in values else None
    else:
        record = store.get(id)
        glyphs = [] if record is None else [item.glyph for item in record.digits]
        picture = glyphs[digit] if digit < len(glyphs) else None
        if picture is not None and zlib.crc32(picture) != values["checksum"]:
            picture = None
    if picture is None:
        return None
    names = ("set", "label", "served", "candidate", "confidence", "outcome")
    return ComparedDrawing(
        id=id, digit=digit, picture=picture, **{name: values[name] for name in names}
    )


def encode_picture(drawing: ComparedDrawing) -> str:
    """Return the picture in base64."""
    return b64encode(drawing.picture).decode()
