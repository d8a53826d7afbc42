"""Score segments with the network, and decide their verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.network import Network, NetworkOutput
from model.prediction import Verdict
from model.segmentation.crossed_sevens import correct_crossed_sevens
from model.segmentation.segments import Segment

AMBIGUITY_MARGIN = 2.2  # log odds (9 to 1) below which several digits may be one non-digit
_MULTI_SEGMENT_GAIN = 15.0  # odds for one digit where several segments together look like one
# How common non-digits are compared with digits:
_NON_DIGIT_PRIOR = 0.2
_MULTI_SEGMENT_NON_DIGIT_PRIOR = 1.0  # where several segments are close enough to be one
_NEIGHBORED_NON_DIGIT_PRIOR = 0.005  # close to other segments
_MIN_PROBABILITY = 1e-3
# Limits on the work for ambiguous segments of one input:
_MAX_GLYPHS = 2_500  # glyphs to classify, about a second of work
_MAX_MERGED_PIXELS = 96_000_000  # limit for the merged segments' ink


class SegmentScorer:
    """Classifies the segments of one prediction; each segment only once.

    Grouping and splitting must `reserve` their work, which bounds it for any input.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._outputs: dict[Segment, tuple[Any, ...]] = {}
        self._ambiguous: set[Segment] = set()
        self._signs: set[Segment] = set()
        self._glyphs_left = _MAX_GLYPHS
        self._pixels_left = _MAX_MERGED_PIXELS

    def reserve(self, glyphs: int, pixels: int) -> bool:
        """Reserve work for so many glyphs and merged pixels; return False beyond the limit.

        The caller then leaves its segments as they are.
        """
        if glyphs > self._glyphs_left or pixels > self._pixels_left:
            return False
        self._glyphs_left -= glyphs
        self._pixels_left -= pixels
        return True

    def classify(self, segments: Sequence[Segment]) -> NetworkOutput:
        """Return the network's output for the segments, in their order."""
        new = [segment for segment in segments if segment not in self._outputs]
        if new:
            output = correct_crossed_sevens(
                new,
                self._classify_glyphs(new),
                self._classify_glyphs,
                self._network.digit_threshold,
            )
            rows = zip(
                output.probabilities,
                output.digit_probability,
                output.confidence,
                output.sure,
                output.embedding,
                output.attention,
                strict=True,
            )
            self._outputs.update(zip(new, rows, strict=True))
            if len(new) == len(segments):
                return output
        known = [self._outputs[segment] for segment in segments]
        return NetworkOutput(*(np.stack(field) for field in zip(*known, strict=True)))

    def _classify_glyphs(self, segments: Sequence[Segment]) -> NetworkOutput:
        return self._network.classify([segment.glyph for segment in segments])

    def mark_ambiguous(self, segments: Sequence[Segment]) -> None:
        """Mark segments as possible parts of another symbol: their verdict is at most "unsure"."""
        self._ambiguous.update(segments)

    def forget_ambiguous(self) -> None:
        """Forget which segments were marked as ambiguous, to group in another way."""
        self._ambiguous.clear()

    def mark_signs(self, segments: Sequence[Segment]) -> None:
        """Mark segments as points, commas and dashes: their verdict is "not_a_digit"."""
        self._signs.update(segments)

    def verdicts(self, segments: Sequence[Segment], output: NetworkOutput) -> list[Verdict]:
        """Return the verdict of each segment, given the network's output for them.

        If half of the segments look like non-digits, "digit" becomes "unsure", because non-digits
        rarely occur alone. Segments that are marked as signs do not count.
        """
        digit_probabilities = output.digit_probability.tolist()
        others = [
            probability
            for segment, probability in zip(segments, digit_probabilities, strict=True)
            if segment not in self._signs
        ]
        doubtful = sum(probability < self._network.sure_digit_threshold for probability in others)
        mostly_digits = 2 * doubtful < len(others)
        verdicts: list[Verdict] = []
        for segment, probability, sure in zip(
            segments, digit_probabilities, output.sure.tolist(), strict=True
        ):
            if probability < self._network.digit_threshold or segment in self._signs:
                verdicts.append("not_a_digit")
            elif sure and mostly_digits and segment not in self._ambiguous:
                verdicts.append("digit")
            else:
                verdicts.append("unsure")
        return verdicts

    def score(
        self,
        segments: Sequence[Segment],
        part_counts: Sequence[int],
        isolated: Sequence[bool],
    ) -> NDArray[np.float32]:
        """Return the log score (n,) of each segment as a digit or as a non-digit, the higher one.

        part_counts: number of segments that each was merged from; it is rare that they look like a
        digit together by chance.
        isolated: whether no other segment is close; non-digits are rarely close to digits.
        """
        output = self.classify(segments)
        is_rejected = output.digit_probability < self._network.digit_threshold
        digit = np.where(is_rejected, 0, output.confidence)
        is_merged = np.array(part_counts) > 1
        digit *= np.where(is_merged, _MULTI_SEGMENT_GAIN, 1)
        prior = np.where(is_merged, _MULTI_SEGMENT_NON_DIGIT_PRIOR, _NON_DIGIT_PRIOR)
        prior = np.where(isolated, prior, _NEIGHBORED_NON_DIGIT_PRIOR)
        non_digit = (1 - output.digit_probability) * prior
        scores = np.maximum(np.maximum(digit, non_digit), _MIN_PROBABILITY)
        return np.asarray(np.log(scores), np.float32)
