"""The history panel. It fetches /api/history itself, so that paging needs no Streamlit rerun."""

from dataclasses import dataclass

from components.assets import component
from components.i18n import Language, texts_for
from components.record.texts import record_texts
from core.settings import Settings
from db.statistics import VISITOR
from services.access import Identity

_history = component(
    "history_panel",
    styles=("history_panel.css",),
    shared_styles=(
        "form.css",
        "labels.css",
        "bars.css",
        "prediction_dialog.css",
        "../record/record_dialog.css",
    ),
)


@dataclass(frozen=True, slots=True)
class HistoryAccess:
    """Whose predictions a visitor may see, and as whom they label.

    has_scopes: they may choose between their own predictions and those of everyone. readers: the
    text that says who else sees what is shown, with the scope "everyone", or without scopes, and
    with the scope "mine". author: of their labels; None lets them choose a name.
    """

    has_scopes: bool
    readers: str
    readers_mine: str
    author: str | None


def history_access(identity: Identity, settings: Settings) -> HistoryAccess:
    """Return what the access rules mean for the history of this visitor."""
    if not settings.is_protected:
        return HistoryAccess(settings.open, "readers_open", "readers_open_mine", None)
    if not identity.is_reviewer:
        return HistoryAccess(False, "readers_visitor", "readers_visitor", VISITOR)
    return HistoryAccess(True, "readers_reviewer", "readers_reviewer_mine", identity.name)


def show_history(language: Language, version: str, access: HistoryAccess) -> None:
    """Show the history; a new `version` makes the panel fetch the newest page again."""
    texts = texts_for(language, "history")
    _history(
        key="history",
        data={
            "texts": texts,
            "recordTexts": record_texts(language),
            "language": language,
            "version": version,
            "hasScopes": access.has_scopes,
            "readers": {"everyone": texts[access.readers], "mine": texts[access.readers_mine]},
            "author": access.author,
        },
    )
