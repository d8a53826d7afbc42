"""How often versions are right on stored drawings whose true value a reviewer has given."""

import time
from dataclasses import dataclass, replace
from itertools import islice

from core.settings import Settings
from db import Filters, Store
from services.access import is_trusted_label

MAX_DRAWINGS = 20_000
TIME_LIMIT = 2.0  # seconds
_BATCH = 200


@dataclass(frozen=True, slots=True)
class VersionAccuracy:
    """How often a version is right on the labelled drawings that it has predicted.

    right: of the version. stored_right: of the predictions that are stored for the same drawings.
    won, lost: drawings that only the version, or only the stored prediction, has right.
    """

    drawings: int = 0
    right: int = 0
    stored_right: int = 0
    won: int = 0
    lost: int = 0

    def plus(self, *, is_right: bool, was_right: bool) -> "VersionAccuracy":
        """Return the accuracy with one more drawing."""
        return replace(
            self,
            drawings=self.drawings + 1,
            right=self.right + is_right,
            stored_right=self.stored_right + was_right,
            won=self.won + (is_right and not was_right),
            lost=self.lost + (was_right and not is_right),
        )


def accuracy_of_versions(
    store: Store, settings: Settings
) -> tuple[dict[str, VersionAccuracy], bool]:
    """Return the accuracy of each version, and whether all labelled drawings were counted.

    Labels of visitors are left out. Counts the newest MAX_DRAWINGS, and stops after TIME_LIMIT.
    """
    deadline = time.monotonic() + TIME_LIMIT
    found: dict[str, VersionAccuracy] = {}
    records = store.export(Filters(labelled=True))
    for _ in range(MAX_DRAWINGS // _BATCH):
        batch = list(islice(records, _BATCH))
        labelled = [item for item in batch if is_trusted_label(item.labelled_by, settings)]
        known = store.version_predictions.find([item.id for item in labelled])
        for record in labelled:
            was_right = record.text == record.label
            for item in known.get(record.id, ()):
                so_far = found.get(item.version, VersionAccuracy())
                is_right = item.text == record.label
                found[item.version] = so_far.plus(is_right=is_right, was_right=was_right)
        if len(batch) < _BATCH:
            return found, True
        if time.monotonic() > deadline:
            break
    return found, False
