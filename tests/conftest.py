"""What all tests share."""

import os
from typing import NoReturn

import pytest


def unavailable(what: str) -> NoReturn:
    """Skip the test because `what` cannot be had here; with STRICT=1, fail it."""
    if os.environ.get("STRICT"):
        pytest.fail(f"{what} cannot be had here, and STRICT=1 allows no skipping")
    pytest.skip(f"{what} cannot be had here")
