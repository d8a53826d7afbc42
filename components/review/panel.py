"""The review page. It fetches over HTTP itself, so that filters need no Streamlit rerun."""

from components.assets import component
from components.i18n import Language, texts_for

_review = component("review", styles=("review.css", "grid.css", "detail.css"))


def review_page(language: Language) -> None:
    """Show the predictions that match the filters in the URL."""
    _review(key="review", data={"texts": texts_for(language, "review"), "language": language})
