"""What the network says of marks, asked once for each, and how likely that makes a grouping."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.network import Network, NetworkOutput
from model.prediction import Verdict
from model.segmentation.segments import Segment

CONTESTED = 2.2  # log odds (9 to 1) below which several digits may as well be one sign
_WHOLE = 15.0  # times likelier that parts which make a digit together are one, than by chance
_SIGN = 0.2  # times as common as a digit is a sign that is none
_SIGN_OF_PARTS = 1.0  # the same where several marks stand so close that they may be one
_SIGN_AMONG = 0.005  # the same for a sign that stands close to other marks
_MOST_GLYPHS = 2_500  # that doubt may have the network asked about in one reading, a second's work
_MOST_PIXELS = 96_000_000  # of the pictures that doubt may make of joined marks in one reading
_LEAST = 1e-3  # chance below which nothing is more unlikely


class SegmentScorer:
    """The network's opinion of the marks of one reading; each is judged once.

    How much may be tried where marks are in doubt is bounded, whatever the ink is: see `afford`.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._known: dict[Segment, tuple[Any, ...]] = {}
        self._contested: set[Segment] = set()
        self._glyphs_left = _MOST_GLYPHS
        self._pixels_left = _MOST_PIXELS

    def afford(self, glyphs: int, pixels: int) -> bool:
        """Set work aside for so many glyphs, and pictures of so many pixels; False where too much.

        What cannot be afforded is not tried: the marks stay as they are.
        """
        if glyphs > self._glyphs_left or pixels > self._pixels_left:
            return False
        self._glyphs_left -= glyphs
        self._pixels_left -= pixels
        return True

    def opinion(self, marks: Sequence[Segment]) -> NetworkOutput:
        """What the network says of the marks, in their order."""
        new = [mark for mark in marks if mark not in self._known]
        if new:
            opinion = self._network.judge([mark.glyph for mark in new])
            rows = zip(
                opinion.probabilities,
                opinion.digit,
                opinion.confidence,
                opinion.sure,
                opinion.embedding,
                opinion.attention,
                strict=True,
            )
            self._known.update(zip(new, rows, strict=True))
            if len(new) == len(marks):
                return opinion
        known = [self._known[mark] for mark in marks]
        return NetworkOutput(*(np.stack(part) for part in zip(*known, strict=True)))

    def contest(self, marks: Sequence[Segment]) -> None:
        """Note that these marks may as well be parts of something else."""
        self._contested.update(marks)

    def verdicts(self, marks: Sequence[Segment], opinion: NetworkOutput) -> list[Verdict]:
        """What each mark is taken for, in their order, given the opinion of them.

        Signs come in company: where half of the marks may well be none, none is a digit for sure.
        """
        chances = opinion.digit.tolist()
        doubtful = sum(chance < self._network.sure_digit_threshold for chance in chances)
        some_sure = 2 * doubtful < len(marks)
        verdicts: list[Verdict] = []
        for mark, chance, sure in zip(marks, chances, opinion.sure.tolist(), strict=True):
            if chance < self._network.digit_threshold:
                verdicts.append("not_a_digit")
            elif sure and some_sure and mark not in self._contested:
                verdicts.append("digit")
            else:
                verdicts.append("unsure")
        return verdicts

    def score(
        self, marks: Sequence[Segment], parts: Sequence[int], alone: Sequence[bool]
    ) -> NDArray[np.float32]:
        """Log chance (n,) of each mark to be what it would be read as: a digit, or else a sign.

        parts: of how many marks each is made; what makes a digit together seldom does by chance.
        alone: whether no other mark is close; a sign seldom stands close to a digit.
        """
        opinion = self.opinion(marks)
        digit = np.where(opinion.digit < self._network.digit_threshold, 0, opinion.confidence)
        several = np.array(parts) > 1
        digit *= np.where(several, _WHOLE, 1)
        usual = np.where(several, _SIGN_OF_PARTS, _SIGN)
        sign = (1 - opinion.digit) * np.where(alone, usual, _SIGN_AMONG)
        return np.asarray(np.log(np.maximum(np.maximum(digit, sign), _LEAST)), np.float32)
