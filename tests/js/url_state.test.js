import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { buildFilterQuery, parseParameters, UrlState } from "../../components/review/url_state.js";

/** Just enough of a window with a history: entries, and which of them is shown. */
class FakeWindow extends EventTarget {
  constructor(url) {
    super();
    this.entries = [url];
    this.index = 0;
    this.history = {
      state: null,
      pushState: (_state, _title, path) => {
        this.index += 1;
        this.entries.splice(this.index, Infinity, path);
      },
      replaceState: (_state, _title, path) => {
        this.entries[this.index] = path;
      },
    };
  }

  get location() {
    return new URL(this.entries[this.index], "https://example.org");
  }

  /** Press the back button; return whether the event reached other listeners. */
  goBack() {
    let reached = false;
    const listener = () => {
      reached = true;
    };
    this.addEventListener("popstate", listener);
    this.index -= 1;
    this.dispatchEvent(new Event("popstate"));
    this.removeEventListener("popstate", listener);
    return reached;
  }
}

let changes;

function open(path) {
  globalThis.window = new FakeWindow(path);
  return new UrlState(() => {
    changes += 1;
  }, new AbortController().signal);
}

beforeEach(() => {
  changes = 0;
});

test("only the review's parameters are read, and empty ones are missing", () => {
  assert.deepEqual(parseParameters("?lang=zh&text=42&digit=&id=abc&other=1"), { text: "42", id: "abc" });
});

test("filters are sent as they are, and the rest of the URL is not", () => {
  const parameters = { text: "42", confused: "7>1", order: "doubtful", as: "list", id: "abc" };
  assert.equal(buildFilterQuery(parameters), "text=42&confused=7%3E1");
});

test("a day is sent as the time from midnight to midnight, UTC", () => {
  assert.deepEqual(Object.fromEntries(new URLSearchParams(buildFilterQuery({ day: "2026-12-31" }))), {
    since: "2026-12-31T00:00:00.000Z",
    until: "2027-01-01T00:00:00.000Z",
  });
});

test("a value that is no date is left out", () => {
  assert.equal(buildFilterQuery({ day: "yesterday", digit: "7" }), "digit=7");
});

test("a change becomes a step of the back button", () => {
  const url = open("/review?lang=zh");
  url.set({ digit: "7" });
  assert.deepEqual(window.entries, ["/review?lang=zh", "/review?lang=zh&digit=7"]);
  window.goBack();
  assert.equal(url.get("digit"), null);
  assert.equal(changes, 1);
});

test("a replacing change is skipped by the back button", () => {
  const url = open("/review");
  url.set({ text: "4" });
  url.set({ text: "42" }, { replace: true });
  assert.deepEqual(window.entries, ["/review", "/review?text=42"]);
});

test("a change to what is there already is no step", () => {
  const url = open("/review?digit=7");
  url.set({ digit: "7", id: null, text: "" });
  assert.deepEqual(window.entries, ["/review?digit=7"]);
});

test("an empty value removes a parameter", () => {
  const url = open("/review?digit=7&as=list");
  url.set({ digit: "" });
  assert.equal(url.href(), "/review?as=list");
  assert.equal(url.filtered, false);
});

test("going back within a language does not run the page's script again", () => {
  const url = open("/review?lang=en");
  url.set({ digit: "7" });
  assert.equal(window.goBack(), false);
});

test("going back to another language runs the page's script", () => {
  const url = open("/review");
  window.history.pushState(null, "", "/review?lang=zh");
  url.restore();
  assert.equal(window.goBack(), true);
  assert.equal(url.href(), "/review");
});

test("going back to another page is left to that page", () => {
  open("/read");
  window.entries = ["/accuracy", "/read"];
  window.index = 1;
  assert.equal(window.goBack(), true);
  assert.equal(changes, 0);
});

test("parameters that a run of the page's script removed come back, with the language it put there", () => {
  const url = open("/review?digit=7");
  window.history.replaceState(null, "", "/review?lang=zh");
  url.restore();
  assert.deepEqual(window.entries, ["/review?lang=zh&digit=7"]);
});

test("another page's URL is left alone", () => {
  const url = open("/review?digit=7");
  window.history.replaceState(null, "", "/read");
  url.restore();
  assert.deepEqual(window.entries, ["/read"]);
});
