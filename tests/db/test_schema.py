"""The tables in Cassandra, and the settings that shape them."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cassandra.cluster import Session

from core.settings import Settings
from db import Filters, Store, open_store
from db.cassandra.schema import read_steps
from tests.cassandra_fixture import RunningCassandra
from tests.db.conftest import await_reachable
from tests.db.records import a_reading, id_of, ids_of


def open_all(settings: list[Settings]) -> list[Store]:
    histories = [open_store(one) for one in settings]
    for history in histories:
        await_reachable(history)
    return histories


def test_replicas_that_start_at_once_agree_on_one_schema(
    cassandra: RunningCassandra, own_session: Session, tmp_path: Path
) -> None:
    settings = cassandra.settings(tmp_path)
    keyspace = settings.cassandra_keyspace
    histories = open_all(
        [
            settings.model_copy(update={"outbox_file": tmp_path / f"outbox-{number}.sqlite3"})
            for number in range(5)
        ]
    )
    readings = [a_reading(str(number), embedding=()) for number in range(5)]
    for history, reading in zip(histories, readings, strict=True):
        history.save(reading)
    assert all(history.flush(20) for history in histories)
    for history in histories:
        assert [item.id for item in history.page().items] == [r.id for r in reversed(readings)]
        history.close()
    tables = own_session.execute(
        "SELECT table_name FROM system_schema.tables WHERE keyspace_name = %s", (keyspace,)
    )
    expected = {"predictions", "buckets", "bucket_tallies", "day_tallies", "layout"}
    assert {row.table_name for row in tables} == expected
    layout = dict(own_session.execute(f"SELECT name, value FROM {keyspace}.layout"))
    assert layout == {"version": str(len(read_steps())), "bucket_minutes": "60", "similar": "on"}
    own_session.execute(f"DROP KEYSPACE {keyspace}")


def test_the_settings_shape_the_tables(
    cassandra: RunningCassandra, own_session: Session, tmp_path: Path
) -> None:
    """Bucket width, shards, retention, replication and the vector index are as they were set."""
    settings = cassandra.settings(
        tmp_path,
        history_bucket_minutes=20,
        history_shards=3,
        history_retention_days=2,
        history_similar=False,
        cassandra_replication=1,
        cassandra_consistency="ONE",
    )
    keyspace = settings.cassandra_keyspace
    history = open_store(settings)
    await_reachable(history)
    now = datetime.now(UTC)
    ages = [timedelta(minutes=10 * number) for number in range(12)]
    readings = [a_reading(str(number), id=id_of(now - age)) for number, age in enumerate(ages)]
    for reading in readings:
        history.save(reading)
    past = a_reading("9", id=id_of(now - timedelta(days=3)))
    history.save(past)
    assert past.id not in {item.id for item in history.page().items}, "nor shown while it waits"
    assert history.flush(20)

    rows = list(
        own_session.execute(
            f"SELECT bucket, shard, id, ttl(text) AS ttl FROM {keyspace}.predictions"
        )
    )
    assert len(rows) == len(readings), "what is past its retention is not kept"
    assert {row.bucket.minute % 20 for row in rows} == {0}
    assert {row.shard for row in rows} <= {0, 1, 2}
    two_days = timedelta(days=2).total_seconds()
    oldest = next(row for row in rows if row.id == readings[-1].id)
    assert oldest.ttl == pytest.approx(two_days - ages[-1].total_seconds(), abs=60)
    assert [item.id for item in history.page().items] == [reading.id for reading in readings]
    assert history.label(readings[-1].id, "7") is not None
    assert history.flush(20)
    query = f"SELECT ttl(label) AS ttl, id FROM {keyspace}.predictions"
    label_ttl = next(row.ttl for row in own_session.execute(query) if row.id == readings[-1].id)
    assert label_ttl == pytest.approx(oldest.ttl, abs=60), "a label that outlives its row is a husk"
    assert history.similar(readings[0].id) == []
    indexes = own_session.execute(
        "SELECT index_name FROM system_schema.indexes WHERE keyspace_name = %s", (keyspace,)
    )
    assert "predictions_by_embedding" not in {row.index_name for row in indexes}
    (replication,) = own_session.execute(
        "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = %s", (keyspace,)
    ).one()
    assert replication["datacenter1"] == "1"
    history.close()

    # Another width, other shards: the keyspace keeps its width, new buckets get the shards.
    other = open_store(
        settings.model_copy(update={"history_bucket_minutes": 60, "history_shards": 5})
    )
    await_reachable(other)
    assert [item.id for item in other.page().items] == [reading.id for reading in readings]
    earlier = [
        a_reading(str(number), id=id_of(now - timedelta(hours=9, seconds=number)))
        for number in range(40)
    ]
    for reading in earlier:
        other.save(reading)
    assert other.flush(20)
    shards = own_session.execute(f"SELECT bucket, shards FROM {keyspace}.buckets")
    assert {row.shards for row in shards} == {3, 5}
    assert len(other.page(100).items) == len(readings) + len(earlier)
    assert all(other.get(reading.id) == reading for reading in (*readings[:-1], *earlier))
    other.close()
    own_session.execute(f"DROP KEYSPACE {keyspace}")


def test_a_bucket_has_as_many_shards_as_the_busiest_before_it_needed(
    cassandra: RunningCassandra,
    own_session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One in the first; three in those after 25 readings where one is enough for ten."""
    monkeypatch.setattr("db.cassandra.bucket_registry.ROWS_A_SHARD", 10)
    settings = cassandra.settings(tmp_path, history_shards=None)
    history = open_store(settings)
    await_reachable(history)
    half_past = datetime.now(UTC).replace(minute=30)
    hours = [half_past - timedelta(hours=number) for number in (4, 3, 2)]
    readings = [
        a_reading("7", id=id_of(hour - timedelta(milliseconds=number)), embedding=())
        for hour, count in zip(hours, (25, 1, 4), strict=True)
        for number in range(count)
    ]
    for reading in readings:
        history.save(reading)
        if reading is readings[24]:
            assert history.flush(20)
    assert history.flush(20)
    rows = own_session.execute(f"SELECT bucket, shards FROM {settings.cassandra_keyspace}.buckets")
    assert [shards for _, shards in sorted(rows)] == [1, 3, 3]
    newest_first = sorted(readings, key=lambda reading: reading.id.time, reverse=True)
    assert ids_of(history) == [reading.id for reading in newest_first]
    history.close()


def test_no_tombstone_is_written_for_what_is_left_out(
    cassandra: RunningCassandra, own_session: Session, tmp_path: Path
) -> None:
    settings = cassandra.settings(tmp_path)
    history = open_store(settings)
    await_reachable(history)
    history.save(a_reading("", digits=(), embedding=(), owner=None))
    assert history.flush(20)
    (row,) = own_session.execute(
        "SELECT writetime(owner) AS owner, writetime(label) AS label, writetime(text) AS text "
        f"FROM {settings.cassandra_keyspace}.predictions"
    )
    assert (row.owner, row.label) == (None, None)
    assert row.text is not None
    history.close()


def test_one_drawing_is_one_row_however_many_strokes_it_takes(
    cassandra: RunningCassandra, own_session: Session, tmp_path: Path
) -> None:
    settings = cassandra.settings(tmp_path)
    history = open_store(settings)
    await_reachable(history)
    first = a_reading("1")

    def draw(stroke: int) -> None:
        history.save(replace(a_reading("1" * (1 + stroke % 3)), id=first.id))

    threads = [threading.Thread(target=draw, args=(stroke,)) for stroke in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    history.save(replace(first, text="7"))
    assert history.flush(20)
    rows = list(own_session.execute(f"SELECT text FROM {settings.cassandra_keyspace}.predictions"))
    assert [row.text for row in rows] == ["7"]
    assert len(history.page(filters=Filters(text="7")).items) == 1
    history.close()


def test_no_query_filters_or_skips() -> None:
    """No ALLOW FILTERING and no OFFSET anywhere in the queries."""
    for file in Path("db").glob("*.py"):
        text = file.read_text(encoding="utf-8").upper()
        assert "ALLOW FILTERING" not in text
        assert " OFFSET " not in text.replace("NEVER BY OFFSET", "")
