"""A full disk: deleting works, and makes room for new predictions."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest

from core.settings import ROOT, Settings
from db import PredictionRecord, Store, StoreUnavailableError, open_store
from tests.db.records import make_record

FULL = "is full; make room on it"


@pytest.fixture(params=["sqlite", "outbox"])
def settings(request: pytest.FixtureRequest, small_disk: Path, tmp_path: Path) -> Settings:
    """The settings of a store that writes to a small disk: a history, or an outbox alone."""
    settings = Settings(history="sqlite", history_file=small_disk / "history.sqlite3")
    if request.param == "sqlite":
        return settings
    return settings.model_copy(
        update={
            "history": "cassandra",
            "history_file": tmp_path / "history.sqlite3",
            "outbox_file": small_disk / "outbox.sqlite3",
            "cassandra_contact_points": ("127.0.0.1",),
            "cassandra_port": 1,
        }
    )


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A store on a small disk."""
    store = open_store(settings)
    yield store
    store.close()


def save_until_full(store: Store) -> list[PredictionRecord]:
    """Save predictions until the disk is full; return those that are stored."""
    saved: list[PredictionRecord] = []

    def save_all() -> None:
        while True:
            record = make_record(str(len(saved) % 10), owner=("ada", "bob")[len(saved) % 2])
            store.save(record)
            saved.append(record)

    with pytest.raises(StoreUnavailableError, match=FULL):
        save_all()
    return saved


def all_ids(store: Store) -> list[UUID]:
    """Return every id, newest first; pages without Cassandra are not complete."""
    ids: list[UUID] = []
    cursor = None
    while True:
        page = store.page(500, cursor)
        ids += [item.id for item in page.items]
        cursor = page.next
        if cursor is None:
            return ids


def fill_disk(folder: Path) -> None:
    """Write another file that takes up all space that is left."""
    with suppress(OSError), (folder / "ballast").open("ab", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_on_a_full_disk_predictions_are_deleted_and_others_saved_in_their_place(
    store: Store, small_disk: Path
) -> None:
    """Ten times: the space for deletions does not run out."""
    saved = save_until_full(store)
    for _ in range(10):
        fill_disk(small_disk)
        saved += save_until_full(store)
        assert not store.health().accepting
        for record in saved[:20]:
            assert store.delete(record.id)
        del saved[:20]
        assert store.health().accepting
        for number in range(5):
            record = make_record(str(number))
            store.save(record)
            saved.append(record)
        assert all_ids(store) == [record.id for record in reversed(saved)]
    for record in saved:
        assert store.delete(record.id)
    assert all_ids(store) == []


def test_a_deletion_does_not_hide_that_saves_still_fail(store: Store, small_disk: Path) -> None:
    saved = save_until_full(store)
    fill_disk(small_disk)
    large = make_record("8" * 300)
    with pytest.raises(StoreUnavailableError, match=FULL):
        store.save(large)
    assert store.delete(saved[0].id)
    assert FULL in (store.health().detail or "")
    assert not store.health().accepting
    with pytest.raises(StoreUnavailableError, match=FULL):
        store.save(large)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_on_a_full_disk_all_predictions_of_an_owner_are_deleted(
    store: Store, small_disk: Path
) -> None:
    saved = save_until_full(store) + save_until_full(store)
    fill_disk(small_disk)
    others = [record.id for record in reversed(saved) if record.owner == "bob"]
    assert store.delete_owner("ada") == len(saved) - len(others)
    assert all_ids(store) == others


_SAVE_UNTIL_FULL_AND_DIE = """
import os, signal, sys
from pathlib import Path
from core.settings import Settings
from db import StoreUnavailableError, open_store
from tests.db.records import make_record
from tests.db.test_full_disk import fill_disk
settings = Settings.model_validate_json(sys.argv[1])
store = open_store(settings)
try:
    while True:
        store.save(make_record("7"))
except StoreUnavailableError:
    pass
fill_disk(Path(sys.argv[2]))
if sys.argv[3] == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
store.close()
fill_disk(Path(sys.argv[2]))
"""


@pytest.mark.parametrize("end", ["kill", "close"])
def test_after_a_restart_on_a_full_disk_predictions_are_read_and_deleted(
    settings: Settings, small_disk: Path, end: str
) -> None:
    arguments = [settings.model_dump_json(), str(small_disk), end]
    subprocess.run([sys.executable, "-c", _SAVE_UNTIL_FULL_AND_DIE, *arguments], cwd=ROOT)
    store = open_store(settings)
    ids = all_ids(store)
    assert len(ids) > 50
    assert all(store.delete(id) for id in ids[:40])
    record = make_record("7")
    store.save(record)
    assert all_ids(store) == [record.id, *ids[40:]]
    store.close()
