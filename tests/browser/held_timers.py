"""Timers of a page that fire when a test says, however long the machine takes until then."""

from playwright.sync_api import Page

UNDO_DELETION = 15_000  # ms: components/shared/pending_deletes.js
SHOW_AGES = 15_000  # ms: components/history_panel/history_panel.js
HIDE_TOOLBAR = CONFIRM = 3000  # ms: components/present/toolbar.js, confirmation.js
RACE_TICK = 250  # ms: components/present/round_control.js

_HOLD = """(delays) => {
  const { setTimeout, setInterval, clearTimeout } = window;
  const held = new Map();
  const never = 2 ** 31 - 1;
  const hold = (create, repeats) => (callback, delay, ...rest) => {
    if (!delays.includes(delay)) return create.call(window, callback, delay, ...rest);
    const id = create.call(window, () => {}, never);
    held.set(id, { callback, repeats });
    return id;
  };
  window.setTimeout = hold(setTimeout, false);
  window.setInterval = hold(setInterval, true);
  window.clearTimeout = window.clearInterval = (id) => {
    held.delete(id);
    clearTimeout.call(window, id);
  };
  window.fireHeldTimers = () => {
    for (const [id, { callback, repeats }] of [...held]) {
      if (!repeats) window.clearTimeout(id);
      callback();
    }
  };
}"""


class HeldTimers:
    """The timers with these delays, in ms, that a page starts from now on.

    Playwright's clock is no replacement: it runs on, so what can be undone for 15 s cannot on a
    slow machine, and it stays in the window, which other tests borrow next.
    """

    def __init__(self, page: Page, *delays: int, reload: bool = False) -> None:
        """Hold timers; reload: load the page again, to hold those from its beginning."""
        self.page = page
        if reload:
            page.add_init_script(f"({_HOLD})({list(delays)})")
            page.reload()
        else:
            page.evaluate(_HOLD, list(delays))

    def fire(self) -> None:
        """Let those fire that were not cleared; intervals go on."""
        self.page.evaluate("fireHeldTimers()")
