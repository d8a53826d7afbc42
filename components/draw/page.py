"""The drawing page: samples and upload, pad, prediction and history."""

import streamlit as st

from components.draw.visit import Visit
from components.header import page_link
from components.history_panel.panel import history_access, show_history
from components.how_it_works.panel import show_how_it_works
from components.i18n import Language, texts_for
from components.identity import page_identity
from components.pad.panel import show_pad
from components.prediction.panel import show_prediction
from components.samples.panel import show_samples
from components.upload.panel import show_upload
from core.settings import get_settings
from services.predictions import get_service


@st.fragment
def draw_page(language: Language, review: st.Page) -> None:
    """Show the page. It reruns for images and tools, not for strokes: the browser saves those."""
    if "visit" not in st.session_state:
        identity = page_identity()
        st.session_state["visit"] = Visit(identity.owner, identity.label_author(None))
        st.session_state["history_access"] = history_access(identity, get_settings())
    visit: Visit = st.session_state["visit"]
    layout = st.container(key="draw_layout")
    # The order of the Tab key: the answer follows the drawing, then come other ways to give one.
    pad, prediction, image, history = (
        layout.container(key=f"{name}_area") for name in ("pad", "prediction", "image", "history")
    )
    with image:
        _predict_new_image(visit, language)
    with pad:
        show_pad(language, visit.replaced_by)
    with prediction:
        show_prediction(language, visit.result, visit.label_author)
    with history:
        version = visit.result.version if visit.result else ""
        show_history(language, version, st.session_state["history_access"])
        page_link(review, texts_for(language, "page")["review_all"])
    show_how_it_works(language)


def _predict_new_image(visit: Visit, language: Language) -> None:
    """Predict the sample, or show the file, that was chosen since the last run."""
    service = get_service()
    sample = show_samples(language)
    show_upload(language, visit, service)
    if sample is not None:
        visit.predict_image(service, lambda: sample.image, "sample")
