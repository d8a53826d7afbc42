"""The charts, in the colours of the page."""

import altair as alt
import pandas as pd

from components.i18n.draw import Language, words

Layers = alt.LayerChart | alt.FacetChart
_HEIGHT = 260  # pixels
_SLANTED = alt.Axis(labelAngle=-30, labelLimit=0)
_RANGE = "#7a8194"  # shows on light and on dark


def accuracy_chart(table: pd.DataFrame, language: Language, part: str) -> Layers:
    """Shares with their intervals, a dot for each row of an accuracy table."""
    texts = words(language, "accuracy")
    across = alt.X("name:N", title=texts[part], sort=None, axis=_SLANTED)
    lowest = max(0.0, float(table["low"].min()) - 0.02)
    scale = alt.Scale(domain=[lowest, 1])
    share = alt.Axis(format="%", title=texts["share"])
    base = alt.Chart(table, height=_HEIGHT)
    lines = base.mark_rule(strokeWidth=2, color=_RANGE).encode(
        x=across, y=alt.Y("low:Q", scale=scale, axis=share), y2="high:Q"
    )
    dots = base.mark_circle(size=90, opacity=1).encode(
        x=across,
        y=alt.Y("share:Q", scale=scale, axis=share),
        tooltip=[
            alt.Tooltip("name:N", title=texts[part]),
            alt.Tooltip("share:Q", format=".1%", title=texts["share"]),
            alt.Tooltip("low:Q", format=".1%", title=texts["low"]),
            alt.Tooltip("high:Q", format=".1%", title=texts["high"]),
            alt.Tooltip("labelled:Q", title=texts["labelled"]),
        ],
    )
    return alt.layer(lines, dots)


def count_chart(table: pd.DataFrame, language: Language, part: str) -> alt.Chart:
    """A bar for each row of a count table."""
    texts = words(language, "accuracy")
    bars: alt.Chart = alt.Chart(table, height=_HEIGHT).mark_bar(cornerRadiusEnd=3)
    chart: alt.Chart = bars.encode(
        x=alt.X("name:N", title=texts[part], sort=None, axis=_SLANTED),
        y=alt.Y("count:Q", title=texts["readings"], axis=alt.Axis(tickMinStep=1)),
        tooltip=[
            alt.Tooltip("name:N", title=texts[part]),
            alt.Tooltip("count:Q", title=texts["readings"]),
        ],
    )
    return chart


def reliability_chart(table: pd.DataFrame, language: Language) -> Layers:
    """How often digits were right against how sure they were; the line is where both agree."""
    texts = words(language, "accuracy")
    percent = alt.Axis(format="%")
    whole = alt.Scale(domain=[0, 1])
    across = alt.X("confidence:Q", scale=whole, axis=percent, title=texts["confidence"])
    line = pd.DataFrame({"confidence": [0, 1], "share": [0, 1]})
    agree = (
        alt.Chart(line, height=_HEIGHT)
        .mark_line(strokeDash=[4, 4], opacity=0.6)
        .encode(x=across, y=alt.Y("share:Q", scale=whole, axis=percent, title=texts["share"]))
    )
    base = alt.Chart(table)
    ranges = base.mark_rule(strokeWidth=2, color=_RANGE).encode(x=across, y="low:Q", y2="high:Q")
    dots = base.mark_circle(opacity=1).encode(
        x=across,
        y="share:Q",
        size=alt.Size("digits:Q", legend=None, scale=alt.Scale(range=[50, 400])),
        tooltip=[
            alt.Tooltip("confidence:Q", format=".1%", title=texts["confidence"]),
            alt.Tooltip("share:Q", format=".1%", title=texts["share"]),
            alt.Tooltip("digits:Q", title=texts["digits"]),
        ],
    )
    return alt.layer(agree, ranges, dots)
