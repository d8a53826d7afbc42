"""The documentation page, with Swagger UI served locally: it works without the internet."""

from html import escape
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from api.middleware.security_headers import page_policy

_FOLDER = Path(__file__).resolve().parent
_PAGE = _FOLDER / "documentation.html"
_STYLE = _FOLDER / "documentation.css"


def add_documentation(api: FastAPI) -> None:
    """Serve `/docs` under `api`; its URLs are relative, so any prefix or gateway works."""
    api.mount("/swagger", StaticFiles(packages=[("fastapi_swagger", "resources")]))
    html = _PAGE.read_text(encoding="utf-8").format(
        title=escape(api.title),
        description=escape(api.description.partition("\n")[0]),
        style=_STYLE.read_text(encoding="utf-8"),
    )
    headers = {"Content-Security-Policy": page_policy(html)}

    @api.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return HTMLResponse(html, headers=headers)
