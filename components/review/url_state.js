// The filters and what is open, kept in the URL: a view can be shared, and the back button works.

/**
 * @typedef {typeof FILTERS[number]} Filter
 * @typedef {Filter | "order" | "as" | "id"} Parameter order: "doubtful" or none; as: "list" or none; id: of the
 *   prediction that is open
 * @typedef {{ [name in Parameter]?: string }} Parameters
 */

export const FILTERS = /** @type {const} */ ([
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
]);
/** @type {readonly Parameter[]} */
const PARAMETERS = [...FILTERS, "order", "as", "id"];
const DAY = 86_400_000; // ms

/**
 * Return the parameters of a URL's query that are the review's; empty ones count as missing.
 * @param {string} search
 * @returns {Parameters}
 */
export function parseParameters(search) {
  const query = new URLSearchParams(search);
  return Object.fromEntries(PARAMETERS.filter((name) => query.get(name)).map((name) => [name, query.get(name)]));
}

/**
 * Return the filters as query parameters of the HTTP API; `day` becomes the time from midnight to midnight, UTC.
 * @param {Parameters} parameters
 */
export function buildFilterQuery(parameters) {
  const query = new URLSearchParams();
  for (const name of FILTERS) {
    const value = parameters[name];
    if (value && name !== "day") query.set(name, value);
  }
  const midnight = Date.parse(`${parameters.day}T00:00:00Z`);
  if (!Number.isNaN(midnight)) {
    query.set("since", new Date(midnight).toISOString());
    query.set("until", new Date(midnight + DAY).toISOString());
  }
  return query.toString();
}

export class UrlState {
  /**
   * @param {() => void} onBack called when the back or forward button has changed the parameters
   * @param {AbortSignal} signal
   */
  constructor(onBack, signal) {
    this.onBack = onBack;
    this.path = window.location.pathname;
    this.language = languageInUrl();
    this.parameters = parseParameters(window.location.search);
    // Capturing, to come before Streamlit's listener.
    window.addEventListener("popstate", (event) => this.wentBack(event), { capture: true, signal });
  }

  /** @param {PopStateEvent} event */
  wentBack(event) {
    if (window.location.pathname !== this.path) return;
    const language = languageInUrl();
    // Streamlit would rerun the page's script, which is needed only for a language change.
    if (language === this.language) event.stopImmediatePropagation();
    this.language = language;
    this.parameters = parseParameters(window.location.search);
    this.onBack();
  }

  /**
   * @param {Parameter} name
   * @returns {string | null}
   */
  get(name) {
    return this.parameters[name] ?? null;
  }

  /**
   * Change parameters; null or "" removes one.
   * @param {{ [name in Parameter]?: string | null }} values
   * @param {{ replace?: boolean }} [options] replace: the back button skips the previous URL
   */
  set(values, { replace = false } = {}) {
    const before = this.href();
    const changed = { ...this.parameters, ...values };
    this.parameters = Object.fromEntries(Object.entries(changed).filter(([, value]) => value));
    if (this.href() === before) return;
    const { history } = window;
    if (replace) history.replaceState(history.state, "", this.href());
    else history.pushState(history.state, "", this.href());
  }

  /** Put the parameters back into the URL after a run of the page's script, which may have removed them. */
  restore() {
    this.language = languageInUrl();
    const { history, location } = window;
    if (location.pathname !== this.path || location.pathname + location.search === this.href()) return;
    history.replaceState(history.state, "", this.href());
  }

  /** Return the URL of the page with these parameters. */
  href(parameters = this.parameters) {
    const query = new URLSearchParams();
    if (this.language) query.set("lang", this.language);
    for (const name of PARAMETERS) {
      const value = parameters[name];
      if (value) query.set(name, value);
    }
    const search = query.toString();
    return search ? `${this.path}?${search}` : this.path;
  }

  /** Return the filters as query parameters of the HTTP API. */
  filterQuery() {
    return buildFilterQuery(this.parameters);
  }

  get filtered() {
    return FILTERS.some((name) => this.parameters[name]);
  }
}

const languageInUrl = () => new URLSearchParams(window.location.search).get("lang");
