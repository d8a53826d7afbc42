"""The bars on the page."""

from typing import Any

from components.assets import component
from components.i18n.draw import Language, words

_bars = component("prediction")


def show_bars(
    language: Language,
    record: dict[str, Any] | None,
    picture: str | None = None,
    error: str | None = None,
) -> None:
    """Show the reading.

    record: what was read last, as WS /api/live answers it, with its own "version", its "source"
    and, for the pad, "ink" (each stroke's number of points and its end); None before the first.
    picture: data URL of the picture that was read. error: a sentence to show above.
    """
    _bars(
        key="bars",
        data={
            "texts": words(language, "bars"),
            "record": record,
            "picture": picture,
            "error": error,
        },
    )
