"""The routes of the site: Streamlit's pages, documents, icons, and the rest, which is 404."""

from starlette.routing import Route

from components.help.page import help_page
from components.share.page import share_page, share_picture
from components.site.about import about_page, privacy_page
from components.site.icons import favicon_route, icon_route
from components.site.manifest import manifest_route
from components.site.not_found import NotFoundRoute
from components.site.streamlit_document import STREAMLIT_PAGES, streamlit_page

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
