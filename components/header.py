"""The head of every view: the name, what it is, and the language."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from components.i18n.draw import NAMES, Language, language_of, words


def page_language() -> Language:
    """The language chosen by `?lang=`, else the browser's."""
    return language_of(st.query_params.get("lang") or st.context.locale)


def page_link(page: st.Page, text: str) -> None:
    """A link to another page that keeps the language chosen."""
    asked = st.query_params.get("lang")
    st.page_link(page, label=text, query_params={"lang": asked} if asked else None)


def show_header(language: Language, pages: Mapping[str, st.Page]) -> None:
    """Show the head: the name, a link to each of `pages`, and the languages."""
    texts = words(language, "page")
    with st.container(key="head"):
        st.html(f"<h1>Inkling</h1><p>{escape(texts['tagline'])}</p>")
        with st.container(key="ways", horizontal=True):
            for name, page in pages.items():
                page_link(page, texts[name])
        st.segmented_control(
            texts["language"],
            list(NAMES),
            format_func=_as_markup,
            default=language,
            key=f"language_{language}",
            label_visibility="collapsed",
            on_change=lambda: _choose(language),
        )


def _as_markup(language: Language) -> str:
    """The name of a language in ASCII: in other text Streamlit looks for emoji, which takes longer
    to load than the rest of the head.
    """
    return NAMES[language].encode("ascii", "xmlcharrefreplace").decode()


def _choose(current: Language) -> None:
    chosen = st.session_state.get(f"language_{current}")
    st.query_params["lang"] = chosen or current
