"""The <head> of every page: title, description, link preview, icons and manifest."""

from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from starlette.requests import Request

from components.i18n import LANGUAGE_NAMES, Language, language_of, texts_for

# Backgrounds of the pages, for the frame of a window or the bar of a phone: .streamlit/config.toml.
THEME_COLORS = {"light": "#f6f5f1", "dark": "#11131a"}
_LOCALES: dict[Language, str] = {"en": "en_US", "zh": "zh_CN"}


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What previews of a page's link show, in place of its texts; search engines leave it out.

    image: path below the root of the site. image_size: width and height in pixels.
    """

    title: str
    description: str
    image_text: str
    image: str = "icons/preview.png"
    image_size: tuple[int, int] = (1200, 630)


def request_language(request: Request) -> Language:
    """Return the language chosen by `?lang=`, else the browser's."""
    chosen = request.query_params.get("lang")
    return language_of(chosen or request.headers.get("accept-language"))


def relative_root(path: str) -> str:
    """Return the URL of the site's root relative to a path below it: "./", "../", …

    Visitors may know the root under a base path that only their gateway knows.
    """
    return "../" * (path.count("/") - 1) or "./"


def page_title(language: Language, page: str) -> str:
    """Return the title of a page."""
    texts = texts_for(language, "site")
    has_title = f"title_{page}" in texts
    return texts[f"title_{page}"] if has_title else f"{texts[page]} · Inkling"


def head_tags(
    request: Request, language: Language, page: str, metadata: PageMetadata | None = None
) -> str:
    """Return title, description, OpenGraph data, icons and manifest of a page.

    page: what follows "title_" and "description_" in the names of its texts, which may be missing.
    """
    shown = metadata or _page_metadata(language, page)
    title, description = shown.title, shown.description
    root = escape(relative_root(request.scope["path"]))
    # Programs that show previews do not resolve relative URLs.
    address = str(request.base_url) + request.scope["path"].lstrip("/")
    properties = {
        "og:site_name": "Inkling",
        "og:type": "website",
        "og:title": title,
        "og:description": description,
        "og:url": address,
        "og:image": f"{request.base_url}{shown.image}",
        "og:image:width": str(shown.image_size[0]),
        "og:image:height": str(shown.image_size[1]),
        "og:image:alt": shown.image_text,
        "og:locale": _LOCALES[language],
        "og:locale:alternate": _LOCALES["en" if language == "zh" else "zh"],
    }
    manifest = f"{root}manifest.webmanifest?{urlencode({'lang': language})}"
    lines = [
        f"<title>{escape(title)}</title>",
        *(['<meta name="robots" content="noindex">'] if metadata else []),
        f'<meta name="description" content="{escape(description)}">',
        *(
            f'<meta property="{name}" content="{escape(content)}">'
            for name, content in properties.items()
        ),
        '<meta name="twitter:card" content="summary_large_image">',
        *(
            f'<link rel="alternate" hreflang="{name}" href="{escape(address)}?lang={name}">'
            for name in LANGUAGE_NAMES
        ),
        *(
            f'<meta name="theme-color" content="{color}" media="(prefers-color-scheme: {scheme})">'
            for scheme, color in THEME_COLORS.items()
        ),
        f'<link rel="icon" href="{root}icons/icon.svg" type="image/svg+xml" sizes="any">',
        f'<link rel="alternate icon" href="{root}icons/icon-48.png" sizes="48x48">',
        f'<link rel="apple-touch-icon" href="{root}icons/icon-180.png">',
        f'<link rel="manifest" href="{manifest}">',
    ]
    return "\n".join(lines)


def _page_metadata(language: Language, page: str) -> PageMetadata:
    """Return what previews show of a page that is the same for everyone."""
    texts = texts_for(language, "site")
    has_description = f"description_{page}" in texts
    return PageMetadata(
        title=page_title(language, page),
        description=texts[f"description_{page}"] if has_description else texts["description"],
        image_text=f"Inkling: {texts['description']}",
    )
