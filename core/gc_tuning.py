"""Garbage collector tuning: disabled during start-up, then long-lived objects are frozen.

A full collection stops every thread while it visits all tracked objects, and Streamlit requests
one after every script run. Objects loaded during start-up are never garbage, so they are moved to
the permanent generation, which collections skip.
"""

import gc


def disable_during_startup() -> None:
    """Disable the collector until `freeze_after_startup`: it takes an eighth of the start-up."""
    gc.disable()


def freeze_after_startup() -> None:
    """Exclude all existing objects from later collections and enable the collector again."""
    gc.freeze()
    gc.enable()
