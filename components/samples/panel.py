"""The samples panel: handwritten digits to try with one click."""

from components.assets import component
from components.i18n import Language, texts_for
from components.samples.samples import Sample, samples, sheet_url

_samples = component("samples")


def show_samples(language: Language) -> Sample | None:
    """Show the samples and return the one chosen with this run, if any."""
    result = _samples(
        key="samples",
        data={
            "texts": texts_for(language, "samples"),
            "sheet": sheet_url(),
            "digits": [sample.digit for sample in samples()],
        },
        on_sample_change=lambda: None,
    )
    chosen = result.sample
    if not isinstance(chosen, dict) or chosen.get("index") not in range(len(samples())):
        return None
    return samples()[chosen["index"]]
