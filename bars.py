"""What the bars show of a reading, in plain types: for the page, and for what follows the pen."""

from base64 import b64encode
from typing import Any

from model import Reading


def bars_of(reading: Reading) -> dict[str, Any]:
    """The text, and of each digit what has a place on the page; as JSON takes it."""
    return {
        "text": reading.text,
        "digits": [
            {
                "value": digit.value,
                "verdict": digit.verdict,
                "confidence": float(digit.confidence),
                "probabilities": digit.probabilities.tolist(),
                "box": digit.box,
                "glyph": b64encode(digit.glyph.tobytes()).decode(),
            }
            for digit in reading.digits
        ],
    }
