"""Moving a history between the stores, and deleting from the command line."""

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
from tests.db.conftest import await_reachable
from tests.db.records import a_reading, id_of
from tools.dev_server import free_port

START = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)


def fill(history: Store, count: int) -> list[PredictionRecord]:
    """Readings, some labelled, newest first as the history gives them."""
    for number in range(count):
        reading = a_reading(
            str(number),
            id=id_of(START + number * timedelta(minutes=1)),
            owner="ada" if number % 2 else None,
        )
        history.save(reading)
        if number % 5 == 0:
            history.label(reading.id, "8", by="ada")
    return list(history.export())


def test_there_and_back_again(cassandra: RunningCassandra, tmp_path: Path) -> None:
    settings = cassandra.settings(tmp_path)
    here = open_store(settings.model_copy(update={"history": "sqlite"}))
    there = open_store(settings)
    back = open_store(Settings(history="sqlite", history_file=tmp_path / "back.sqlite3"))
    await_reachable(there)
    readings = fill(here, 450)
    assert migrate(here, there, tmp_path / "there") == 450
    assert list(there.export()) == readings
    assert there.summary() == here.summary()
    assert [item.label for item in there.page(5, filters=Filters(wrong=True)).items] == ["8"] * 5
    assert migrate(there, back, tmp_path / "back") == 450
    assert list(back.export()) == readings
    for history in (here, there, back):
        history.close()


class InterruptedCopyError(Exception):
    """Stands for whatever ends a copy half way."""


def test_what_was_interrupted_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = open_store(Settings(history="sqlite", history_file=tmp_path / "here.sqlite3"))
    there = open_store(Settings(history="sqlite", history_file=tmp_path / "there.sqlite3"))
    fill(here, 700)
    restore = there.restore
    batches: list[int] = []

    def restore_two_batches(predictions: list[PredictionRecord]) -> None:
        if len(batches) == 2:
            raise InterruptedCopyError
        batches.append(len(predictions))
        restore(predictions)

    monkeypatch.setattr(there, "restore", restore_two_batches)
    with pytest.raises(InterruptedCopyError):
        migrate(here, there, tmp_path / "state")
    monkeypatch.undo()
    missing = len(list(here.export())) - len(list(there.export()))
    meanwhile = a_reading("99")
    here.save(meanwhile)
    before = there.page(1).items[0]

    def restore_and_count(predictions: list[PredictionRecord]) -> None:
        batches.append(len(predictions))
        restore(predictions)

    monkeypatch.setattr(there, "restore", restore_and_count)
    migrate(here, there, tmp_path / "state")
    assert sum(batches[2:]) <= missing + 2, "what was copied already was copied again"
    assert list(there.export()) == list(here.export())
    assert (there.page(1).items[0], before.id) == (here.page(1).items[0], before.id)
    assert not (tmp_path / "state").exists()
    here.close()
    there.close()


def run(*arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    """What a person would type, with settings as environment variables."""
    command = [sys.executable, "-m", "db", *map(str, arguments)]
    environment = os.environ | settings
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_the_commands(cassandra: RunningCassandra, tmp_path: Path) -> None:
    assert "copy" in run().stdout
    assert "delete" in run("--help").stdout
    file = tmp_path / "history.sqlite3"
    history = open_store(Settings(history="sqlite", history_file=file))
    fill(history, 30)
    history.close()
    settings = cassandra.settings(tmp_path)
    url = f"cassandra://{','.join(cassandra.contact_points)}:{cassandra.port}"
    url += f"/{settings.cassandra_keyspace}"
    copied = run("copy", file, url)
    assert copied.stdout == f"30 readings are in {url}.\n", copied.stderr
    deleted = run("delete", "--owner", "ada", "--history", url, "--yes")
    assert deleted.stdout == "15 readings are forgotten.\n", deleted.stderr
    there = open_store(settings)
    await_reachable(there)
    assert {reading.owner for reading in there.export()} == {None}
    there.close()


def test_says_how_many_readings_wait(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox.sqlite3"
    assert run("waiting", OUTBOX_FILE=str(outbox)).stdout == "0\n"
    nowhere = Settings(
        history="cassandra",
        cassandra_contact_points=("127.0.0.1",),
        cassandra_port=free_port(),
        outbox_file=outbox,
    )
    history = open_store(nowhere)
    for number in range(3):
        history.save(a_reading(str(number)))
    history.close()
    assert run("waiting", OUTBOX_FILE=str(outbox)).stdout == "3\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("copy", "no-such-file", "-"), "There is no history file no-such-file."),
        (("copy", "-", "-"), "FROM and TO name the same history."),
        (("copy", "README.md", "http://host/keyspace"), "http://host/keyspace names no history"),
    ],
)
def test_a_mistake_is_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    answer = run(*arguments)
    assert answer.returncode == 1
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_url_names_hosts_port_keyspace_and_user() -> None:
    assert cassandra_settings("cassandra://ada:p%40ss@one,two:9043/ink") == {
        "history": "cassandra",
        "cassandra_contact_points": "one,two",
        "cassandra_port": 9043,
        "cassandra_keyspace": "ink",
        "cassandra_username": "ada",
        "cassandra_password": "p@ss",
    }
