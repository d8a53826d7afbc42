"""The web app manifest, with which browsers install Inkling as an app."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from components.i18n import texts_for
from components.site.head import THEME_COLORS, request_language

# Relative to /manifest.webmanifest.
_ICONS = [
    {"src": "icons/icon.svg", "sizes": "any", "type": "image/svg+xml"},
    {"src": "icons/icon-192.png", "sizes": "192x192", "type": "image/png"},
    {"src": "icons/icon-512.png", "sizes": "512x512", "type": "image/png"},
    {
        "src": "icons/maskable-192.png",
        "sizes": "192x192",
        "type": "image/png",
        "purpose": "maskable",
    },
    {
        "src": "icons/maskable-512.png",
        "sizes": "512x512",
        "type": "image/png",
        "purpose": "maskable",
    },
]


def manifest_route(request: Request) -> Response:
    """Serve /manifest.webmanifest; its URLs are relative, so any base path works."""
    language = request_language(request)
    texts, names = texts_for(language, "site"), texts_for(language, "page")
    manifest = {
        "id": "./",
        "name": "Inkling",
        "short_name": "Inkling",
        "description": texts["description"],
        "lang": language,
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "theme_color": THEME_COLORS["light"],
        "background_color": THEME_COLORS["light"],
        "icons": _ICONS,
        "shortcuts": [
            {"name": names[page], "url": f"./{page}"} for page in ("review", "accuracy", "present")
        ],
    }
    return JSONResponse(
        manifest,
        headers={"Cache-Control": "no-cache", "Vary": "Accept-Language"},
        media_type="application/manifest+json",
    )
