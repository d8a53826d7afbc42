"""The connection line of pages that have no other place to say that they lost their connection."""

import streamlit as st

from components.assets import component
from components.i18n import Language, texts_for

_connection = component("connection")


def show_connection(language: Language) -> None:
    """Say so while the page has lost its connection; otherwise show nothing."""
    with st.container(key="connection"):
        _connection(key="connection_line", data={"texts": texts_for(language, "connection")})
