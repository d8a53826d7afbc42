"""The limiter runs a few tasks, lets some wait, and refuses the rest."""

import threading

import httpx
import pytest
from fastapi import FastAPI

from api.errors import add_error_handlers
from core.concurrency_limit import BusyError, ConcurrencyLimiter
from tests.run_async import run_async


def test_a_task_beyond_the_capacity_is_refused() -> None:
    limiter = ConcurrencyLimiter(running=1, waiting=0)
    with limiter.slot(), pytest.raises(BusyError), limiter.slot():
        pass
    with limiter.slot():
        pass


def test_a_slot_is_free_again_after_an_error() -> None:
    limiter = ConcurrencyLimiter(running=1, waiting=0)
    with pytest.raises(KeyError), limiter.slot():
        raise KeyError
    with limiter.slot():
        pass


def test_no_more_tasks_run_at_once_than_allowed() -> None:
    limiter = ConcurrencyLimiter(running=2, waiting=10)
    running, highest = 0, 0
    lock = threading.Lock()
    both = threading.Barrier(2, timeout=20)

    def work() -> None:
        nonlocal running, highest
        with limiter.slot():
            with lock:
                running += 1
                highest = max(highest, running)
            both.wait()
            with lock:
                running -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert (running, highest) == (0, 2)


def test_a_refused_http_request_is_answered_with_retry_after() -> None:
    api = FastAPI()
    add_error_handlers(api)

    @api.get("/")
    async def always_busy() -> None:
        raise BusyError

    async def send_request() -> httpx.Response:
        transport = httpx.ASGITransport(api)
        async with httpx.AsyncClient(transport=transport, base_url="http://inkling") as client:
            return await client.get("/")

    response = run_async(send_request())
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "busy"
    assert int(response.headers["Retry-After"]) > 0
