"""When Python's search for garbage may run: not while loading, and not through what stays anyway.

A search walks through every object there is while no live bar moves. Streamlit asks for one after
every run of a page.
"""

import gc
from functools import cache


def pause() -> None:
    """No search until `resume`: it would take an eighth of the start."""
    gc.disable()


def resume() -> None:
    """Search again, but no more through what is loaded now."""
    gc.freeze()
    gc.enable()


@cache
def freeze_once(_view: str) -> None:
    """Leave all that is there now out of later searches, once for each view of the page."""
    gc.collect()
    gc.freeze()
