// The filters and what is open, kept in the address: a view can be sent, and the back button works.

export const FILTERS = [
  "text",
  "digit",
  "label",
  "confused",
  "source",
  "verdict",
  "min_confidence",
  "max_confidence",
  "labelled",
  "wrong",
  "model",
  "since",
  "until",
  "day",
];
const KEPT = [...FILTERS, "order", "as", "id"];
const DAY = 86_400_000; // ms

export class Address {
  // changed(): called when the back or forward button shows another view of this page.
  constructor(changed, signal) {
    this.path = window.location.pathname;
    this.read();
    // Streamlit would run the page's script: ours needs no run for another filter.
    const options = { capture: true, signal };
    window.addEventListener("popstate", (event) => this.goneBack(event, changed), options);
  }

  read() {
    const found = new URLSearchParams(window.location.search);
    this.language = found.get("lang");
    this.values = Object.fromEntries(KEPT.filter((name) => found.get(name)).map((name) => [name, found.get(name)]));
  }

  goneBack(event, changed) {
    if (window.location.pathname !== this.path) return;
    const language = new URLSearchParams(window.location.search).get("lang");
    if (language === this.language) event.stopImmediatePropagation();
    this.read();
    changed();
  }

  get(name) {
    return this.values[name] ?? null;
  }

  // Other values, null or "" for none. replace: the back button goes past them.
  set(values, { replace = false } = {}) {
    const before = this.search();
    for (const [name, value] of Object.entries(values)) {
      if (value === null || value === "") delete this.values[name];
      else this.values[name] = String(value);
    }
    if (this.search() === before) return;
    window.history[replace ? "replaceState" : "pushState"](window.history.state, "", this.href());
  }

  // After a run of the page's script, which may have put the language alone in the address.
  restore() {
    this.language = new URLSearchParams(window.location.search).get("lang");
    if (window.location.pathname !== this.path) return;
    const shown = window.location.pathname + window.location.search;
    if (shown !== this.href()) window.history.replaceState(window.history.state, "", this.href());
  }

  search(values = this.values) {
    const search = new URLSearchParams();
    if (this.language) search.set("lang", this.language);
    for (const name of KEPT) if (values[name]) search.set(name, values[name]);
    return search.toString();
  }

  href(values = this.values) {
    const search = this.search(values);
    return search ? `${this.path}?${search}` : this.path;
  }

  get filtered() {
    return FILTERS.some((name) => this.values[name]);
  }

  // The filters as HTTP takes them; a day is from midnight to midnight, UTC.
  query() {
    const query = new URLSearchParams();
    for (const name of FILTERS) {
      if (this.values[name] && name !== "day") query.set(name, this.values[name]);
    }
    const begin = Date.parse(`${this.values.day}T00:00:00Z`);
    if (!Number.isNaN(begin)) {
      query.set("since", new Date(begin).toISOString());
      query.set("until", new Date(begin + DAY).toISOString());
    }
    return query;
  }
}
