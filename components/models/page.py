"""The models page. It fetches over HTTP itself, so that progress needs no Streamlit rerun."""

from components.assets import component
from components.i18n import Language, texts_for
from components.identity import page_identity
from components.sign_in.prompt import show_sign_in_prompt

_models = component("models", styles=("models.css", "comparison.css"), shared_styles=("form.css",))


def models_page(language: Language) -> None:
    """Show all models and trainings; visitors see a link to sign in."""
    if not page_identity().is_reviewer:
        show_sign_in_prompt(language, "/models")
        return
    texts = texts_for(language, "models")
    _models(key="models", data={"texts": texts, "language": language})
