"""Stop a replica without failing a request: report "not ready" first, close the connections later.

A gateway that does not repeat a POST loses one that reaches a replica just as it closes its
connections. While draining, the replica still answers, and the gateway's health check takes it out.
"""

import asyncio
import socket
import threading

import uvicorn

draining = threading.Event()  # set from the signal to stop until the process ends


class DrainingServer(uvicorn.Server):
    """A server that keeps answering for `drain_seconds` after the signal to stop."""

    def __init__(self, config: uvicorn.Config, drain_seconds: float) -> None:
        super().__init__(config)
        self._drain_seconds = drain_seconds

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, then shut down. A second signal ends the wait."""
        draining.set()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._drain_seconds
        while loop.time() < deadline and not self.force_exit:
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)
