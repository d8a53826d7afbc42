"""What programs see of the site: titles and link previews, the manifest, icons and 404."""

import io
import re
from html.parser import HTMLParser

import httpx
import pytest
from PIL import Image

from components.site.about import privacy_sections
from core.settings import Settings

BROWSER = {"Accept": "text/html"}
TITLES = {
    "/": ("Inkling · Handwritten digit recognition", "Inkling · 手写数字识别"),
    "/review": ("Review · Inkling", "审阅 · Inkling"),
    "/accuracy": ("Accuracy · Inkling", "正确率 · Inkling"),
    "/models": ("Models · Inkling", "模型 · Inkling"),
    "/present": ("Present · Inkling", "演示 · Inkling"),
    "/join": ("Draw for the big screen · Inkling", "写到大屏幕上 · Inkling"),
    "/about": ("About · Inkling", "关于 · Inkling"),
    "/privacy": ("Privacy · Inkling", "隐私 · Inkling"),
    "/help": ("Keyboard shortcuts · Inkling", "快捷键 · Inkling"),
}


class Metadata(HTMLParser):
    """Collects the language, title, meta data and links of a document."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language = ""
        self.values: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.feed(html)
        titles = re.findall(r"<title>(.*?)</title>", html, re.DOTALL)
        assert len(titles) == 1
        self.title = titles[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect an element."""
        attributes = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = attributes.get("lang", "")
        elif tag == "meta":
            name = attributes.get("property") or attributes.get("name", "")
            self.values[name] = attributes.get("content", "")
        elif tag == "link":
            self.links[attributes["rel"]] = attributes["href"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", TITLES)
def test_a_page_describes_itself(server_client: httpx.Client, path: str, language: str) -> None:
    title = TITLES[path][language == "zh"]
    for headers, query in (
        ({"Accept-Language": {"en": "en-US,en", "zh": "zh-CN,zh;q=0.9"}[language]}, {}),
        ({}, {"lang": language}),
    ):
        response = server_client.get(path, headers=BROWSER | headers, params=query)
        metadata = Metadata(response.text)
        assert (metadata.language, metadata.title) == (language, title)
        assert metadata.values["og:title"] == title
        assert metadata.values["og:description"] == metadata.values["description"] != ""
        assert metadata.values["og:url"] == str(server_client.base_url).rstrip("/") + path
        assert "Streamlit app" not in response.text


def test_the_image_of_a_link_preview_exists(server_client: httpx.Client) -> None:
    url = Metadata(server_client.get("/").text).values["og:image"]
    image = Image.open(io.BytesIO(server_client.get(url).content))
    assert image.size == (1200, 630)


def test_the_icons_of_the_manifest_have_their_sizes(server_client: httpx.Client) -> None:
    link = Metadata(server_client.get("/").text).links["manifest"]
    response = server_client.get(link)
    assert response.headers["content-type"].startswith("application/manifest+json")
    purposes = set()
    for icon in response.json()["icons"]:
        content = server_client.get(f"/{icon['src']}")
        assert content.headers["content-type"] == icon["type"]
        if icon["type"] == "image/png":
            width, height = Image.open(io.BytesIO(content.content)).size
            assert icon["sizes"] == f"{width}x{height}"
            purposes.add((icon.get("purpose", "any"), width))
    assert purposes == {(purpose, size) for purpose in ("any", "maskable") for size in (192, 512)}


@pytest.mark.parametrize(
    "path", ["/nothing", "/review/nothing", "/icons/../serve.py", "/index.html"]
)
def test_an_unknown_address_is_404(server_client: httpx.Client, path: str) -> None:
    page = server_client.get(path, headers=BROWSER | {"Accept-Language": "zh"})
    assert page.status_code == 404
    assert "找不到页面" in page.text
    answer = server_client.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/icons/__init__.py", "/icons/nothing.png", "/api/nothing"])
def test_what_is_no_page_is_answered_for_programs(server_client: httpx.Client, path: str) -> None:
    answer = server_client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("path", "location"),
    [("/review/", "../review"), ("/join/?room=A", "../join?room=A"), ("/a/b//", "../../b")],
)
def test_a_slash_too_many_is_removed(server_client: httpx.Client, path: str, location: str) -> None:
    response = server_client.get(path, headers=BROWSER)
    assert (response.status_code, response.headers["location"]) == (301, location)


def test_the_privacy_page_says_what_the_settings_mean() -> None:
    opened = str(privacy_sections("en", Settings(open=True)))
    assert "Everybody who can open this site" in opened
    assert "no time limit" in opened
    settings = Settings(reviewer_password="a long password", history_retention_days=30)
    protected = str(privacy_sections("en", settings))
    assert "Everybody who can open this site" not in protected
    assert "30 days" in protected
