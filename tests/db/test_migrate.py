"""Copy a history between stores; the commands of `python -m db`."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.settings import ROOT, Settings
from db import Filters, PredictionRecord, Store, open_store
from db.__main__ import cassandra_settings
from db.migrate import migrate
from tests.cassandra_fixture import RunningCassandra
from tests.db.conftest import wait_until_reachable
from tests.db.records import make_id, make_record
from tools.dev_server import free_port

START = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)


def fill(store: Store, count: int) -> list[PredictionRecord]:
    """Save predictions, label some, and return them newest first."""
    for number in range(count):
        record = make_record(
            str(number),
            id=make_id(START + number * timedelta(minutes=1)),
            owner="ada" if number % 2 else None,
        )
        store.save(record)
        if number % 5 == 0:
            store.label(record.id, "8", by="ada")
    return list(store.export())


def test_a_copy_to_cassandra_and_back_changes_nothing(
    cassandra: RunningCassandra, tmp_path: Path
) -> None:
    settings = cassandra.settings(tmp_path)
    source = open_store(settings.model_copy(update={"history": "sqlite"}))
    target = open_store(settings)
    back = open_store(Settings(history="sqlite", history_file=tmp_path / "back.sqlite3"))
    wait_until_reachable(target)
    records = fill(source, 450)
    assert migrate(source, target, tmp_path / "copy") == 450
    assert list(target.export()) == records
    assert target.summary() == source.summary()
    assert [item.label for item in target.page(5, filters=Filters(wrong=True)).items] == ["8"] * 5
    assert migrate(target, back, tmp_path / "back") == 450
    assert list(back.export()) == records
    for store in (source, target, back):
        store.close()


class InterruptedCopyError(Exception):
    """Interrupts a copy."""


def test_an_interrupted_copy_resumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = open_store(Settings(history="sqlite", history_file=tmp_path / "source.sqlite3"))
    target = open_store(Settings(history="sqlite", history_file=tmp_path / "target.sqlite3"))
    fill(source, 700)
    restore = target.restore
    batches: list[int] = []

    def restore_two_batches(predictions: list[PredictionRecord]) -> None:
        if len(batches) == 2:
            raise InterruptedCopyError
        batches.append(len(predictions))
        restore(predictions)

    monkeypatch.setattr(target, "restore", restore_two_batches)
    with pytest.raises(InterruptedCopyError):
        migrate(source, target, tmp_path / "state")
    monkeypatch.undo()
    missing = len(list(source.export())) - len(list(target.export()))
    source.save(make_record("99"))
    before = target.page(1).items[0]

    def restore_and_count(predictions: list[PredictionRecord]) -> None:
        batches.append(len(predictions))
        restore(predictions)

    monkeypatch.setattr(target, "restore", restore_and_count)
    migrate(source, target, tmp_path / "state")
    assert sum(batches[2:]) <= missing + 2, "predictions were copied twice"
    assert list(target.export()) == list(source.export())
    assert (target.page(1).items[0], before.id) == (source.page(1).items[0], before.id)
    assert not (tmp_path / "state").exists()
    source.close()
    target.close()


def run(*arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command, with settings as environment variables."""
    command = [sys.executable, "-m", "db", *map(str, arguments)]
    environment = os.environ | settings
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_copy_and_delete_from_the_command_line(cassandra: RunningCassandra, tmp_path: Path) -> None:
    assert "copy" in run().stdout
    assert "delete" in run("--help").stdout
    file = tmp_path / "history.sqlite3"
    store = open_store(Settings(history="sqlite", history_file=file))
    fill(store, 30)
    store.close()
    settings = cassandra.settings(tmp_path)
    url = f"cassandra://{','.join(cassandra.contact_points)}:{cassandra.port}"
    url += f"/{settings.cassandra_keyspace}"
    copied = run("copy", file, url)
    assert copied.stdout == f"Copied 30 predictions to {url}.\n", copied.stderr
    deleted = run("delete", "--owner", "ada", "--history", url, "--yes")
    assert deleted.stdout == "Deleted 15 predictions.\n", deleted.stderr
    target = open_store(settings)
    wait_until_reachable(target)
    assert {record.owner for record in target.export()} == {None}
    target.close()


def test_the_command_waiting_prints_the_length_of_the_outbox(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox.sqlite3"
    assert run("waiting", OUTBOX_FILE=str(outbox)).stdout == "0\n"
    nowhere = Settings(
        history="cassandra",
        cassandra_contact_points=("127.0.0.1",),
        cassandra_port=free_port(),
        outbox_file=outbox,
    )
    store = open_store(nowhere)
    for number in range(3):
        store.save(make_record(str(number)))
    store.close()
    assert run("waiting", OUTBOX_FILE=str(outbox)).stdout == "3\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("copy", "no-such-file", "-"), "There is no history file no-such-file."),
        (("copy", "-", "-"), "FROM and TO name the same history."),
        (("copy", "README.md", "http://host/keyspace"), "http://host/keyspace is not a history"),
    ],
)
def test_a_mistake_is_explained_without_a_traceback(
    arguments: tuple[str, ...], sentence: str
) -> None:
    result = run(*arguments)
    assert result.returncode == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_a_url_contains_hosts_port_keyspace_and_user() -> None:
    assert cassandra_settings("cassandra://ada:p%40ss@one,two:9043/ink") == {
        "history": "cassandra",
        "cassandra_contact_points": "one,two",
        "cassandra_port": 9043,
        "cassandra_keyspace": "ink",
        "cassandra_username": "ada",
        "cassandra_password": "p@ss",
    }
