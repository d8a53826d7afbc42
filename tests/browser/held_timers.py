"""Timers of a page that fire when a test says, however long the machine takes until then."""

from playwright.sync_api import Page

UNDO_DELETION = 15_000  # ms: components/shared/pending_deletes.js
HIDE_TOOLBAR = CONFIRM = 3000  # ms: components/present/toolbar.js, confirmation.js
RACE_TICK = 250  # ms: components/present/round_control.js

_HOLD = """(delays) => {
  const { setTimeout, setInterval, clearTimeout } = window;
  const held = new Map();
  const never = 2 ** 31 - 1;
  const hold = (create) => (callback, delay, ...rest) => {
    if (!delays.includes(delay)) return create.call(window, callback, delay, ...rest);
    const id = create.call(window, () => {}, never);
    held.set(id, callback);
    return id;
  };
  window.setTimeout = hold(setTimeout);
  window.setInterval = hold(setInterval);
  window.clearTimeout = window.clearInterval = (id) => {
    held.delete(id);
    clearTimeout.call(window, id);
  };
  window.fireHeldTimers = () => {
    for (const [id, callback] of [...held]) {
      window.clearTimeout(id);
      callback();
    }
  };
}"""


class HeldTimers:
    """The timers with these delays, in ms, that a page starts from now on.

    Playwright's clock would do the same for all timers and animations of the page, but it runs on:
    what a slow machine needs seconds for happens by itself.
    """

    def __init__(self, page: Page, *delays: int) -> None:
        self.page = page
        page.evaluate(_HOLD, list(delays))

    def fire(self) -> None:
        """Let those fire that were not cleared."""
        self.page.evaluate("fireHeldTimers()")
