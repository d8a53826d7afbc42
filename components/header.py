"""The head of every view: the name, what it is, and the language."""

from html import escape

import streamlit as st

from components.texts import NAMES, Language, language_of, words


def show_header() -> Language:
    """Show the head; the language chosen by `?lang=`, else the browser's."""
    asked = st.query_params.get("lang")
    language = language_of(asked or st.context.locale)
    texts = words(language, "page")
    with st.container(key="head"):
        st.html(f"<h1>Inkling</h1><p>{escape(texts['tagline'])}</p>")
        st.segmented_control(
            texts["language"],
            list(NAMES),
            format_func=lambda name: NAMES[name],
            default=language,
            key=f"language_{language}",
            label_visibility="collapsed",
            on_change=lambda: _choose(language),
        )
    return language


def _choose(current: Language) -> None:
    chosen = st.session_state.get(f"language_{current}")
    st.query_params["lang"] = chosen or current
