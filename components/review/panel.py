"""The review on its page: it asks HTTP itself, so that no filter needs a run of the page."""

from components.assets import component
from components.i18n.draw import Language, words

_review = component("review", styles=("review.css", "grid.css", "detail.css"))


def review_page(language: Language) -> None:
    """The page of the review: readings that fit what the address asks for."""
    _review(key="review", data={"texts": words(language, "review"), "language": language})
