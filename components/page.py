"""The Streamlit script: header, the page that the URL names, and footer."""

from functools import partial
from pathlib import Path

import streamlit as st

from components.connection.panel import show_connection
from components.draw.page import draw_page
from components.header import page_language, show_footer, show_header
from components.i18n import Language, texts_for
from components.present import present_page
from components.review.panel import review_page

HERE = Path(__file__).resolve().parent


def load_accuracy_page(language: Language, review: st.Page) -> None:
    """Show the accuracy page.

    Its charts take a second to import, which the other pages should not wait for.
    """
    from components.accuracy.page import accuracy_page

    accuracy_page(language, review)


st.set_page_config(page_title="Inkling", page_icon=str(HERE / "icon.svg"), layout="wide")
st.html(HERE / "page.css")
language = page_language()
review = st.Page(
    partial(review_page, language), title=texts_for(language, "review")["title"], url_path="review"
)
accuracy = st.Page(
    partial(load_accuracy_page, language, review),
    title=texts_for(language, "accuracy")["title"],
    url_path="accuracy",
)
present = st.Page(
    partial(present_page, language),
    title=texts_for(language, "present")["title"],
    url_path="present",
)
draw = st.Page(partial(draw_page, language, review), title="Inkling", url_path="draw", default=True)
pages = {"draw": draw, "review": review, "accuracy": accuracy, "present": present}
current_page = st.navigation(list(pages.values()), position="hidden")
show_header(language, pages, f"/{current_page.url_path}")
current_page.run()
if current_page.url_path in ("review", "accuracy"):  # the others have a place of their own for it
    show_connection(language)
if current_page.url_path != "present":  # the big screen covers the whole window
    show_footer()
