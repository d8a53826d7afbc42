"""Inkling's page: what all its views share, and the view that was asked for."""

from functools import partial
from pathlib import Path

import streamlit as st

from components.header import show_header
from components.present import present_page
from components.reading import reading_page

HERE = Path(__file__).resolve().parent

st.set_page_config(page_title="Inkling", page_icon=str(HERE / "icon.svg"), layout="wide")
st.html(HERE / "page.css")
language = show_header()
view = st.navigation(
    [
        st.Page(partial(reading_page, language), title="Inkling", url_path="read", default=True),
        st.Page(partial(present_page, language), title="Inkling", url_path="present"),
    ],
    position="hidden",
)
view.run()
