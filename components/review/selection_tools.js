// The buttons that begin selecting several predictions and select all that match.

import { createButton, createElement, fillIn, setText } from "../shared/dom.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { PredictionGrid } from "./grid.js" */
/** @import { PageLoader } from "./page_loader.js" */
/** @import { Totals } from "./totals.js" */

const SELECT_ALL_LIMIT = 5000; // predictions that can be selected at once
const LARGEST_PAGE = 500;

export class SelectionTools {
  /**
   * @param {{ grid: PredictionGrid, loader: PageLoader, totals: Totals }} parts
   * @param {object} callbacks
   * @param {(message: string) => void} callbacks.onMessage
   * @param {() => boolean} callbacks.loadsAll whether all that match can be loaded; else those shown are selected
   */
  constructor({ grid, loader, totals }, { onMessage, loadsAll }) {
    this.grid = grid;
    this.loader = loader;
    this.totals = totals;
    this.onMessage = onMessage;
    this.loadsAll = loadsAll;
    /** @type {Texts} */
    this.texts = {};
    this.multipleButton = createButton("button", "", () => this.setMultiple(!this.grid.multiple));
    this.selectAllButton = createButton("button", "", () => this.selectAll());
    this.root = createElement("div", "selecting", this.multipleButton, this.selectAllButton);
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    setText(this.multipleButton, texts.select_multiple);
    this.multipleButton.title = texts.select_multiple_key;
    this.setMultiple(this.grid.multiple);
    this.showCount();
  }

  /** @param {boolean} isEmpty whether there is nothing to select */
  setEmpty(isEmpty) {
    this.selectAllButton.hidden = this.multipleButton.hidden = isEmpty;
  }

  /** @param {boolean} multiple a tap adds to the selection */
  setMultiple(multiple) {
    this.grid.setMultiple(multiple);
    this.showMultiple();
    if (!multiple && this.grid.selection.size > 1) this.grid.clearSelection();
  }

  /** Show whether several are selected: a long press begins it, too. */
  showMultiple() {
    this.multipleButton.setAttribute("aria-pressed", String(this.grid.multiple));
  }

  /** Select all predictions that match, also those that are not loaded yet. */
  async selectAll() {
    const { signal } = this.loader;
    while (this.loadsAll() && !this.loader.ended && this.grid.items.length < SELECT_ALL_LIMIT) {
      this.onMessage(fillIn(this.texts.loading_all, { count: this.format(this.grid.items.length) }));
      await this.loader.loadMore(LARGEST_PAGE);
      if (signal.aborted) return;
    }
    this.grid.selectAll();
    const isAll = this.loader.ended || !this.loadsAll();
    const count = this.format(this.grid.items.length);
    this.onMessage(isAll ? "" : fillIn(this.texts.selected_newest, { count }));
  }

  showCount() {
    const { texts } = this;
    const count = this.loadsAll() ? this.totals.exactCount : null;
    setText(this.selectAllButton, count === null ? texts.select_all : fillIn(texts.select_all_count, { count }));
  }

  /** @param {number} count */
  format(count) {
    return this.totals.numberFormat.format(count);
  }
}
