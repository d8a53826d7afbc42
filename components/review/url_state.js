// The filters and what is open, kept in the URL: a view can be shared, and the back button works.

import { startOfDay } from "../shared/dates.js";
import { parseLabel } from "../shared/labels.js";
import { findErrors } from "./validation.js";

/**
 * @typedef {typeof FILTERS[number]} Filter from, to: days of the viewer's time zone, inclusive
 * @typedef {Filter | "order" | "as" | "id"} Parameter order: "doubtful", "useful" or none; as: "list" or none; id: of the
 *   prediction that is open
 * @typedef {{ [name in Parameter]?: string }} Parameters
 */

export const FILTERS = /** @type {const} */ ([
  "text",
  "digit",
  "label",
  "confused",
  "differs",
  "source",
  "verdict",
  "min_confidence",
  "max_confidence",
  "labelled",
  "wrong",
  "model",
  "since",
  "until",
  "from",
  "to",
]);
/** @type {readonly Parameter[]} */
const PARAMETERS = [...FILTERS, "order", "as", "id"];

/**
 * Return the parameters of a URL's query that are the review's; empty ones count as missing.
 * @param {string} search
 * @returns {Parameters}
 */
export function parseParameters(search) {
  const query = new URLSearchParams(search);
  const day = query.get("day"); // of older versions' links
  if (day) {
    query.set("from", day);
    query.set("to", day);
  }
  return Object.fromEntries(PARAMETERS.filter((name) => query.get(name)).map((name) => [name, query.get(name)]));
}

/**
 * Return the valid filters as query parameters of the HTTP API.
 * @param {Parameters} parameters
 */
export function buildFilterQuery(parameters) {
  const errors = findErrors(parameters);
  const query = new URLSearchParams();
  for (const name of FILTERS) {
    const value = parameters[name];
    if (!value || errors[name]) continue;
    if (name === "from") query.set("since", startOfDay(value)?.toISOString() ?? "");
    else if (name === "to") query.set("until", startOfDay(value, 1)?.toISOString() ?? "");
    else if (name === "text" || name === "label") query.set(name, parseLabel(value) ?? "");
    else query.set(name, value);
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

  /** What is wrong with the parameters: the name of a text for each that is not applied. */
  get errors() {
    return findErrors(this.parameters);
  }

  /**
   * Replace all parameters by those of a saved view.
   * @param {string} query
   */
  replaceAll(query) {
    const parameters = parseParameters(query);
    this.set(Object.fromEntries(PARAMETERS.map((name) => [name, parameters[name] ?? null])));
  }

  /** Return the query of the view: without the language, and without what is open. */
  viewQuery() {
    const { id: _, ...view } = this.parameters;
    return new URLSearchParams(view).toString();
  }

  get filtered() {
    return FILTERS.some((name) => this.parameters[name]);
  }
}

const languageInUrl = () => new URLSearchParams(window.location.search).get("lang");
