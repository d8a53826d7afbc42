"""The page that says how well it reads."""

from collections.abc import Mapping
from itertools import islice
from typing import TypeVar

import altair as alt
import pandas as pd
import streamlit as st

from components.accuracy.charts import Layers, accuracy_chart, count_chart, reliability_chart
from components.accuracy.interval import wilson
from components.accuracy.tables import accuracy_table, count_table, reliability_table
from components.assets import component
from components.header import page_link
from components.i18n.draw import Language, words
from db import StoreUnavailableError, Summary
from services.accuracy import reliability
from services.predictions import get_service

Value = TypeVar("Value")
_DAYS = 60  # that a chart shows
_FEW = 30  # labelled readings

_matrix = component("accuracy", styles=("matrix.css",))


def accuracy_page(language: Language, review: st.Page) -> None:
    """Accuracy with its interval, confusion matrix, reliability, readings per day and source."""
    texts = words(language, "accuracy")
    try:
        summary = get_service().store.summary()
    except StoreUnavailableError:
        st.warning(texts["failed"])
        return
    with st.container(key="figures"):
        st.header(texts["heading"])
        if summary.accuracy.labelled:
            _show_accuracy(summary, language)
            _show_confusion(summary, language)
            _show_reliability(language)
        else:
            st.info(texts["none"])
            page_link(review, texts["review"])
        left, right = st.columns(2)
        with left:
            days = _newest(summary.days)
            _show(
                texts["days"],
                count_chart(count_table(days), language, "day"),
                count_table(days),
                language,
            )
        with right:
            sources = {words(language, "review")[name]: n for name, n in summary.sources.items()}
            table = count_table(sources)
            _show(texts["sources"], count_chart(table, language, "source"), table, language)


def _show_accuracy(summary: Summary, language: Language) -> None:
    texts = words(language, "accuracy")
    accuracy = summary.accuracy
    low, high = wilson(accuracy.right, accuracy.labelled)
    share, labelled, readings = st.columns(3)
    share.metric(texts["right"], f"{accuracy.right / accuracy.labelled:.1%}")
    share.markdown(texts["interval"].format(low=f"{low:.1%}", high=f"{high:.1%}"))
    labelled.metric(texts["labelled"], f"{accuracy.labelled:,}")
    readings.metric(texts["readings"], f"{summary.total:,}")
    if accuracy.labelled < _FEW:
        st.markdown(texts["small"])
    for column, name, parts in zip(
        st.columns(2), ("model", "day"), (summary.by_model, _newest(summary.by_day)), strict=True
    ):
        table = accuracy_table(parts)
        with column:
            _show(texts[f"by_{name}"], accuracy_chart(table, language, name), table, language)


def _show_confusion(summary: Summary, language: Language) -> None:
    texts = words(language, "accuracy")
    st.markdown(f"### {texts['confusion']}")
    st.markdown(texts["confusion_note"])
    cells = [
        {"true": true, "read": read, "count": count}
        for (true, read), count in summary.confusion.items()
    ]
    _matrix(key="matrix", data={"texts": texts, "cells": cells})


def _show_reliability(language: Language) -> None:
    texts = words(language, "accuracy")
    answer = reliability(get_service().store)
    if not answer.digits:
        return
    table = reliability_table(answer)
    _show(texts["reliability"], reliability_chart(table, language), table, language)
    st.markdown(texts["reliability_note"])
    if not answer.complete:
        st.markdown(texts["reliability_part"].format(count=f"{answer.digits:,}"))


def _show(
    heading: str,
    chart: alt.Chart | Layers,
    table: pd.DataFrame,
    language: Language,
) -> None:
    """A chart under its heading, and its numbers for those who rather read."""
    texts = words(language, "accuracy")
    names = {name: texts[name] for name in table.columns if name in texts}
    names |= {"name": heading, "count": texts["readings"]}
    shares = {
        column: lambda value: f"{value:.1%}"
        for column in ("share", "low", "high", "confidence")
        if column in table
    }
    st.markdown(f"### {heading}")
    st.altair_chart(chart)
    with st.expander(texts["table"]):
        st.table(
            table.assign(**{name: table[name].map(show) for name, show in shares.items()})
            .rename(columns=names)
            .set_index(names.get(str(table.columns[0]), heading))
        )


def _newest(days: Mapping[str, Value]) -> dict[str, Value]:
    return dict(islice(days.items(), max(0, len(days) - _DAYS), None))
