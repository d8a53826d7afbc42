"""Copy a history from one store to another; an interrupted copy resumes where it stopped."""

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

_BATCH_SIZE = 200


@dataclass(slots=True)
class _Progress:
    """The state of a copy: all between the times `reached` and `newest` has been copied."""

    newest: str
    reached: str
    copied: int


def migrate(source: Store, target: Store, state: Path) -> int:
    """Copy all predictions, newest first, then those saved since the start; return how many.

    state: a file with the progress, from which an interrupted copy resumes; removed at the end.
    Copying a prediction twice does no harm.
    """
    progress = _read(state)
    if progress is None:
        now = datetime.now(UTC).isoformat()
        progress = _Progress(newest=now, reached=now, copied=0)
    show_progress = progress_bar("predictions", source.summary().total)
    started = datetime.fromisoformat(progress.newest)
    # One microsecond more: the last batch may have ended between predictions of the same moment.
    until = datetime.fromisoformat(progress.reached) + timedelta(microseconds=1)
    for batch in _batches(source.export(Filters(until=until))):
        target.restore(batch)
        progress.copied += len(batch)
        progress.reached = batch[-1].created.isoformat()
        state.parent.mkdir(parents=True, exist_ok=True)
        state.write_text(json.dumps(asdict(progress)))
        show_progress(progress.copied)
    for batch in _batches(source.export(Filters(since=started))):
        target.restore(batch)
        progress.copied += len(batch)
        show_progress(progress.copied)
    state.unlink(missing_ok=True)
    return progress.copied


def state_file(folder: Path, source: str, target: str) -> Path:
    """Return the file in `folder` that holds the progress of a copy between these two."""
    digest = hashlib.sha256(f"{source}\0{target}".encode()).hexdigest()[:12]
    return folder / f"copy-{digest}.json"


def _read(state: Path) -> _Progress | None:
    if not state.exists():
        return None
    return _Progress(**json.loads(state.read_text()))


def _batches(predictions: Iterator[PredictionRecord]) -> Iterator[list[PredictionRecord]]:
    while batch := list(islice(predictions, _BATCH_SIZE)):
        yield batch
