"""Windows of people who share a machine and nothing else."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext


class Windows:
    """Lends windows of one browser.

    One that is given back forgets its person but keeps its cache, most of what a page loads. A
    blank page stays open in each: without any, loading a page takes twice the processor time.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: defaultdict[str, list[BrowserContext]] = defaultdict(list)

    @contextmanager
    def lend(self, **options: Any) -> Iterator[BrowserContext]:
        """A window with nothing but a blank page; options are those of `Browser.new_context`."""
        idle = self._idle[repr(sorted(options.items()))]
        window = idle.pop() if idle else self._browser.new_context(**options)
        if not window.pages:
            window.new_page()
        yield window
        _forget(window)
        idle.append(window)


def _forget(window: BrowserContext) -> None:
    blank, *pages = window.pages
    origins = {"{0.scheme}://{0.netloc}".format(urlsplit(page.url)) for page in pages}
    for page in pages:
        page.close()
    session = window.new_cdp_session(blank)
    for origin in origins:
        what = {"origin": origin, "storageTypes": "local_storage"}
        session.send("Storage.clearDataForOrigin", what)
    session.detach()
    window.clear_cookies()
