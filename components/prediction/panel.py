"""The prediction panel: bars that follow the pen."""

from components.assets import component
from components.draw.visit import ImageResult
from components.i18n import Language, error_message, texts_for
from core.settings import get_settings

_prediction = component(
    "prediction", styles=("prediction.css", "correction_panel.css"), shared_styles=("bars.css",)
)


def show_prediction(language: Language, result: ImageResult | None, author: str | None) -> None:
    """Show the prediction of the drawing, which the browser asks for itself, or of an image.

    result: of the newest image; it is shown until the visitor draws. author: of the labels that are
    given here; None where the browser may send a name.
    """
    _prediction(
        key="prediction",
        data={
            "texts": texts_for(language, "prediction"),
            "author": author,
            "result": result
            and {
                "version": result.version,
                "source": result.source,
                "prediction": result.prediction,
                "id": result.id,
                "image": result.image_url,
                "error": _error_sentence(result, language),
                "pages": result.pages,
                "pageCount": result.page_count,
            },
        },
    )


def _error_sentence(result: ImageResult, language: Language) -> str | None:
    if result.error is None:
        return None
    megabytes = get_settings().max_upload_megabytes
    return error_message(language, *result.error, megabytes=f"{megabytes:g}")
