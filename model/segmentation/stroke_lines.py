"""Find the digits of a drawing among its other marks."""

from __future__ import annotations

from collections.abc import Sequence

from model.segmentation.frames import remove_frames
from model.segmentation.grouping import group_into_digits
from model.segmentation.lines import group_into_lines
from model.segmentation.open_fours import find_open_fours
from model.segmentation.pen_marks import insert_separators, separate_marks
from model.segmentation.scoring import SegmentScorer
from model.segmentation.segments import StrokeSegment, merge_stroke_segments
from model.segmentation.underlines import remove_underlines

_MAX_SEGMENTS_WITH_MARKS = 80  # of more, all are grouped: marks cost time that grows quadratically
_MAX_TRIALS = 8  # in which what remains without a mark is predicted


def read_strokes(
    segments: Sequence[StrokeSegment], scorer: SegmentScorer
) -> list[list[StrokeSegment]]:
    """Return a segment for each digit or sign, in lines from top to bottom, left to right.

    Frames, underlines, taps and traces of the hand are left out. Points, commas and dashes are
    signs, which are marked as such in the scorer.
    """
    if len(segments) == 1:
        return [list(segments)]
    if len(segments) > _MAX_SEGMENTS_WITH_MARKS:
        grouped_lines = group_into_digits(segments, merge_stroke_segments, scorer)
        return [line for grouped in grouped_lines for line in group_into_lines(grouped)]

    def group(digits: Sequence[StrokeSegment]) -> list[list[StrokeSegment]]:
        linked = find_open_fours(digits, scorer)
        return group_into_digits(digits, merge_stroke_segments, scorer, linked=linked)

    trials = iter(range(_MAX_TRIALS))

    def reads_as_number(some: Sequence[StrokeSegment]) -> bool:
        if next(trials, None) is None:
            return False
        lines = group(separate_marks(some).digits)
        scorer.forget_ambiguous()
        digits = [digit for line in lines for digit in line]
        verdicts = scorer.verdicts(digits, scorer.classify(digits))
        return "not_a_digit" not in verdicts

    segments = remove_frames(segments, reads_as_number)
    segments = remove_underlines(segments, reads_as_number)
    marks = separate_marks(segments)
    lines = [line for grouped in group(marks.digits) for line in group_into_lines(grouped)]
    lines, signs = insert_separators(lines, marks)
    scorer.mark_signs(signs)
    return lines
