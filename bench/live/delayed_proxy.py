"""A TCP proxy that delays all data, to simulate a distant server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

_CHUNK_BYTES = 2**16


@asynccontextmanager
async def delayed_proxy(url: str, delay: float) -> AsyncIterator[str]:
    """Yield the URL of a proxy to the server at `url` that adds `delay` seconds each way."""
    target = urlsplit(url)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(target.hostname, target.port)
        await asyncio.gather(
            _forward(reader, server_writer, delay), _forward(server_reader, writer, delay)
        )

    async with await asyncio.start_server(connect, "127.0.0.1", 0) as proxy:
        yield f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"


async def _forward(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float
) -> None:
    # Scheduled rather than slept, so that the delay does not limit the throughput.
    loop = asyncio.get_running_loop()
    with suppress(ConnectionError):
        while chunk := await reader.read(_CHUNK_BYTES):
            loop.call_later(delay, writer.write, chunk)
    loop.call_later(delay, writer.close)
