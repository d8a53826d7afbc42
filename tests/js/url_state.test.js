import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { buildFilterQuery, parseParameters, UrlState } from "../../components/review/url_state.js";
import { findErrors } from "../../components/review/validation.js";

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

for (const [zone, since, until] of [
  ["Pacific/Auckland", "2026-11-22T11:00:00.000Z", "2026-11-23T11:00:00.000Z"],
  ["America/Los_Angeles", "2026-11-23T08:00:00.000Z", "2026-11-24T08:00:00.000Z"],
  ["UTC", "2026-11-23T00:00:00.000Z", "2026-11-24T00:00:00.000Z"],
]) {
  test(`a day in ${zone} is sent as the time from midnight to midnight there`, () => {
    process.env.TZ = zone;
    const day = "2026-11-23";
    const query = new URLSearchParams(buildFilterQuery({ from: day, to: day }));
    assert.deepEqual(Object.fromEntries(query), { since, until });
  });
}

test("a day on which the clock changes has 23 or 25 hours", () => {
  process.env.TZ = "America/New_York";
  const hours = (day) => {
    const query = new URLSearchParams(buildFilterQuery({ from: day, to: day }));
    return (Date.parse(query.get("until")) - Date.parse(query.get("since"))) / 3_600_000;
  };
  assert.deepEqual(["2026-03-08", "2026-03-09", "2026-11-01"].map(hours), [23, 24, 25]);
});

test("the day of an older version's link is a range of one day", () => {
  assert.deepEqual(parseParameters("?day=2026-11-23"), { from: "2026-11-23", to: "2026-11-23" });
});

for (const [name, value, error] of [
  ["digit", "abc", "error_digit"],
  ["digit", "12", "error_digit"],
  ["label", "abc", "error_label"],
  ["text", "4 2", "error_label"],
  ["min_confidence", "1.5", "error_percent"],
  ["max_confidence", "many", "error_percent"],
  ["max_confidence", "-0.1", "error_percent"],
  ["verdict", "maybe", "error_choice"],
  ["source", "fax", "error_choice"],
  ["labelled", "yes", "error_choice"],
  ["wrong", "1", "error_choice"],
  ["confused", "77", "error_choice"],
  ["from", "2026-02-30", "error_day"],
  ["to", "tomorrow", "error_day"],
  ["since", "soon", "error_day"],
  ["order", "random", "error_choice"],
]) {
  test(`${name}=${value} is an error and not sent`, () => {
    assert.deepEqual(findErrors({ [name]: value }), { [name]: error });
    assert.equal(
      buildFilterQuery({ [name]: value, source: name === "source" ? value : "pad" }),
      name === "source" ? "" : "source=pad",
    );
  });
}

test("of two values that exclude each other the second is an error", () => {
  assert.deepEqual(findErrors({ from: "2026-11-24", to: "2026-11-23" }), { to: "error_day_order" });
  assert.deepEqual(findErrors({ min_confidence: "0.9", max_confidence: "0.1" }), {
    max_confidence: "error_percent_order",
  });
});

test("digits of other scripts are sent as 0 to 9", () => {
  assert.equal(buildFilterQuery({ text: "４２", label: "٧x" }), "text=42&label=7%3F");
});

test("a saved view replaces all parameters but not the language", () => {
  const url = open("/review?lang=zh&digit=7&id=abc");
  assert.equal(url.viewQuery(), "digit=7");
  url.replaceAll("source=pad&order=doubtful");
  assert.equal(url.href(), "/review?lang=zh&source=pad&order=doubtful");
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
