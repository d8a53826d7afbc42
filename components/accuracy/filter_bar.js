// The filters of the accuracy page, in its URL: a range of days in the viewer's time zone, and a model.

import { startOfDay, timeZone } from "../shared/dates.js";
import { createButton, createElement, fillIn, setText } from "../shared/dom.js";

/** @import { Texts } from "../shared/types.d.ts" */

const NAMES = /** @type {const} */ (["from", "to", "model"]);

/** @typedef {{ [name in typeof NAMES[number]]: string | null }} AccuracyFilters days such as "2026-11-30" */

export class FilterBar {
  /**
   * @param {() => void} onChange
   * @param {AbortSignal} signal
   */
  constructor(onChange, signal) {
    this.onChange = onChange;
    this.path = window.location.pathname;
    /** @type {Texts} */
    this.texts = {};
    /** @type {string[]} */
    this.models = [];
    this.from = Object.assign(createElement("input"), { type: "date" });
    this.to = Object.assign(createElement("input"), { type: "date" });
    this.model = createElement("select");
    this.names = { from: createElement("span"), to: createElement("span"), model: createElement("span") };
    this.resetButton = createButton("button", "", () => this.set({ from: null, to: null, model: null }));
    this.note = createElement("p", "note");
    this.error = createElement("p", "error");
    this.error.setAttribute("role", "alert");
    const fields = NAMES.map((name) => createElement("label", "", this.names[name], this[name]));
    const row = createElement("div", "fields", ...fields, this.resetButton);
    this.root = createElement("section", "card filters", row, this.note, this.error);
    for (const name of NAMES)
      this[name].addEventListener("change", () => this.set({ [name]: this[name].value || null }));
    this.values = this.readUrl();
    window.addEventListener("popstate", () => this.wentBack(), { signal });
  }

  /** @returns {AccuracyFilters} */
  readUrl() {
    const query = new URLSearchParams(window.location.search);
    return { from: query.get("from") || null, to: query.get("to") || null, model: query.get("model") || null };
  }

  wentBack() {
    if (window.location.pathname !== this.path) return;
    this.values = this.readUrl();
    this.show();
    this.onChange();
  }

  /** Put the filters back into the URL after a run of the page's script, which may have removed them. */
  restore() {
    if (window.location.pathname === this.path) window.history.replaceState(window.history.state, "", this.url());
  }

  /** @param {Partial<AccuracyFilters>} values */
  set(values) {
    this.values = { ...this.values, ...values };
    window.history.pushState(window.history.state, "", this.url());
    this.show();
    if (this.findError() === "") this.onChange();
  }

  url() {
    const search = withFilters(this.values).toString();
    return search ? `${this.path}?${search}` : this.path;
  }

  get filtered() {
    return NAMES.some((name) => this.values[name] !== null);
  }

  /** Return the filters as query parameters of the HTTP API; invalid days are left out. */
  query() {
    const { from, to, model } = this.values;
    const [since, until] = [startOfDay(from), startOfDay(to, 1)];
    const query = new URLSearchParams();
    if (since) query.set("since", since.toISOString());
    if (until) query.set("until", until.toISOString());
    if (model) query.set("model", model);
    return query.toString();
  }

  /**
   * Return the URL of the review with these filters and others.
   * @param {Record<string, string>} parameters
   */
  reviewUrl(parameters) {
    const query = withFilters(this.values);
    for (const [name, value] of Object.entries(parameters)) query.set(name, value);
    return `review?${query}`;
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    for (const name of NAMES) setText(this.names[name], texts[name]);
    setText(this.resetButton, texts.reset);
    setText(this.note, fillIn(texts.zone, { zone: timeZone() }));
    this.show();
  }

  /** @param {string[]} models the newest first */
  setModels(models) {
    this.models = models;
    this.show();
  }

  show() {
    const { from, to, model } = this.values;
    const models = model && !this.models.includes(model) ? [model, ...this.models] : this.models;
    this.model.replaceChildren(new Option(this.texts.any_model, ""), ...models.map((name) => new Option(name, name)));
    this.model.value = model ?? "";
    this.from.value = from ?? "";
    this.to.value = to ?? "";
    this.resetButton.hidden = !this.filtered;
    setText(this.error, this.findError());
  }

  /** Return what is wrong with the days; "" for nothing. */
  findError() {
    const { from, to } = this.values;
    for (const day of [from, to]) {
      if (day && !startOfDay(day)) return fillIn(this.texts.error_day, { value: day });
    }
    return from && to && from > to ? this.texts.error_day_order : "";
  }
}

/**
 * Return query parameters with the page's language and these filters.
 * @param {AccuracyFilters} values
 */
function withFilters(values) {
  const query = new URLSearchParams();
  const language = new URLSearchParams(window.location.search).get("lang");
  if (language) query.set("lang", language);
  for (const name of NAMES) {
    const value = values[name];
    if (value) query.set(name, value);
  }
  return query;
}
