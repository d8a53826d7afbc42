"""Connections to rooms that exist only in this process."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from starlette.websockets import WebSocket

from api.rooms.handlers import Rooms
from api.websockets import CloseConnectionError
from core.rate_limits import RateLimitedError, RateLimits
from services.predictions import PredictionService
from tests.run_async import run_async

WAIT_SECONDS = 20
SCHOOL, HOME, PRESENTER = "192.0.2.1", "192.0.2.2", "192.0.2.3"


class Socket:
    """A connection to a room: what it receives is in `messages`."""

    def __init__(self, address: str) -> None:
        self.scope = {"type": "websocket", "client": (address, 1)}
        self.messages: list[dict[str, Any]] = []
        self.code: int | None = None
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def put(self, **message: Any) -> None:
        """Send a message to the server."""
        self._events.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})

    def disconnect(self) -> None:
        """End the connection."""
        self._events.put_nowait({"type": "websocket.disconnect", "code": 1001})

    async def receive(self) -> dict[str, Any]:
        return await self._events.get()

    async def send_text(self, text: str) -> None:
        self.messages.append(json.loads(text))

    async def close(self, code: int, _reason: str) -> None:
        self.code = code
        self.disconnect()


class Building:
    """All rooms, and connections to them."""

    def __init__(self, service: PredictionService) -> None:
        self.store = service.store
        self.limits = RateLimits()
        self.rooms = Rooms(service, self.limits)
        self.tasks: list[asyncio.Task[None]] = []

    def connect(self, code: str, address: str, **hello: Any) -> Socket:
        """Connect and send a hello."""
        socket = Socket(address)
        socket.put(**hello)
        self.tasks.append(asyncio.create_task(self._serve(socket, code)))
        return socket

    def present(self, code: str, token: str, **hello: Any) -> Socket:
        return self.connect(code, PRESENTER, hello="presenter", token=token, **hello)

    def join(self, code: str, number: int, address: str = SCHOOL, **hello: Any) -> Socket:
        return self.connect(code, address, hello="guest", key=f"{number:020}", **hello)

    async def _serve(self, socket: Socket, code: str) -> None:
        try:
            await self.rooms.connect(cast(WebSocket, socket), code)
        except CloseConnectionError as error:
            socket.code = error.code
        except RateLimitedError:
            socket.code = 429
        except Exception:  # the client has gone
            socket.code = socket.code or 1001


@asynccontextmanager
async def open_building(service: PredictionService) -> AsyncIterator[Building]:
    building = Building(service)
    yield building
    for task in building.tasks:
        task.cancel()
    await asyncio.gather(*building.tasks, return_exceptions=True)


def in_building(
    test: Callable[[Building], Awaitable[None]],
) -> Callable[[PredictionService], None]:
    """Run an asynchronous test with rooms of its own."""

    def run(service: PredictionService) -> None:
        async def main() -> None:
            async with open_building(service) as building, asyncio.timeout(WAIT_SECONDS):
                await test(building)

        run_async(main())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


async def until(condition: Callable[[], Any]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


def new_room(building: Building) -> tuple[str, str]:
    session, token = building.rooms.create_session(PRESENTER)
    return session.code, token


async def joined_room(building: Building) -> tuple[str, Socket, Socket]:
    """Return the code of a new room, its presenter's socket and its participant's."""
    code, token = new_room(building)
    presenter = building.present(code, token)
    participant = building.join(code, 1, HOME)
    await until(lambda: presenter.messages and participant.messages)
    return code, presenter, participant
