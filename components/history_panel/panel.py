"""The history on the page: it asks /api/history itself, so that paging needs no run of the page."""

from components.assets import component
from components.i18n.draw import Language, words

_history = component("history_panel")


def show_history(language: Language, version: str) -> None:
    """Show the history; another `version` says that there is something new in it."""
    _history(
        key="history",
        data={"texts": words(language, "history"), "language": language, "version": version},
    )
