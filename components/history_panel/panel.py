"""The history panel. It fetches /api/history itself, so that paging needs no Streamlit rerun."""

from components.assets import component
from components.i18n import Language, texts_for

_history = component("history_panel")


def show_history(language: Language, version: str, *, has_scopes: bool) -> None:
    """Show the history; a new `version` makes the panel fetch the newest page again.

    has_scopes: the visitor may choose between their own predictions and everybody's.
    """
    _history(
        key="history",
        data={
            "texts": texts_for(language, "history"),
            "language": language,
            "version": version,
            "hasScopes": has_scopes,
        },
    )
