"""Inkling's page: what all its views share, and the view that was asked for."""

from functools import partial
from pathlib import Path

import streamlit as st

from components.draw.page import draw_page
from components.header import page_language, show_header
from components.i18n.draw import Language, words
from components.present import present_page
from components.review.panel import review_page

HERE = Path(__file__).resolve().parent


def show_accuracy(language: Language, review: st.Page) -> None:
    """The page of the accuracy. Its charts take a second to load: nobody else waits for them."""
    from components.accuracy.page import accuracy_page

    accuracy_page(language, review)


st.set_page_config(page_title="Inkling", page_icon=str(HERE / "icon.svg"), layout="wide")
st.html(HERE / "page.css")
language = page_language()
review = st.Page(
    partial(review_page, language), title=words(language, "review")["title"], url_path="review"
)
accuracy = st.Page(
    partial(show_accuracy, language, review),
    title=words(language, "accuracy")["title"],
    url_path="accuracy",
)
present = st.Page(
    partial(present_page, language), title=words(language, "present")["title"], url_path="present"
)
read = st.Page(partial(draw_page, language, review), title="Inkling", url_path="read", default=True)
pages = {"read": read, "review": review, "accuracy": accuracy, "present": present}
view = st.navigation(list(pages.values()), position="hidden")
show_header(language, pages)
view.run()
