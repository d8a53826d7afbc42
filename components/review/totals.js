// How many predictions match the filters, how many of them are labelled, and how often those are right.

import { createElement, fillIn, setText } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { wilsonInterval } from "../shared/interval.js";
import { fetchCount, fetchSummary } from "./api_client.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { CountResponse, PredictionResponse } from "../shared/history_types.d.ts" */

/**
 * Return the totals of all predictions that match.
 * @param {Pick<PredictionResponse, "text" | "label">[]} items
 * @returns {CountResponse}
 */
export const countItems = (items) => ({
  count: items.length,
  all: true,
  labelled: items.filter(({ label }) => label !== null).length,
  right: items.filter(({ label, text }) => label === text).length,
});

export class Totals {
  /**
   * @param {object} callbacks
   * @param {(models: string[]) => void} callbacks.onModels called with the model's versions, the newest first
   * @param {() => void} callbacks.onCount the totals changed
   */
  constructor({ onModels, onCount }) {
    this.onModels = onModels;
    this.onCount = onCount;
    /** @type {Texts} */
    this.texts = {};
    this.numberFormat = new Intl.NumberFormat();
    this.count = createElement("p", "count");
    this.count.setAttribute("role", "status");
    this.progress = createElement("p", "progress");
    this.accuracy = createElement("p", "accuracy");
    /** @type {CountResponse | null} null until they are counted */
    this.counted = null;
  }

  /**
   * @param {Texts} texts
   * @param {Intl.NumberFormat} numberFormat
   */
  setTexts(texts, numberFormat) {
    Object.assign(this, { texts, numberFormat });
    this.show(this.counted);
  }

  /**
   * Load and show the totals.
   * @param {string} filters from UrlState.filterQuery
   * @param {AbortSignal} signal aborted when there are other filters
   */
  async load(filters, signal) {
    const [counted, summary] = await Promise.all([
      filters === "" ? null : fetchCount(filters, signal),
      fetchSummary(signal),
    ]);
    if (signal.aborted) return;
    if (counted) this.show(counted);
    if (!summary) return;
    const { labelled, right } = summary.accuracy;
    if (filters === "") this.show({ count: summary.total, all: true, labelled, right });
    this.onModels(Object.keys(summary.models).sort().reverse());
  }

  /**
   * Count predictions that were deleted or restored, until the totals are loaded again.
   * @param {Pick<PredictionResponse, "text" | "label">[]} items
   * @param {1 | -1} sign
   */
  add(items, sign) {
    if (!this.counted) return;
    const { count, labelled, right } = countItems(items);
    const { counted } = this;
    this.show({
      all: counted.all,
      count: counted.count + sign * count,
      labelled: counted.labelled + sign * labelled,
      right: counted.right + sign * right,
    });
  }

  /** @param {CountResponse | null} counted null: not known yet */
  show(counted) {
    this.counted = counted;
    this.onCount();
    setText(this.count, counted ? this.countSentence(counted) : "");
    setText(this.progress, counted?.count ? this.progressSentence(counted) : "");
    setText(this.accuracy, counted?.labelled ? this.accuracySentence(counted) : "");
  }

  /** How many predictions match, as a text; null if it is not known. */
  get exactCount() {
    return this.counted?.all ? this.numberFormat.format(this.counted.count) : null;
  }

  /** @param {CountResponse} counted */
  countSentence({ count, all }) {
    const { texts } = this;
    if (all && count === 1) return texts.count_one;
    return fillIn(all ? texts.count : texts.count_more, { count: this.numberFormat.format(count) });
  }

  /** @param {CountResponse} counted */
  progressSentence({ count, labelled, all }) {
    const [total, done] = [count, labelled].map((number) => this.numberFormat.format(number));
    return fillIn(all ? this.texts.labelled_count : this.texts.labelled_count_more, { labelled: done, count: total });
  }

  /** @param {CountResponse} counted */
  accuracySentence({ labelled, right }) {
    const [low, high] = wilsonInterval(right, labelled).map(formatPercent);
    const percent = formatPercent(right / labelled);
    const count = this.numberFormat.format(labelled);
    return fillIn(this.texts.accuracy, { percent, count, low, high });
  }
}
