"""Run a coroutine from a test that is not asynchronous."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_async(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return the coroutine's result.

    It runs in a thread of its own: while a browser is open, Playwright's event loop counts as
    running in the main thread, where asyncio.run then refuses to start another one.
    """
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, coroutine).result()
