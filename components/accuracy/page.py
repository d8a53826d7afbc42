"""The accuracy page. It fetches over HTTP itself, so that its filters need no Streamlit rerun."""

from components.assets import component
from components.i18n import Language, texts_for
from components.identity import page_identity
from components.sign_in.prompt import show_sign_in_prompt

_accuracy = component("accuracy", shared_styles=("form.css",))


def accuracy_page(language: Language) -> None:
    """Show the accuracy on labelled predictions; visitors see a link to sign in."""
    if not page_identity().is_reviewer:
        show_sign_in_prompt(language, "/accuracy")
        return
    texts = texts_for(language, "accuracy")
    _accuracy(key="accuracy", data={"texts": texts, "language": language})
