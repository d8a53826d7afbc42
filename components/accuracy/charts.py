"""The charts of the accuracy page, in the page's colors."""

import altair as alt
import pandas as pd

from components.i18n import Language, texts_for

Chart = alt.Chart | alt.LayerChart | alt.FacetChart
_HEIGHT = 260  # pixels
_SLANTED = alt.Axis(labelAngle=-30, labelLimit=0)
_INTERVAL_COLOR = "#7a8194"  # visible on light and on dark


def accuracy_chart(table: pd.DataFrame, language: Language, group: str) -> Chart:
    """Return accuracies with their intervals: one dot for each row of an accuracy table."""
    texts = texts_for(language, "accuracy")
    x = alt.X("name:N", title=texts[group], sort=None, axis=_SLANTED)
    lowest = max(0.0, float(table["low"].min()) - 0.02)
    scale = alt.Scale(domain=[lowest, 1])
    axis = alt.Axis(format="%", title=texts["share"])
    base = alt.Chart(table, height=_HEIGHT)
    intervals = base.mark_rule(strokeWidth=2, color=_INTERVAL_COLOR).encode(
        x=x, y=alt.Y("low:Q", scale=scale, axis=axis), y2="high:Q"
    )
    dots = base.mark_circle(size=90, opacity=1).encode(
        x=x,
        y=alt.Y("share:Q", scale=scale, axis=axis),
        tooltip=[
            alt.Tooltip("name:N", title=texts[group]),
            alt.Tooltip("share:Q", format=".1%", title=texts["share"]),
            alt.Tooltip("low:Q", format=".1%", title=texts["low"]),
            alt.Tooltip("high:Q", format=".1%", title=texts["high"]),
            alt.Tooltip("labelled:Q", title=texts["labelled"]),
        ],
    )
    return alt.layer(intervals, dots)


def count_chart(table: pd.DataFrame, language: Language, group: str) -> Chart:
    """Return a bar chart with one bar for each row of a count table."""
    texts = texts_for(language, "accuracy")
    bars: alt.Chart = alt.Chart(table, height=_HEIGHT).mark_bar(cornerRadiusEnd=3)
    chart: alt.Chart = bars.encode(
        x=alt.X("name:N", title=texts[group], sort=None, axis=_SLANTED),
        y=alt.Y("count:Q", title=texts["predictions"], axis=alt.Axis(tickMinStep=1)),
        tooltip=[
            alt.Tooltip("name:N", title=texts[group]),
            alt.Tooltip("count:Q", title=texts["predictions"]),
        ],
    )
    return chart


def reliability_chart(table: pd.DataFrame, language: Language) -> Chart:
    """Return a reliability diagram: accuracy against confidence, with the diagonal dashed."""
    texts = texts_for(language, "accuracy")
    percent = alt.Axis(format="%")
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("confidence:Q", scale=scale, axis=percent, title=texts["confidence"])
    ends = pd.DataFrame({"confidence": [0, 1], "share": [0, 1]})
    diagonal = (
        alt.Chart(ends, height=_HEIGHT)
        .mark_line(strokeDash=[4, 4], opacity=0.6)
        .encode(x=x, y=alt.Y("share:Q", scale=scale, axis=percent, title=texts["share"]))
    )
    base = alt.Chart(table)
    intervals = base.mark_rule(strokeWidth=2, color=_INTERVAL_COLOR).encode(
        x=x, y="low:Q", y2="high:Q"
    )
    dots = base.mark_circle(opacity=1).encode(
        x=x,
        y="share:Q",
        size=alt.Size("digits:Q", legend=None, scale=alt.Scale(range=[50, 400])),
        tooltip=[
            alt.Tooltip("confidence:Q", format=".1%", title=texts["confidence"]),
            alt.Tooltip("share:Q", format=".1%", title=texts["share"]),
            alt.Tooltip("digits:Q", title=texts["digits"]),
        ],
    )
    return alt.layer(diagonal, intervals, dots)
