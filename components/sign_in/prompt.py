"""What visitors see in place of a page for reviewers."""

from html import escape

import streamlit as st

from components.i18n import Language, texts_for
from components.sign_in.document import sign_in_url


def show_sign_in_prompt(language: Language, path: str) -> None:
    """Show that the page at `path` is for reviewers, and a link to sign in and come back."""
    texts = texts_for(language, "sign_in")
    url = escape(sign_in_url(path, language))
    with st.container(key="sign_in_prompt"):
        st.header(texts["required"])
        st.markdown(texts["required_more"])
        st.html(f'<a href="{url}" target="_self">{escape(texts["submit"])}</a>')
