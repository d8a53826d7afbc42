"""Hooks and helpers shared by all tests."""

import os
from typing import NoReturn

import pytest


def unavailable(what: str) -> NoReturn:
    """Skip the test because `what` is missing on this machine; with STRICT=1, fail it."""
    if os.environ.get("STRICT"):
        pytest.fail(f"{what} is not available, and STRICT=1 does not allow skipping")
    pytest.skip(f"{what} is not available")


def pytest_configure(config: pytest.Config) -> None:
    """Start one Cassandra for all workers when they run the whole suite."""
    starts_workers = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if starts_workers and config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        from tests.cassandra_fixture import share_with_workers

        share_with_workers()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the longest tests first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
