"""The section "How does it work?": what the network computes for the drawing on the page."""

from components.assets import component
from components.i18n import Language, texts_for

_how_it_works = component("how_it_works")


def show_how_it_works(language: Language) -> None:
    """Show the section, closed; it follows the prediction by itself."""
    _how_it_works(
        key="how_it_works",
        data={"texts": texts_for(language, "how_it_works"), "language": language},
    )
