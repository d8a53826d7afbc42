"""How much two drawings look like each other, in words that mean the same for any pair.

Cosine similarities of embeddings are hard to read: pictures of different digits have 0.6 on
average. The thresholds come from all pairs of 2,000 MNIST test glyphs:

| cosine | same digit |
| --- | --- |
| 0.98 to 1 | 99.995 % |
| 0.95 to 0.98 | 99.87 % |
| 0.9 to 0.95 | 94.9 % |
| 0.85 to 0.9 | 50 % |
| below 0.85 | 0.1 % |

A glyph and itself turned by six degrees have at least 0.993 (99 of 100 glyphs).
"""

from typing import Literal

from db import PredictionRecord

Likeness = Literal["same", "alike", "similar", "different"]

SAME = 0.993  # as a picture and a slightly turned copy of it
ALIKE = 0.98  # the same digit in the same handwriting
SIMILAR = 0.9  # mostly the same digit


def compare(record: PredictionRecord, other: PredictionRecord, similarity: float) -> Likeness:
    """Return how much two drawings look like each other, given the cosine of their embeddings.

    The embedding of a number is the mean of its digits', which tells neither how many they are nor
    their order: numbers with different texts are "similar" at most.
    """
    if similarity < SIMILAR:
        return "different"
    comparable = record.text == other.text or len(record.digits) == len(other.digits) == 1
    if similarity < ALIKE or not comparable:
        return "similar"
    return "same" if similarity >= SAME else "alike"
