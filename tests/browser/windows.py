"""Browser contexts, each the window of one person, which tests borrow and return."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext


class Windows:
    """Lends the browser contexts of one browser.

    A returned context loses its cookies and local storage but keeps its HTTP cache, most of what
    a page loads. A blank page stays open in each: without any open page, loading one takes twice
    the processor time.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: defaultdict[str, list[BrowserContext]] = defaultdict(list)

    @contextmanager
    def lend(self, **options: Any) -> Iterator[BrowserContext]:
        """Lend a context with only a blank page; options are those of `Browser.new_context`."""
        idle = self._idle[repr(sorted(options.items()))]
        window = idle.pop() if idle else self._browser.new_context(**options)
        if not window.pages:
            window.new_page()
        try:
            yield window
        except BaseException:
            window.close()  # it may be offline, or have pages that would go on saving
            raise
        _reset(window)
        idle.append(window)


def _reset(window: BrowserContext) -> None:
    blank, *pages = window.pages
    origins = {"{0.scheme}://{0.netloc}".format(urlsplit(page.url)) for page in pages}
    for page in pages:
        page.close()
    session = window.new_cdp_session(blank)
    for origin in origins:
        storage = {"origin": origin, "storageTypes": "local_storage"}
        session.send("Storage.clearDataForOrigin", storage)
    session.detach()
    window.clear_cookies()
