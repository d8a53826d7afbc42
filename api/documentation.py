"""The documentation page, with Swagger UI served locally: it works without the internet."""

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from api.middleware.security_headers import page_policy


def add_documentation(api: FastAPI) -> None:
    """Serve `/docs` under `api`; its URLs are relative, so any prefix or gateway works."""
    api.mount("/swagger", StaticFiles(packages=[("fastapi_swagger", "resources")]))

    @api.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        page = get_swagger_ui_html(
            title=f"{api.title}: HTTP",
            openapi_url="openapi.json",
            swagger_js_url="swagger/swagger-ui-bundle.js",
            swagger_css_url="swagger/swagger-ui.css",
            swagger_favicon_url="swagger/favicon-32x32.png",
        )
        page.headers["Content-Security-Policy"] = page_policy(bytes(page.body).decode())
        return page
