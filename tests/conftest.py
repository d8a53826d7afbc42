"""What all tests share."""

import os
from typing import NoReturn

import pytest


def unavailable(what: str) -> NoReturn:
    """Skip the test because `what` cannot be had here; with STRICT=1, fail it."""
    if os.environ.get("STRICT"):
        pytest.fail(f"{what} cannot be had here, and STRICT=1 allows no skipping")
    pytest.skip(f"{what} cannot be had here")


def pytest_configure(config: pytest.Config) -> None:
    """Start the Cassandra that the workers share, where several run the whole suite."""
    starts_workers = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if starts_workers and config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        from tests.cassandra_fixture import share_with_workers

        share_with_workers()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: one worker is busy with it while the others do the rest."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
