"""The limiter: so many at a time, so many waiting, the rest sent away."""

import asyncio
import threading

import httpx
import pytest
from fastapi import FastAPI

from api.errors import add_error_handlers
from core.concurrency_limit import BusyError, ConcurrencyLimiter


def test_who_comes_when_all_places_are_taken_is_sent_away() -> None:
    limiter = ConcurrencyLimiter(running=1, waiting=0)
    with limiter.slot(), pytest.raises(BusyError), limiter.slot():
        pass
    with limiter.slot():
        pass


def test_a_place_is_free_again_after_an_error() -> None:
    limiter = ConcurrencyLimiter(running=1, waiting=0)
    with pytest.raises(KeyError), limiter.slot():
        raise KeyError
    with limiter.slot():
        pass


def test_no_more_than_allowed_are_in_at_once() -> None:
    limiter = ConcurrencyLimiter(running=2, waiting=10)
    inside, most = 0, 0
    lock = threading.Lock()
    both = threading.Barrier(2, timeout=20)

    def work() -> None:
        nonlocal inside, most
        with limiter.slot():
            with lock:
                inside += 1
                most = max(most, inside)
            both.wait()
            with lock:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert (inside, most) == (0, 2)


def test_who_is_sent_away_over_http_is_told_when_to_come_again() -> None:
    api = FastAPI()
    add_error_handlers(api)

    @api.get("/")
    async def always_busy() -> None:
        raise BusyError

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(api)
        async with httpx.AsyncClient(transport=transport, base_url="http://inkling") as client:
            return await client.get("/")

    response = asyncio.run(ask())
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "busy"
    assert int(response.headers["Retry-After"]) > 0
