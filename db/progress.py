"""One line that grows while something takes long."""

import sys
import time
from collections.abc import Callable

_WIDTH = 30
_SECONDS_BETWEEN = 0.2


def progress_bar(what: str, total: int) -> Callable[[int], None]:
    """A function to be told how much is done; it draws on the error output when that is a screen.

    >>> tell = progress_bar("rows", 2)
    >>> tell(1)
    >>> tell(2)
    """
    began = time.monotonic()
    drawn = 0.0

    def tell(done: int) -> None:
        nonlocal drawn
        now = time.monotonic()
        if (done < total and now - drawn < _SECONDS_BETWEEN) or not sys.stderr.isatty():
            return
        drawn = now
        rate = done / max(now - began, 1e-9)
        filled = _WIDTH * min(done, total) // max(total, 1)
        left = (total - done) / rate if rate else 0
        print(
            f"\r{'█' * filled}{'░' * (_WIDTH - filled)} {done:,} of {total:,} {what}, "
            f"{rate:,.0f} a second, {left:,.0f} s left ",
            end="\n" if done >= total else "",
            file=sys.stderr,
            flush=True,
        )

    return tell
