"""The page where digits are drawn and read."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.gallery.panel import offer_samples
from components.header import page_link
from components.history_panel.panel import show_history
from components.live_bars.panel import show_bars
from components.pad.panel import draw_pad
from components.texts import Language, sentence_for, words
from components.upload.panel import offer_upload
from components.visit import Visit
from owner import owner_in
from service import get_service


@st.fragment
def reading_page(language: Language, review: st.Page) -> None:
    """Pad, reading, samples, upload and history; only this runs again when the pen lifts."""
    if "visit" not in st.session_state:
        st.session_state["visit"] = Visit(owner=owner_in(st.context.cookies))
    visit: Visit = st.session_state["visit"]
    desk = st.container(key="desk")
    pad, bars, other, history = (
        desk.container(key=key) for key in ("pad_area", "bars_area", "other_area", "history_area")
    )
    try:
        _read_all(visit, language, pad, other)
    except Exception as error:  # the page lives on, whatever happens, and says so
        visit.fail(error)
    with bars:
        show_bars(language, visit.record, visit.picture, _sentence(visit, language))
    with history:
        show_history(language, visit.version)
        page_link(review, words(language, "page")["review_all"])


def _read_all(
    visit: Visit,
    language: Language,
    pad: DeltaGenerator,
    other: DeltaGenerator,
) -> None:
    service = get_service()
    megabytes = service.settings.max_upload_megabytes
    with other:
        sample = offer_samples(language)
        upload = offer_upload(language, megabytes)
    if sample:
        visit.see_picture(service, sample.picture, "sample")
    if upload:
        visit.see_picture(service, upload.content, "upload")
    with pad:
        ink = draw_pad(language, visit.replaced)
    if visit.see_finished(service, ink.finished, ink.number):
        return
    if not sample and not upload:
        visit.see_pad(service, ink.strokes)


def _sentence(visit: Visit, language: Language) -> str | None:
    if not visit.trouble:
        return None
    megabytes = get_service().settings.max_upload_megabytes
    return sentence_for(language, *visit.trouble, megabytes=f"{megabytes:g}")
