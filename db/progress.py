"""A progress bar on the terminal."""

import sys
import time
from collections.abc import Callable

_WIDTH = 30
_SECONDS_BETWEEN = 0.2


def progress_bar(items: str, total: int) -> Callable[[int], None]:
    """Return a function that takes the number of items done and draws the bar.

    Nothing is drawn unless standard error is a terminal.

    >>> show_progress = progress_bar("rows", 2)
    >>> show_progress(1)
    >>> show_progress(2)
    """
    started = time.monotonic()
    last_drawn = 0.0

    def show_progress(done: int) -> None:
        nonlocal last_drawn
        now = time.monotonic()
        if (done < total and now - last_drawn < _SECONDS_BETWEEN) or not sys.stderr.isatty():
            return
        last_drawn = now
        rate = done / max(now - started, 1e-9)
        filled = _WIDTH * min(done, total) // max(total, 1)
        seconds_left = (total - done) / rate if rate else 0
        print(
            f"\r{'█' * filled}{'░' * (_WIDTH - filled)} {done:,} of {total:,} {items}, "
            f"{rate:,.0f} a second, {seconds_left:,.0f} s left ",
            end="\n" if done >= total else "",
            file=sys.stderr,
            flush=True,
        )

    return show_progress
