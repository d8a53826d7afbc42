"""Who visits a page."""

import streamlit as st

from core.settings import get_settings
from services.access import Identity, identify
from services.identity import read_session


def page_identity() -> Identity:
    """Return who visits the page, from the cookies with which it connected."""
    settings = get_settings()
    return identify(read_session(st.context.cookies, settings), None, settings)
