"""The samples panel: handwritten digits to try with one click."""

from components.assets import component
from components.choice import note_choice, received_choice, take_choice
from components.i18n import Language, texts_for
from components.samples.samples import Sample, samples, sheet_url

_samples = component("samples")


def show_samples(language: Language) -> Sample | None:
    """Show the samples and return the one chosen since the last run, if any."""
    _samples(
        key="samples",
        data={
            "texts": texts_for(language, "samples"),
            "sheet": sheet_url(),
            "digits": [sample.digit for sample in samples()],
            "received": received_choice("samples"),
        },
        on_sample_change=note_choice("samples", "sample"),
    )
    chosen = take_choice("samples")
    index = chosen and chosen.get("index")
    return samples()[index] if isinstance(index, int) and 0 <= index < len(samples()) else None
