"""End with the process that started this one."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ending_with_parent() -> Iterator[None]:
    """Within the block, kill the own process group as soon as the parent process has died.

    A trainer that was killed cannot stop its training, which would go on next to the one that
    another trainer resumes. A timer instead of a thread: workers are forked in the block, which is
    safe only without threads.
    """
    parent = os.getppid()

    def check(*_: object) -> None:
        if os.getppid() != parent:
            os.killpg(0, signal.SIGKILL)

    signal.signal(signal.SIGALRM, check)
    signal.siginterrupt(signal.SIGALRM, False)
    signal.setitimer(signal.ITIMER_REAL, 1, 1)
    try:
        yield
    finally:
        # When Python ends it removes the handler, and the next signal would kill the process.
        signal.setitimer(signal.ITIMER_REAL, 0)
