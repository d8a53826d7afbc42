"""The Streamlit script: header, the page that the URL names, and footer."""

from functools import partial
from pathlib import Path

import streamlit as st

from components.accuracy.page import accuracy_page
from components.connection.panel import show_connection
from components.draw.page import draw_page
from components.header import page_language, show_footer, show_header
from components.models.page import models_page
from components.present import present_page
from components.review.panel import review_page
from components.site.head import page_title

HERE = Path(__file__).resolve().parent


st.set_page_config(layout="wide")  # st.Page sets the title, our document the icon
st.html(HERE / "page.css")
language = page_language()
review = st.Page(
    partial(review_page, language), title=page_title(language, "review"), url_path="review"
)
accuracy = st.Page(
    partial(accuracy_page, language),
    title=page_title(language, "accuracy"),
    url_path="accuracy",
)
present = st.Page(
    partial(present_page, language),
    title=page_title(language, "present"),
    url_path="present",
)
draw = st.Page(
    partial(draw_page, language, review),
    title=page_title(language, "draw"),
    url_path="draw",
    default=True,
)
models = st.Page(
    partial(models_page, language), title=page_title(language, "models"), url_path="models"
)
pages = {"draw": draw, "review": review, "accuracy": accuracy, "present": present}
current_page = st.navigation([*pages.values(), models], position="hidden")
show_header(language, pages, f"/{current_page.url_path}")
current_page.run()
if current_page.url_path in (
    "review",
    "accuracy",
    "models",
):  # the others have a place of their own for it
    show_connection(language)
if current_page.url_path != "present":  # the big screen covers the whole window
    show_footer(language)
