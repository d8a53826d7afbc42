"""A server that is far away: whatever goes to it or comes from it takes its time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

_PIECE = 2**16  # bytes


@asynccontextmanager
async def far_away(url: str, seconds: float) -> AsyncIterator[str]:
    """An address of the server at `url`, each way to and from which takes `seconds`."""
    near = urlsplit(url)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(near.hostname, near.port)
        await asyncio.gather(
            _carry(reader, to_server, seconds), _carry(from_server, writer, seconds)
        )

    async with await asyncio.start_server(carry, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float
) -> None:
    clock = asyncio.get_running_loop()
    with suppress(ConnectionError):
        while piece := await reader.read(_PIECE):
            clock.call_later(seconds, writer.write, piece)
    clock.call_later(seconds, writer.close)
