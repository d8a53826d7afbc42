// Announces predictions that arrived after the page was loaded, with a button that shows them.

import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { fetchNewest } from "./api_client.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { PredictionResponse } from "../shared/history_types.d.ts" */

const INTERVAL = 8000; // ms between two looks
const MAX_COUNT = 100; // more are announced as "more than"

export class Arrivals {
  /**
   * @param {() => void} onShow the reviewer wants to see the new ones
   * @param {AbortSignal} signal
   */
  constructor(onShow, signal) {
    this.signal = signal;
    /** @type {Texts} */
    this.texts = {};
    this.filters = "";
    /** @type {Set<string>} ids of the predictions that the view has shown */
    this.known = new Set();
    /** @type {string | null} when the newest of them was made */
    this.newest = null;
    this.count = 0;
    this.looks = 0; // number of looks; an answer counts only if it is the newest's
    this.button = createButton("button new", "", onShow);
    this.button.hidden = true;
    this.root = createElement("div", "arrivals", this.button);
    this.root.setAttribute("role", "status");
    const timer = setInterval(() => document.hidden || this.look(), INTERVAL);
    signal.addEventListener("abort", () => clearInterval(timer));
    document.addEventListener("visibilitychange", () => document.hidden || this.look(), { signal });
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    this.show(this.count);
  }

  /**
   * Look for predictions that are newer than those of a new view.
   * @param {string} filters from UrlState.filterQuery
   */
  start(filters) {
    this.filters = filters;
    this.known.clear();
    this.newest = null;
    this.looks += 1;
    this.show(0);
  }

  /**
   * The view shows these.
   * @param {Pick<PredictionResponse, "id" | "created">[]} items
   */
  addKnown(items) {
    for (const { id, created } of items) {
      this.known.add(id);
      if (this.newest === null || created > this.newest) this.newest = created;
    }
  }

  async look() {
    this.looks += 1;
    const { looks } = this;
    const page = await fetchNewest(this.filters, this.newest, MAX_COUNT + 1, this.signal);
    if (!page || looks !== this.looks || this.signal.aborted) return;
    this.show(page.items.filter(({ id }) => !this.known.has(id)).length);
  }

  /** @param {number} count */
  show(count) {
    this.count = count;
    this.button.hidden = count === 0;
    const more = count > MAX_COUNT;
    setText(
      this.button,
      count ? fillIn(more ? this.texts.new_more : this.texts.new, { count: more ? MAX_COUNT : count }) : "",
    );
  }
}
