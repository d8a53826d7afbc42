"""What is answered at addresses that do not exist, and at those with a slash too many."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from components.i18n import texts_for
from components.site.document import text_document
from components.site.head import relative_root, request_language

# Below these Streamlit serves its scripts, sockets and components.
_STREAMLIT = ("/_stcore/", "/static/", "/media/", "/component/")


class NotFoundRoute(Route):
    """The route of every path that neither an earlier route nor Streamlit serves.

    Without it Streamlit answers with its page, which then says in English that a page is missing.
    """

    def __init__(self) -> None:
        super().__init__("/{path:path}", not_found)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return no match for Streamlit's own paths."""
        if scope["type"] == "http" and scope["path"].startswith(_STREAMLIT):
            return Match.NONE, {}
        return super().matches(scope)


def not_found(request: Request) -> Response:
    """Answer 404, as a page for browsers; without its final slashes the address may exist."""
    path: str = request.scope["path"]
    shorter = path.rstrip("/")
    if shorter and shorter != path:
        name = shorter.rpartition("/")[2]
        query = f"?{request.url.query}" if request.url.query else ""
        url = "../" * (len(path) - len(shorter)) + name + query
        return RedirectResponse(url, 301, {"Cache-Control": "no-cache"})
    headers = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Language"}
    if "text/html" not in request.headers.get("accept", ""):
        message = "There is nothing at this address: see /api/docs for the available routes."
        return JSONResponse({"error": {"code": "not_found", "message": message}}, 404, headers)
    language = request_language(request)
    texts = texts_for(language, "site")
    root = escape(relative_root(path))
    content = f"""<h1>{escape(texts["not_found"])}</h1>
<p>{escape(texts["not_found_more"])}</p>
<p><a class="button" href="{root}?lang={language}">{escape(texts["back"])}</a></p>"""
    return HTMLResponse(text_document(request, language, "not_found", content), 404, headers)
