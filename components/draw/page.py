"""The page where digits are drawn and read."""

import streamlit as st

from components.draw.visit import Visit
from components.header import page_link
from components.history_panel.panel import show_history
from components.i18n.draw import Language, sentence_for, words
from components.pad.panel import draw_pad
from components.prediction.panel import show_bars
from components.samples.panel import offer_samples
from components.upload.panel import offer_upload
from services.identity import owner_from_cookies
from services.predictions import get_service


@st.fragment
def draw_page(language: Language, review: st.Page) -> None:
    """Samples, upload, and the drawing; all of it runs again when a picture is chosen."""
    if "visit" not in st.session_state:
        st.session_state["visit"] = Visit(owner=owner_from_cookies(st.context.cookies))
    visit: Visit = st.session_state["visit"]
    desk = st.container(key="desk")
    drawing = desk.container(key="drawing")
    with desk.container(key="other_area"):
        visit.picture_came = _read_picture(visit, language)
    try:
        with drawing:
            _drawing(language, review, visit)
    finally:
        visit.picture_came = visit.picture_refused = False


@st.fragment
def _drawing(language: Language, review: st.Page, visit: Visit) -> None:
    """Pad, reading and history; only this runs again when the pen lifts."""
    pad, bars, history = (
        st.container(key=key) for key in ("pad_area", "bars_area", "history_area")
    )
    with pad:
        _read_pad(visit, language)
    with bars:
        show_bars(language, visit.record, visit.picture, _sentence(visit, language))
    with history:
        show_history(language, visit.version)
        page_link(review, words(language, "page")["review_all"])


def _read_picture(visit: Visit, language: Language) -> bool:
    """Read the picture that came with this run; whether there is one that can be read."""
    service = get_service()
    try:
        sample = offer_samples(language)
        upload = offer_upload(language, service.settings.max_upload_megabytes)
        if sample:
            visit.see_picture(service, sample.picture, "sample")
        if upload:
            visit.see_picture(service, upload.content, "upload")
    except Exception as error:  # the page lives on, whatever happens, and says so
        visit.refuse_picture(error)
        return False
    return bool(sample or upload) and not visit.picture_refused


def _read_pad(visit: Visit, language: Language) -> None:
    service = get_service()
    try:
        ink = draw_pad(language, visit.replaced)
        older = visit.see_finished(service, ink.finished, ink.number, ink.strokes)
        if not older and not visit.picture_came:
            visit.see_pad(service, ink.strokes)
    except Exception as error:
        visit.fail(error)


def _sentence(visit: Visit, language: Language) -> str | None:
    if not visit.trouble:
        return None
    megabytes = get_service().settings.max_upload_megabytes
    return sentence_for(language, *visit.trouble, megabytes=f"{megabytes:g}")
