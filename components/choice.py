"""What a visitor chose in a component, taken exactly once.

Streamlit delivers a component's trigger to one run only, and drops it if another run interrupts
that one. So the choice is noted by a callback, which no run interrupts, and stays until it is
taken. The browser sends a choice again after a lost connection (components/shared/choice.js) until
the page has confirmed its id.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st


def note_choice(component: str, trigger: str) -> Callable[[], None]:
    """Return a callback that notes the value of a component's trigger, unless it came before."""

    def note() -> None:
        value = st.session_state[component][trigger]
        if isinstance(value, dict) and value.get("id") != received_choice(component):
            st.session_state[_received(component)] = value.get("id")
            st.session_state[_chosen(component)] = value

    return note


def take_choice(component: str) -> dict[str, Any] | None:
    """Return the noted choice, None if there is none or it has been taken."""
    choice: dict[str, Any] | None = st.session_state.pop(_chosen(component), None)
    return choice


def received_choice(component: str) -> Any:
    """Return the id of the newest choice that was noted."""
    return st.session_state.get(_received(component))


def _chosen(component: str) -> str:
    return f"{component}_chosen"


def _received(component: str) -> str:
    return f"{component}_received"
