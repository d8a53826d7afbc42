"""The order in which the versions of a growing drawing are saved."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

_REMEMBERED = 10_000  # drawings


@dataclass(slots=True)
class _Drawing:
    newest: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class DrawingVersions:
    """Saves the versions of each drawing one at a time, never an older one after a newer one.

    A request that was stuck in the network may arrive after the next one, which its client sent
    when it stopped waiting. A replica only knows the requests that it has seen itself.
    """

    def __init__(self) -> None:
        self._drawings: OrderedDict[UUID, _Drawing] = OrderedDict()

    @asynccontextmanager
    async def turn(self, id: UUID, version: int) -> AsyncIterator[bool]:
        """Wait for this drawing's turn; yield whether no newer version of it is known."""
        drawing = self._drawings.setdefault(id, _Drawing())
        self._drawings.move_to_end(id)
        while len(self._drawings) > _REMEMBERED:
            self._drawings.popitem(last=False)
        drawing.newest = max(drawing.newest, version)
        async with drawing.lock:
            yield version >= drawing.newest
