"""Glyphs whose true value a reviewer has given: what networks are trained on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from core.settings import Settings
from db import Filters, Store
from services.access import is_trusted_label
from services.accuracy import true_digits

NOT_A_DIGIT = 10  # the value of a symbol that is labelled `?`


@dataclass(frozen=True, slots=True)
class LabelledGlyph:
    """A glyph with a known true value.

    id: of the prediction. index: of the digit in it. glyph: 784 bytes. value: 0-9, or NOT_A_DIGIT.
    """

    id: UUID
    index: int
    glyph: bytes
    value: int


def labelled_glyphs(
    store: Store,
    settings: Settings,
    filters: Filters = Filters(),
    *,
    with_nondigits: bool = False,
) -> Iterator[LabelledGlyph]:
    """Yield every glyph whose true value a reviewer has given, newest first.

    Labels of visitors are left out, and those that are not as long as the predicted text.
    with_nondigits: also the symbols labelled `?`.
    """
    for record in store.export(replace(filters, labelled=True)):
        if not is_trusted_label(record.labelled_by, settings):
            continue
        for index, character in enumerate(true_digits(record) or ""):
            if character.isdigit():
                value = int(character)
            elif character == "?" and with_nondigits:
                value = NOT_A_DIGIT
            else:
                continue
            yield LabelledGlyph(record.id, index, record.digits[index].glyph, value)
