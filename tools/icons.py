"""Render the icons and the image of link previews from the SVG icon: `python -m tools.icons`."""

from playwright.sync_api import sync_playwright

from components.i18n import texts_for
from components.site.icons import FOLDER
from tools.chromium import launch

_SVG = (FOLDER / "icon.svg").read_text(encoding="utf-8")
_FULL_BLEED = _SVG.replace(' rx="15"', "")  # the system cuts its own shape out of it
# Systems may cut off everything outside the central circle of 80 % of the width.
_MASKABLE = _FULL_BLEED.replace('viewBox="0 0 64 64"', 'viewBox="-8 -8 80 80"').replace(
    '<rect width="64" height="64"', '<rect x="-8" y="-8" width="80" height="80"'
)
SQUARES = {
    "icon-48.png": (_SVG, 48),
    "icon-180.png": (_FULL_BLEED, 180),
    "icon-192.png": (_SVG, 192),
    "icon-512.png": (_SVG, 512),
    "maskable-192.png": (_MASKABLE, 192),
    "maskable-512.png": (_MASKABLE, 512),
}
PREVIEW_SIZE = (1200, 630)  # what link previews show without cropping


def main() -> None:
    """Write components/site/icons/*.png."""
    texts = texts_for("en", "site")
    preview = f"""<style>
      body {{ display: grid; grid-template-columns: 300px 1fr; gap: 70px; align-items: center;
              box-sizing: border-box; height: 100vh; margin: 0; padding: 0 90px;
              background: #f6f5f1; color: #1a1d29; font: 400 38px/1.35 system-ui, sans-serif }}
      h1 {{ margin: 0; font-size: 110px; letter-spacing: -0.02em; line-height: 1.1 }}
      p {{ margin: 18px 0 0; text-wrap: balance }}
      </style>{_SVG}<div><h1>Inkling</h1><p>{texts["description"]}</p></div>"""
    with sync_playwright() as playwright:
        page = launch(playwright).new_page()
        for name, (svg, side) in SQUARES.items():
            page.set_viewport_size({"width": side, "height": side})
            page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{svg}")
            page.screenshot(path=FOLDER / name, omit_background=True)
        page.set_viewport_size({"width": PREVIEW_SIZE[0], "height": PREVIEW_SIZE[1]})
        page.set_content(preview)
        page.screenshot(path=FOLDER / "preview.png")


if __name__ == "__main__":
    main()
