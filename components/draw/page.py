"""The drawing page: samples and upload, pad, prediction and history."""

import streamlit as st

from components.draw.visit import Visit
from components.header import page_link
from components.history_panel.panel import show_history
from components.i18n import Language, error_message, texts_for
from components.identity import page_identity
from components.pad.panel import show_pad
from components.prediction.panel import show_prediction
from components.samples.panel import show_samples
from components.upload.panel import show_upload
from core.settings import get_settings
from services.predictions import get_service


@st.fragment
def draw_page(language: Language, review: st.Page) -> None:
    """Show the page; all of it reruns when a sample or a file is chosen."""
    if "visit" not in st.session_state:
        identity = page_identity()
        has_scopes = identity.is_reviewer and get_settings().is_protected
        st.session_state["visit"] = Visit(owner=identity.owner, has_scopes=has_scopes)
    visit: Visit = st.session_state["visit"]
    layout = st.container(key="draw_layout")
    drawing = layout.container(key="drawing")
    with layout.container(key="image_area"):
        visit.has_new_image = _predict_new_image(visit, language)
    try:
        with drawing:
            _show_drawing(language, review, visit)
    finally:
        visit.has_new_image = visit.image_rejected = False


@st.fragment
def _show_drawing(language: Language, review: st.Page, visit: Visit) -> None:
    """Show pad, prediction and history; only this part reruns when the pen lifts."""
    pad, prediction, history = (
        st.container(key=key) for key in ("pad_area", "prediction_area", "history_area")
    )
    with pad:
        _predict_pad(visit, language)
    with prediction:
        show_prediction(language, visit.prediction, visit.image_url, _error_text(visit, language))
    with history:
        show_history(language, visit.version, has_scopes=visit.has_scopes)
        page_link(review, texts_for(language, "page")["review_all"])


def _predict_new_image(visit: Visit, language: Language) -> bool:
    """Predict the sample or file chosen with this run; return whether a valid one was chosen."""
    service = get_service()
    try:
        sample = show_samples(language)
        upload = show_upload(language, service.settings.max_upload_megabytes)
        if sample:
            visit.predict_image(service, sample.image, "sample")
        if upload:
            visit.predict_image(service, upload.content, "upload")
    except Exception as error:  # the page must survive any error and show it
        visit.reject_image(error)
        return False
    return bool(sample or upload) and not visit.image_rejected


def _predict_pad(visit: Visit, language: Language) -> None:
    service = get_service()
    try:
        pad = show_pad(language, visit.replaced_by)
        is_outdated = visit.save_cleared_drawing(
            service, pad.cleared_strokes, pad.clear_number, pad.strokes
        )
        if not is_outdated and not visit.has_new_image:
            visit.update_drawing(service, pad.strokes)
    except Exception as error:  # the page must survive any error and show it
        visit.set_error(error)


def _error_text(visit: Visit, language: Language) -> str | None:
    if visit.error is None:
        return None
    megabytes = get_service().settings.max_upload_megabytes
    return error_message(language, *visit.error, megabytes=f"{megabytes:g}")
