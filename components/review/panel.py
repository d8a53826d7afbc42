"""The review page. It fetches over HTTP itself, so that filters need no Streamlit rerun."""

from components.assets import component
from components.i18n import Language, texts_for
from components.identity import page_identity
from components.sign_in.prompt import show_sign_in_prompt

_review = component(
    "review",
    styles=("review.css", "correction_bar.css", "grid.css", "detail.css"),
    shared_styles=("form.css", "labels.css", "bars.css", "prediction_dialog.css"),
)


def review_page(language: Language) -> None:
    """Show the predictions that match the filters in the URL; visitors are asked to sign in."""
    identity = page_identity()
    if not identity.is_reviewer:
        show_sign_in_prompt(language, "/review")
        return
    texts = texts_for(language, "review")
    _review(key="review", data={"texts": texts, "language": language, "name": identity.name})
