"""The accuracy page."""

from collections.abc import Mapping
from itertools import islice
from typing import TypeVar

import pandas as pd
import streamlit as st

from components.accuracy.charts import Chart, accuracy_chart, count_chart, reliability_chart
from components.accuracy.interval import wilson_interval
from components.accuracy.tables import accuracy_table, count_table, reliability_table
from components.assets import component
from components.header import page_link
from components.i18n import Language, texts_for
from components.identity import page_identity
from components.sign_in.prompt import show_sign_in_prompt
from db import StoreUnavailableError, Summary
from services.accuracy import reliability
from services.predictions import get_service

Value = TypeVar("Value")
_CHART_DAYS = 60
_SMALL_SAMPLE = 30  # labelled predictions below which the page warns

_matrix = component("accuracy", styles=("matrix.css",))


def accuracy_page(language: Language, review: st.Page) -> None:
    """Show accuracy with its interval, confusion matrix, reliability, and counts."""
    texts = texts_for(language, "accuracy")
    if not page_identity().is_reviewer:
        show_sign_in_prompt(language, "/accuracy")
        return
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
        _show_counts(summary, language)


def _show_accuracy(summary: Summary, language: Language) -> None:
    texts = texts_for(language, "accuracy")
    accuracy = summary.accuracy
    low, high = wilson_interval(accuracy.right, accuracy.labelled)
    share, labelled, predictions = st.columns(3)
    share.metric(texts["share"], f"{accuracy.right / accuracy.labelled:.1%}")
    share.markdown(texts["interval"].format(low=f"{low:.1%}", high=f"{high:.1%}"))
    labelled.metric(texts["labelled"], f"{accuracy.labelled:,}")
    predictions.metric(texts["predictions"], f"{summary.total:,}")
    if accuracy.labelled < _SMALL_SAMPLE:
        st.markdown(texts["small"])
    groups = {"model": summary.by_model, "day": _newest(summary.by_day)}
    for column, (name, accuracies) in zip(st.columns(2), groups.items(), strict=True):
        table = accuracy_table(accuracies)
        with column:
            _show_chart(texts[f"by_{name}"], accuracy_chart(table, language, name), table, language)


def _show_confusion(summary: Summary, language: Language) -> None:
    texts = texts_for(language, "accuracy")
    st.markdown(f"### {texts['confusion']}")
    st.markdown(texts["confusion_note"])
    cells = [
        {"true": label, "predicted": predicted, "count": count}
        for (label, predicted), count in summary.confusion.items()
    ]
    _matrix(key="matrix", data={"texts": texts, "cells": cells})


def _show_reliability(language: Language) -> None:
    texts = texts_for(language, "accuracy")
    response = reliability(get_service().store)
    if not response.digits:
        return
    table = reliability_table(response)
    _show_chart(texts["reliability"], reliability_chart(table, language), table, language)
    st.markdown(texts["reliability_note"])
    if not response.complete:
        st.markdown(texts["reliability_part"].format(count=f"{response.digits:,}"))


def _show_counts(summary: Summary, language: Language) -> None:
    texts = texts_for(language, "accuracy")
    source_names = texts_for(language, "review")
    days = count_table(_newest(summary.days))
    sources = count_table({source_names[name]: count for name, count in summary.sources.items()})
    left, right = st.columns(2)
    with left:
        _show_chart(texts["days"], count_chart(days, language, "day"), days, language)
    with right:
        _show_chart(texts["sources"], count_chart(sources, language, "source"), sources, language)


def _show_chart(heading: str, chart: Chart, table: pd.DataFrame, language: Language) -> None:
    """Show a chart under its heading, and its data as a table for those who prefer numbers."""
    texts = texts_for(language, "accuracy")
    names = {name: texts[name] for name in table.columns if name in texts}
    names |= {"name": heading, "count": texts["predictions"]}
    shares = [name for name in ("share", "low", "high", "confidence") if name in table]
    st.markdown(f"### {heading}")
    st.altair_chart(chart)
    with st.expander(texts["table"]):
        st.table(
            table.assign(**{name: table[name].map("{:.1%}".format) for name in shares})
            .rename(columns=names)
            .set_index(names.get(str(table.columns[0]), heading))
        )


def _newest(days: Mapping[str, Value]) -> dict[str, Value]:
    """Return the last _CHART_DAYS entries of a mapping in ascending order of day."""
    return dict(islice(days.items(), max(0, len(days) - _CHART_DAYS), None))
