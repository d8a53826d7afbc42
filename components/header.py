"""The header and footer of every page."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from components.i18n import LANGUAGE_NAMES, Language, language_of, texts_for
from components.identity import page_identity
from components.sign_in.document import sign_in_url
from components.site.document import footer_html, help_link
from core.settings import get_settings


def page_language() -> Language:
    """Return the language chosen by `?lang=`, else the browser's."""
    return language_of(st.query_params.get("lang") or st.context.locale)


def page_link(page: st.Page, text: str) -> None:
    """Show a link to another page that keeps the chosen language."""
    chosen = st.query_params.get("lang")
    st.page_link(page, label=text, query_params={"lang": chosen} if chosen else None)


def show_header(language: Language, pages: Mapping[str, st.Page], path: str) -> None:
    """Show the name, a link to each page, the language choice, and on `path` a way to sign in."""
    texts = texts_for(language, "page")
    with st.container(key="header"):
        st.html(f"<h1>Inkling</h1><p>{escape(texts['tagline'])}</p>")
        with st.container(key="navigation", horizontal=True):
            for name, page in pages.items():
                page_link(page, texts[name])
            _show_sign_in(language, path)
        st.segmented_control(
            texts["language"],
            list(LANGUAGE_NAMES),
            format_func=_ascii_name,
            default=language,
            key=f"language_{language}",
            label_visibility="collapsed",
            on_change=lambda: _set_language(language),
        )
        st.html(help_link(language, "./"))


def _show_sign_in(language: Language, path: str) -> None:
    """Show a link to sign in or out and come back, where there are access rules."""
    if not get_settings().is_protected:
        return
    texts = texts_for(language, "page")
    name = page_identity().name
    text = texts["sign_in"] if name is None else texts["sign_out"].format(name=name)
    url = escape(sign_in_url(path, language))
    st.html(f'<a class="sign-in" href="{url}" target="_self">{escape(text)}</a>')


def show_footer(language: Language) -> None:
    """Show the version, and links to the documents about the site."""
    with st.container(key="footer"):
        st.html(f"<footer>{footer_html(language, './')}</footer>")


def _ascii_name(language: Language) -> str:
    """Return a language's name as ASCII with character references.

    Streamlit searches other text for emoji, which takes longer to load than the rest of the header.
    """
    return LANGUAGE_NAMES[language].encode("ascii", "xmlcharrefreplace").decode()


def _set_language(current: Language) -> None:
    chosen = st.session_state.get(f"language_{current}")
    st.query_params["lang"] = chosen or current
