"""The tables in Cassandra and the settings that apply to them."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cassandra.cluster import Session

from core.settings import ROOT, Settings
from db import Filters, Store, open_store
from db.cassandra.schema import read_steps
from tests.cassandra_fixture import RunningCassandra
from tests.db.conftest import wait_until_reachable
from tests.db.records import all_ids, make_id, make_record


def open_all(settings: list[Settings]) -> list[Store]:
    stores = [open_store(each) for each in settings]
    for store in stores:
        wait_until_reachable(store)
    return stores


def test_replicas_that_start_at_once_create_one_schema(
    cassandra: RunningCassandra, cql: Session, tmp_path: Path
) -> None:
    settings = cassandra.settings(tmp_path)
    keyspace = settings.cassandra_keyspace
    stores = open_all(
        [
            settings.model_copy(update={"outbox_file": tmp_path / f"outbox-{number}.sqlite3"})
            for number in range(5)
        ]
    )
    records = [make_record(str(number), embedding=()) for number in range(5)]
    for store, record in zip(stores, records, strict=True):
        store.save(record)
    assert all(store.flush(20) for store in stores)
    for store in stores:
        assert [item.id for item in store.page().items] == [r.id for r in reversed(records)]
        store.close()
    tables = cql.execute(
        "SELECT table_name FROM system_schema.tables WHERE keyspace_name = %s", (keyspace,)
    )
    expected = {"predictions", "buckets", "bucket_tallies", "day_tallies", "layout"}
    expected |= {"training_jobs", "model_versions", "model_files", "model_adoptions"}
    expected |= {"numbered_adoptions"}
    expected |= {"version_predictions", "differing_predictions", "shadow"}
    assert {row.table_name for row in tables} == expected
    layout = dict(cql.execute(f"SELECT name, value FROM {keyspace}.layout"))
    assert layout == {"version": str(len(read_steps())), "bucket_minutes": "60", "similar": "on"}
    cql.execute(f"DROP KEYSPACE {keyspace}")


def test_settings_apply_to_the_tables(
    cassandra: RunningCassandra, cql: Session, tmp_path: Path
) -> None:
    """Bucket width, shards, retention, replication and the vector index."""
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
    store = open_store(settings)
    wait_until_reachable(store)
    now = datetime.now(UTC)
    ages = [timedelta(minutes=10 * number) for number in range(12)]
    records = [make_record(str(number), id=make_id(now - age)) for number, age in enumerate(ages)]
    for record in records:
        store.save(record)
    past = make_record("9", id=make_id(now - timedelta(days=3)))
    store.save(past)
    assert past.id not in {item.id for item in store.page().items}, (
        "must not be shown while it is queued"
    )
    assert store.flush(20)

    rows = list(
        cql.execute(f"SELECT bucket, shard, id, ttl(text) AS ttl FROM {keyspace}.predictions")
    )
    assert len(rows) == len(records), "predictions older than the retention are not stored"
    assert {row.bucket.minute % 20 for row in rows} == {0}
    assert {row.shard for row in rows} <= {0, 1, 2}
    two_days = timedelta(days=2).total_seconds()
    oldest = next(row for row in rows if row.id == records[-1].id)
    assert oldest.ttl == pytest.approx(two_days - ages[-1].total_seconds(), abs=60)
    assert [item.id for item in store.page().items] == [record.id for record in records]
    assert store.label(records[-1].id, "7") is not None
    assert store.flush(20)
    query = f"SELECT ttl(label) AS ttl, id FROM {keyspace}.predictions"
    label_ttl = next(row.ttl for row in cql.execute(query) if row.id == records[-1].id)
    assert label_ttl == pytest.approx(oldest.ttl, abs=60), "a label must not outlive its row"
    assert store.similar(records[0].id) == []
    indexes = cql.execute(
        "SELECT index_name FROM system_schema.indexes WHERE keyspace_name = %s", (keyspace,)
    )
    assert "predictions_by_embedding" not in {row.index_name for row in indexes}
    (replication,) = cql.execute(
        "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = %s", (keyspace,)
    ).one()
    assert replication["datacenter1"] == "1"
    store.close()

    # With other settings the keyspace keeps its bucket width, and new buckets get the new shards.
    other = open_store(
        settings.model_copy(update={"history_bucket_minutes": 60, "history_shards": 5})
    )
    wait_until_reachable(other)
    assert [item.id for item in other.page().items] == [record.id for record in records]
    earlier = [
        make_record(str(number), id=make_id(now - timedelta(hours=9, seconds=number)))
        for number in range(40)
    ]
    for record in earlier:
        other.save(record)
    assert other.flush(20)
    shards = cql.execute(f"SELECT bucket, shards FROM {keyspace}.buckets")
    assert {row.shards for row in shards} == {3, 5}
    assert len(other.page(100).items) == len(records) + len(earlier)
    assert all(other.get(record.id) == record for record in (*records[:-1], *earlier))
    other.close()
    cql.execute(f"DROP KEYSPACE {keyspace}")


def test_a_bucket_has_as_many_shards_as_the_busiest_one_before_needed(
    cassandra: RunningCassandra,
    cql: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One in the first bucket; three after a bucket with 25 rows, at ten rows per shard."""
    monkeypatch.setattr("db.cassandra.bucket_registry.ROWS_PER_SHARD", 10)
    settings = cassandra.settings(tmp_path, history_shards=None)
    store = open_store(settings)
    wait_until_reachable(store)
    half_past = datetime.now(UTC).replace(minute=30)
    hours = [half_past - timedelta(hours=number) for number in (4, 3, 2)]
    records = [
        make_record("7", id=make_id(hour - timedelta(milliseconds=number)), embedding=())
        for hour, count in zip(hours, (25, 1, 4), strict=True)
        for number in range(count)
    ]
    for record in records:
        store.save(record)
        if record is records[24]:
            assert store.flush(20)
    assert store.flush(20)
    rows = cql.execute(f"SELECT bucket, shards FROM {settings.cassandra_keyspace}.buckets")
    assert [shards for _, shards in sorted(rows)] == [1, 3, 3]
    newest_first = sorted(records, key=lambda record: record.id.time, reverse=True)
    assert all_ids(store) == [record.id for record in newest_first]
    store.close()


def test_empty_columns_write_no_tombstones(
    cassandra: RunningCassandra, cql: Session, tmp_path: Path
) -> None:
    settings = cassandra.settings(tmp_path)
    store = open_store(settings)
    wait_until_reachable(store)
    store.save(make_record("", digits=(), embedding=(), owner=None))
    assert store.flush(20)
    (row,) = cql.execute(
        "SELECT writetime(owner) AS owner, writetime(label) AS label, writetime(text) AS text "
        f"FROM {settings.cassandra_keyspace}.predictions"
    )
    assert (row.owner, row.label) == (None, None)
    assert row.text is not None
    store.close()


def test_a_drawing_that_is_saved_after_every_stroke_is_one_row(
    cassandra: RunningCassandra, cql: Session, tmp_path: Path
) -> None:
    settings = cassandra.settings(tmp_path)
    store = open_store(settings)
    wait_until_reachable(store)
    first = make_record("1")

    def draw(stroke: int) -> None:
        store.save(replace(make_record("1" * (1 + stroke % 3)), id=first.id))

    threads = [threading.Thread(target=draw, args=(stroke,)) for stroke in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.save(replace(first, text="7"))
    assert store.flush(20)
    rows = list(cql.execute(f"SELECT text FROM {settings.cassandra_keyspace}.predictions"))
    assert [row.text for row in rows] == ["7"]
    assert len(store.page(filters=Filters(text="7")).items) == 1
    store.close()


def test_no_query_uses_allow_filtering_or_offset() -> None:
    files = list((ROOT / "db").rglob("*.py"))
    assert len(files) > 20
    for file in files:
        text = file.read_text(encoding="utf-8").upper()
        assert "ALLOW FILTERING" not in text
        assert " OFFSET " not in text
