"""Version 1 UUIDs and positions in the order of Cassandra."""

import random
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from db import created_at, new_id
from db.ids import (
    bucket_start,
    current_time,
    first_position,
    id_at,
    id_at_position,
    keyed_id,
    position_of,
    sibling_id,
)


def test_new_ids_increase_and_contain_their_time() -> None:
    began = datetime.now(UTC) - timedelta(milliseconds=1)
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids, key=position_of)
    assert len({id.time for id in ids}) == 1000
    assert all(id.version == 1 and id.variant == uuid.RFC_4122 for id in ids)
    assert began <= created_at(ids[0]) <= datetime.now(UTC) + timedelta(milliseconds=1)


def test_the_current_time_is_that_of_new_ids_though_the_clock_is_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = created_at(new_id())
    monkeypatch.setattr("time.time_ns", lambda: 0)
    assert current_time() >= int(before.timestamp() * 1000)
    assert created_at(new_id()) >= before


def test_threads_get_different_ids() -> None:
    ids: list[uuid.UUID] = []
    threads = [
        threading.Thread(target=lambda: ids.extend(new_id() for _ in range(500))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id.time for id in ids}) == 4000


def test_an_id_does_not_contain_the_address_of_the_network_card() -> None:
    assert new_id().node != uuid.getnode()
    assert new_id().node >> 40 & 1, "the multicast bit marks a random node number"


def test_a_key_and_a_moment_have_one_id() -> None:
    moment = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    ids = {keyed_id(moment, bytes([first, *range(7)])) for first in range(64) for _ in range(2)}
    assert len(ids) == 64
    assert {created_at(id) for id in ids} == {moment}
    assert all(id.version == 1 and id.variant == uuid.RFC_4122 for id in ids)
    assert all(id.node >> 40 & 1 for id in ids)


def test_the_sibling_of_an_id_is_always_the_same_one_and_next_to_it() -> None:
    first = new_id()
    second = sibling_id(first)
    assert sibling_id(first) == second
    assert second.time == first.time + 1
    assert second.version == 1
    assert sibling_id(second) not in (first, second)


def test_positions_convert_back_to_ids() -> None:
    source = random.Random(1)
    for _ in range(1000):
        id = id_at(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=source.uniform(0, 4e9)))
        id = uuid.UUID(int=id.int | source.getrandbits(60))
        assert id_at_position(position_of(id)) == id


@pytest.mark.parametrize("minutes", [1, 20, 60, 1440])
def test_a_bucket_contains_the_time_of_its_ids(minutes: int) -> None:
    moment = datetime(2026, 11, 23, 8, 59, 59, 999_999, tzinfo=UTC)
    start = bucket_start(id_at(moment), minutes)
    assert start <= moment < start + timedelta(minutes=minutes)
    assert first_position(start) <= position_of(id_at(moment))
    assert start.timestamp() % (60 * minutes) == 0
