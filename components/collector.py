"""Sparing the garbage collector what stays anyway."""

import gc
from functools import cache


@cache
def spare_what_is_loaded(_view: str) -> None:
    """Leave all that is there now out of later collections, once for each view.

    Streamlit collects all garbage after every run of a page. It would walk each time through what
    the first run of the view loaded, and no live bar moves meanwhile.
    """
    gc.collect()
    gc.freeze()
