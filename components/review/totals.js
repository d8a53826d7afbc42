// How many predictions match the filters, and how often the labelled ones of the whole history are right.

import { createElement, fillIn, setText } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { wilsonInterval } from "../shared/interval.js";
import { fetchCount, fetchSummary } from "./api_client.js";

/** @import { AccuracyResponse, CountResponse, Texts } from "../shared/types.d.ts" */

export class Totals {
  /** @param {(models: string[]) => void} onModels called with the network's versions, the newest first */
  constructor(onModels) {
    this.onModels = onModels;
    /** @type {Texts} */
    this.texts = {};
    this.numberFormat = new Intl.NumberFormat();
    this.count = createElement("p", "count");
    this.count.setAttribute("role", "status");
    this.accuracy = createElement("p", "accuracy");
    /** @type {CountResponse | null} null until they are counted */
    this.counted = null;
    /** @type {Pick<AccuracyResponse, "labelled" | "right"> | null} */
    this.checked = null;
  }

  /**
   * @param {Texts} texts
   * @param {Intl.NumberFormat} numberFormat
   */
  setTexts(texts, numberFormat) {
    Object.assign(this, { texts, numberFormat });
    this.showCount(this.counted);
    if (this.checked) this.showAccuracy(this.checked);
  }

  /**
   * Load and show the accuracy, and the count if it is not known.
   * @param {string} filters from UrlState.filterQuery
   * @param {AbortSignal} signal aborted when there are other filters
   */
  async load(filters, signal) {
    if (!this.counted && filters !== "") {
      const count = await fetchCount(filters, signal);
      if (signal.aborted) return;
      this.showCount(count);
    }
    const summary = await fetchSummary(signal);
    if (!summary || signal.aborted) return;
    if (filters === "") this.showCount({ count: summary.total, all: true });
    this.onModels(Object.keys(summary.models).sort().reverse());
    this.showAccuracy(summary.accuracy);
  }

  /** @param {CountResponse | null} counted null: not known yet */
  showCount(counted) {
    this.counted = counted;
    setText(this.count, counted ? this.countSentence(counted) : "");
  }

  /** @param {CountResponse} counted */
  countSentence({ count, all }) {
    const { texts } = this;
    if (all && count === 1) return texts.count_one;
    return fillIn(all ? texts.count : texts.count_more, { count: this.numberFormat.format(count) });
  }

  /** @param {Pick<AccuracyResponse, "labelled" | "right">} checked */
  showAccuracy(checked) {
    this.checked = checked;
    const { labelled, right } = checked;
    const { texts } = this;
    if (labelled === 0) {
      setText(this.accuracy, texts.accuracy_none);
      return;
    }
    const [low, high] = wilsonInterval(right, labelled).map(formatPercent);
    const percent = formatPercent(right / labelled);
    const count = this.numberFormat.format(labelled);
    setText(this.accuracy, fillIn(texts.accuracy, { percent, count, low, high }));
  }
}
