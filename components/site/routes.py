"""The routes of the site: Streamlit's pages, documents, icons, and the rest, which is 404."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from components.help.page import help_page
from components.site.about import about_page, privacy_page
from components.site.icons import favicon_route, icon_route
from components.site.manifest import manifest_route
from components.site.not_found import NotFoundRoute
from components.site.streamlit_document import STREAMLIT_PAGES, streamlit_page


# Shared predictions import OpenCV and NumPy, which would delay the start of the server by 0.17 s.
def share_page(request: Request) -> Response:
    """Return the page of a shared prediction."""
    from components.share import page

    return page.share_page(request)


def share_picture(request: Request) -> Response:
    """Return a picture of a shared prediction."""
    from components.share import page

    return page.share_picture(request)


site_routes = [
    *(Route(path, streamlit_page) for path in STREAMLIT_PAGES),
    Route("/about", about_page),
    Route("/privacy", privacy_page),
    Route("/help", help_page),
    Route("/share/{token}", share_page),
    Route("/share/{token}/{picture}", share_picture),
    Route("/manifest.webmanifest", manifest_route),
    Route("/icons/{name}", icon_route),
    Route("/favicon.ico", favicon_route),
    NotFoundRoute(),  # last: it takes every path
]
