"""The samples on the page."""

import base64
from functools import lru_cache

from components.assets import component
from components.i18n.draw import Language, words
from components.samples.samples import SHEET, Sample, samples

_gallery = component("samples")


@lru_cache
def _sheet() -> str:
    return "data:image/png;base64," + base64.b64encode(SHEET.read_bytes()).decode()


def offer_samples(language: Language) -> Sample | None:
    """Show the samples; the one that was chosen with this run, None where none was."""
    result = _gallery(
        key="gallery",
        data={
            "texts": words(language, "gallery"),
            "sheet": _sheet(),
            "digits": [sample.digit for sample in samples()],
        },
        on_sample_change=lambda: None,
    )
    chosen = result.sample
    if not isinstance(chosen, dict) or chosen.get("place") not in range(len(samples())):
        return None
    return samples()[chosen["place"]]
