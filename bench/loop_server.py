"""The server, which tells how long its event loop was held up: `python -m bench.loop_server`.

On SIGUSR1 it prints the CPU time, in milliseconds, of the longest callback since the last time. CPU
time, unlike latency, does not depend on what else the machine does.
"""

import asyncio
import runpy
import signal
import sys
import time
from typing import Any

_longest = 0.0
_run = asyncio.Handle._run


def _measured_run(handle: Any) -> None:
    global _longest
    start = time.thread_time()
    _run(handle)
    _longest = max(_longest, time.thread_time() - start)


def _print_longest(_signal: int, _frame: object) -> None:
    global _longest
    print(f"longest callback: {1000 * _longest:.1f}", flush=True)
    _longest = 0.0


if __name__ == "__main__":
    sys.modules["uvloop"] = None  # type: ignore[assignment]  # its callbacks cannot be measured
    asyncio.Handle._run = _measured_run  # type: ignore[assignment, method-assign]
    signal.signal(signal.SIGUSR1, _print_longest)
    runpy.run_path("serve.py", run_name="__main__")
