"""The prediction panel: bars that follow the pen."""

from typing import Any

from components.assets import component
from components.i18n import Language, texts_for

_prediction = component("prediction")


def show_prediction(
    language: Language,
    prediction: dict[str, Any] | None,
    image_url: str | None = None,
    error: str | None = None,
) -> None:
    """Show the prediction.

    prediction: a message as WS /api/live sends it, with "version", "source" and, for a drawing,
    "ink" (each stroke's number of points and its last point); None before the first prediction.
    image_url: data URL of the image that was predicted. error: a sentence to show above.
    """
    _prediction(
        key="prediction",
        data={
            "texts": texts_for(language, "prediction"),
            "record": prediction,
            "image": image_url,
            "error": error,
        },
    )
