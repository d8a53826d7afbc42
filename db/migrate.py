"""Moving a history from one store to another; what was interrupted goes on where it stopped."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from db.progress import progress_bar
from db.records import PredictionRecord
from db.store import Filters, Store

_BATCH = 200


@dataclass(slots=True)
class _Progress:
    """How far a copy has come: all between `reached` and `newest` is over there."""

    newest: str
    reached: str
    copied: int


def migrate(source: Store, target: Store, state: Path) -> int:
    """Copy every prediction, newest first, and then those made meanwhile; how many in all.

    `state` is a file that remembers how far it came; it is removed at the end. Copying the same
    prediction twice does no harm.
    """
    progress = _read(state)
    if progress is None:
        now = datetime.now(UTC).isoformat()
        progress = _Progress(newest=now, reached=now, copied=0)
    tell = progress_bar("readings", source.summary().total)
    begun = datetime.fromisoformat(progress.newest)
    # One microsecond more: readings of the very same moment may have been cut apart.
    until = datetime.fromisoformat(progress.reached) + timedelta(microseconds=1)
    for batch in _batches(source.export(Filters(until=until))):
        target.restore(batch)
        progress.copied += len(batch)
        progress.reached = batch[-1].created.isoformat()
        state.parent.mkdir(parents=True, exist_ok=True)
        state.write_text(json.dumps(asdict(progress)))
        tell(progress.copied)
    for batch in _batches(source.export(Filters(since=begun))):
        target.restore(batch)
        progress.copied += len(batch)
        tell(progress.copied)
    state.unlink(missing_ok=True)
    return progress.copied


def state_file(folder: Path, source: str, target: str) -> Path:
    """The file in `folder` that remembers the copy from one name to the other."""
    digest = hashlib.sha256(f"{source}\0{target}".encode()).hexdigest()[:12]
    return folder / f"copy-{digest}.json"


def _read(state: Path) -> _Progress | None:
    if not state.exists():
        return None
    return _Progress(**json.loads(state.read_text()))


def _batches(predictions: Iterator[PredictionRecord]) -> Iterator[list[PredictionRecord]]:
    while batch := list(islice(predictions, _BATCH)):
        yield batch
