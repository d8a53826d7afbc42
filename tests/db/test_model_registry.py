"""The model registry of both stores: networks with their files, and adoptions."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db import Store
from db.ids import id_at
from db.model_registry import (
    MAX_COMPARISON_BYTES,
    MAX_FILE_BYTES,
    ModelFigure,
    ModelRegistry,
    ModelVersion,
)
from tests.db.conftest import OpenStore

CREATED = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def model(version: str, minutes: int = 0) -> ModelVersion:
    """Return a network with a value in every field."""
    return ModelVersion(
        version=version,
        created=CREATED + timedelta(minutes=minutes),
        metadata={"version": version, "temperature": 0.95},
        parent="2026-11-27-f056c86",
        by="Ada 伟",
        note="of the tests",
        corrections=12,
        predictions=("c2d1b1f0-cbd0-11f0-8000-000000000000",),
        figures=(ModelFigure("MNIST test", 10_000, 9_977, 9_979, 3.9),),
    )


@pytest.fixture
def models(store: Store) -> ModelRegistry:
    """The registry of an empty store."""
    return store.models


def test_a_network_comes_back_as_it_was_added(models: ModelRegistry) -> None:
    network, weights = os.urandom(700_000), os.urandom(300_000)  # several chunks
    models.add(model("a"), network, weights)
    assert models.get("a") == model("a")
    assert models.network("a") == network
    assert models.weights("a") == weights


def test_an_unknown_version_has_nothing(models: ModelRegistry) -> None:
    models.add(model("a"), b"network")
    assert models.get("b") is None
    assert models.network("b") is None
    assert models.weights("a") is None


def test_adding_again_changes_nothing(models: ModelRegistry) -> None:
    models.add(model("a"), b"network", b"weights")
    models.add(model("a", minutes=1), b"other", None)
    assert models.versions() == [model("a")]
    assert (models.network("a"), models.weights("a")) == (b"network", b"weights")


def test_a_comparison_belongs_to_a_network(models: ModelRegistry) -> None:
    longer, shorter = os.urandom(MAX_COMPARISON_BYTES), b"as it is after a second training"
    models.save_comparison("a", longer)
    assert models.comparison("a") is None  # the network is not added yet
    models.add(model("a"), b"network")
    models.add(model("b"), b"network")
    assert models.comparison("a") == longer
    models.save_comparison("a", shorter)
    assert (models.comparison("a"), models.comparison("b")) == (shorter, None)
    assert models.versions() == [model("a"), model("b")]


def test_a_comparison_that_is_too_large_is_refused(models: ModelRegistry) -> None:
    with pytest.raises(ValueError, match="at most 1048576 bytes"):
        models.save_comparison("a", bytes(MAX_COMPARISON_BYTES + 1))


def test_the_newest_network_is_the_first(models: ModelRegistry) -> None:
    for minutes, version in enumerate("cab"):
        models.add(model(version, minutes), b"network")
    assert [item.version for item in models.versions()] == ["b", "a", "c"]


def test_adoptions_are_kept_newest_first(models: ModelRegistry, open_store: OpenStore) -> None:
    assert models.adoptions() == []
    adopted = [
        models.adopt(version, by) for version, by in (("a", "Ada"), ("b", None), ("a", "Bo"))
    ]
    other_process = open_store().models
    assert [(item.version, item.by) for item in other_process.adoptions()] == [
        ("a", "Bo"),
        ("b", None),
        ("a", "Ada"),
    ]
    (newest,) = other_process.adoptions(1)
    assert abs(newest.at - adopted[-1].at) < timedelta(milliseconds=1)


def test_adoptions_at_the_same_moment_have_one_order(
    models: ModelRegistry, open_store: OpenStore
) -> None:
    versions = [f"v{number}" for number in range(8)]
    registries = [models, open_store().models]
    with ThreadPoolExecutor(len(versions)) as pool:
        adopted = [
            pool.submit(registries[number % 2].adopt, version, None)
            for number, version in enumerate(versions)
        ]
        for adoption in adopted:
            adoption.result()
    orders = [[item.version for item in registry.adoptions()] for registry in registries]
    assert orders[0] == orders[1]
    assert sorted(orders[0]) == versions
    models.adopt("last", None)
    assert registries[1].adoptions(1)[0].version == "last"


def test_a_clock_that_is_slow_does_not_change_the_order(
    models: ModelRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.adopt("first", None)
    an_hour_ago = id_at(datetime.now(UTC) - timedelta(hours=1))
    monkeypatch.setattr("db.cassandra.model_registry.new_id", lambda: an_hour_ago)
    models.adopt("second", None)
    assert [item.version for item in models.adoptions()] == ["second", "first"]


def test_adoptions_of_an_earlier_release_are_the_oldest(
    request: pytest.FixtureRequest, models: ModelRegistry
) -> None:
    if "cassandra" in request.node.name:
        keyspace = request.getfixturevalue("keyspace")
        request.getfixturevalue("cql").execute(
            f"INSERT INTO {keyspace}.model_adoptions (models, id, version, adopted_by) "
            "VALUES ('all', now(), 'early', 'Ada')"
        )
    else:
        models.adopt("early", "Ada")
    models.adopt("late", None)
    assert [(item.version, item.by) for item in models.adoptions()] == [
        ("late", None),
        ("early", "Ada"),
    ]
    assert [item.version for item in models.adoptions(1)] == ["late"]


@pytest.mark.parametrize("version", ["", "../a", "a/b", "a b", "a" * 65, ".hidden"])
def test_a_name_that_is_no_version_is_refused(models: ModelRegistry, version: str) -> None:
    with pytest.raises(ValueError, match="name of a version"):
        models.add(model(version), b"network")
    assert models.versions() == []


def test_a_name_that_is_not_that_of_the_metadata_is_refused(models: ModelRegistry) -> None:
    with pytest.raises(ValueError, match="another version"):
        models.add(replace(model("a"), version="b"), b"network")
    assert models.versions() == []


def test_a_network_that_is_too_large_is_refused(models: ModelRegistry) -> None:
    with pytest.raises(ValueError, match="at most 8 MB"):
        models.add(model("a"), bytes(MAX_FILE_BYTES + 1))


@pytest.mark.parametrize(("after", "is_worse"), [(9_974, False), (9_973, True)])
def test_a_figure_is_worse_beyond_its_noise(after: int, is_worse: bool) -> None:
    assert ModelFigure("MNIST test", 10_000, 9_977, after, 3.9).is_worse == is_worse
