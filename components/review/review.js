// The review page: predictions page by page over HTTP, filters in the URL, corrections sent in the background.

import { defineComponent } from "../shared/component.js";
import { createElement, fillIn, isTyping, setText } from "../shared/dom.js";
import { CorrectionBar } from "./correction_bar.js";
import { DetailDialog } from "./detail.js";
import { Editor } from "./editor.js";
import { ExportLinks } from "./export_links.js";
import { FilterForm } from "./filters.js";
import { PredictionGrid } from "./grid.js";
import { commandForKey, labelForKey } from "./keyboard.js";
import { sortLeastConfidentFirst } from "./ordering.js";
import { PageLoader } from "./page_loader.js";
import { Totals } from "./totals.js";
import { UrlState } from "./url_state.js";

/** @import { PredictionResponse, Texts } from "../shared/types.d.ts" */
/** @import { Values } from "./filters.js" */
/** @import { LoadedPage } from "./page_loader.js" */

const PAGE_SIZE = 60;
const SORTED_PAGE_SIZE = 500; // predictions that are sorted together
const SETTLE_TIME = 400; // ms without corrections after which the totals are loaded again
const LOAD_AHEAD = 5; // predictions between the open one and the last, below which more are loaded
/** Text fields: while one is edited, the back button must not go through every letter. */
const TYPED_FILTERS = /** @type {const} */ (["text", "label", "min_confidence", "max_confidence"]);

/**
 * @typedef {object} ReviewData from components/review/panel.py
 * @property {Texts} texts
 * @property {string} language
 * @property {string | null} name of a reviewer who has signed in
 */

class ReviewPage {
  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    this.stop = new AbortController();
    const { signal } = this.stop;
    /** @type {Texts} */
    this.texts = {};
    this.language = "";
    /** @type {string | null} identifies the filters and the order; null before the first */
    this.view = null;
    this.filters = ""; // the view's, from UrlState.filterQuery
    this.leastConfidentFirst = false; // the view's order
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.settleTimer = undefined;

    this.url = new UrlState(() => this.urlChanged(), signal);
    this.loader = new PageLoader({
      onPage: (loaded) => this.pageLoaded(loaded),
      onFailure: () => setText(this.status, this.texts.failed),
    });
    this.totals = new Totals((models) => this.filterForm.setModels(models));
    this.filterForm = new FilterForm((values) => this.filtersChanged(values));
    this.exportLinks = new ExportLinks();
    this.grid = new PredictionGrid(
      {
        onSelect: () => this.selected(),
        onOpen: (id) => this.open(id),
        onNearEnd: () => this.loader.loadMore(),
      },
      signal,
    );
    this.correctionBar = new CorrectionBar({
      onLabel: (label) => this.editor.deferred.run(() => this.editor.labelSelected(label)),
      onConfirm: () => this.editor.deferred.run(() => this.editor.confirmSelected()),
      onUndo: () => this.editor.undo(),
      onOpen: () => this.openSelected(),
      onDelete: () => this.editor.deleteSelected(),
      onName: (name) => {
        this.editor.corrections.name = name;
      },
      onLeave: () => this.grid.focusActive(),
    });
    this.detail = new DetailDialog({
      onDelete: (id) => this.deleteOpen(id),
      onMove: (step) => this.moveOpen(step),
      onOpen: (id) => this.open(id),
      onClose: () => this.detailClosed(),
      href: (id) => this.url.href({ id }),
      onKey: (key, item) => this.detailKey(key, item),
    });
    this.editor = new Editor(
      this,
      {
        onMessage: (message) => this.showMessage(message),
        onSteps: () => this.showSelection(),
        onSaving: () => this.savingChanged(),
        onReload: () => this.loadView(),
      },
      signal,
    );

    this.status = createElement("p", "line");
    this.status.setAttribute("role", "status");
    this.orderNote = createElement("p", "line");
    this.emptyTitle = createElement("b");
    this.emptyNote = createElement("p");
    this.empty = createElement("div", "empty", this.emptyTitle, this.emptyNote);
    this.empty.hidden = true;
    this.build(root);
    window.addEventListener("keydown", (event) => this.keyDown(event), { signal });
    window.addEventListener("pagehide", () => this.editor.pendingDeletes.commit(), { signal });
  }

  /** @param {HTMLElement | ShadowRoot} root */
  build(root) {
    const { filterForm, totals } = this;
    const viewOptions = [filterForm.order.root, filterForm.layout.root, this.exportLinks.root];
    root.append(
      createElement("section", "toolbar card", filterForm.root, createElement("div", "view-options", ...viewOptions)),
      createElement("div", "totals", totals.count, filterForm.confused, totals.accuracy),
      this.status,
      this.orderNote,
      this.empty,
      this.grid.root,
      this.correctionBar.root,
      this.detail.dialog,
    );
  }

  /** @param {ReviewData} data */
  update({ texts, language, name }) {
    this.editor.corrections.signedInName = name;
    this.correctionBar.setName(this.editor.corrections.name, name !== null);
    if (language !== this.language) this.setTexts(texts, language);
    this.url.restore();
    if (this.view === null) this.urlChanged();
  }

  /**
   * @param {Texts} texts
   * @param {string} language
   */
  setTexts(texts, language) {
    Object.assign(this, { texts, language });
    const locale = language === "zh" ? "zh-CN" : "en-GB";
    const timeFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
    this.totals.setTexts(texts, new Intl.NumberFormat(locale));
    for (const part of [this.filterForm, this.exportLinks, this.correctionBar, this.editor]) part.setTexts(texts);
    for (const part of [this.grid, this.detail]) part.setTexts(texts, timeFormat);
    this.filterForm.show(this.url);
    setText(this.emptyTitle, texts.empty);
    setText(this.emptyNote, texts.empty_more);
    this.showSelection();
    this.showMessage("");
  }

  // --- the view

  /** @param {Values} values */
  filtersChanged(values) {
    const names = /** @type {(keyof Values)[]} */ (Object.keys(values));
    const goesOnTyping = names.every((name) => isTyped(name) && this.url.get(name));
    this.url.set({ ...values, id: null }, { replace: goesOnTyping });
    this.urlChanged();
  }

  urlChanged() {
    const { url } = this;
    this.filterForm.show(url);
    this.grid.setLayout(url.get("as") ?? "grid");
    const order = url.get("order");
    const view = `${url.filterQuery()}#${order ?? ""}`;
    if (view !== this.view) {
      this.view = view;
      this.filters = url.filterQuery();
      this.leastConfidentFirst = order === "doubtful";
      this.loadView();
    }
    const id = url.get("id");
    if (id) this.detail.show(id, this.grid.find(id));
    else this.detail.hide();
  }

  /** Load the view's first page; the old predictions stay until it arrives. */
  loadView() {
    this.editor.startView(this.view ?? "");
    setText(this.orderNote, this.leastConfidentFirst ? fillIn(this.texts.order_note, { count: SORTED_PAGE_SIZE }) : "");
    this.exportLinks.setFilters(this.filters);
    this.loader.start(this.filters, this.leastConfidentFirst ? SORTED_PAGE_SIZE : PAGE_SIZE);
  }

  /** @param {LoadedPage} loaded */
  pageLoaded({ page, first, requestedAt }) {
    setText(this.status, page.complete ? "" : this.texts.incomplete);
    if (first) this.grid.clear();
    const items = this.editor.applyTo(page.items, requestedAt);
    this.grid.append(this.leastConfidentFirst ? sortLeastConfidentFirst(items) : items);
    this.editor.resume();
    this.showEmpty();
    if (!first) return;
    this.showSelection();
    this.totals.showCount(this.loader.ended ? { count: this.grid.items.length, all: true } : null);
    requestAnimationFrame(() => setTimeout(() => this.loadTotals())); // after the predictions are painted
  }

  loadTotals() {
    if (!this.stop.signal.aborted) this.totals.load(this.filters, this.loader.signal);
  }

  showEmpty() {
    this.empty.hidden = this.grid.items.length > 0;
  }

  // --- selection

  selected() {
    this.editor.deferred.stop(); // deferred keys were meant for what followed the old selection
    this.showSelection();
    this.showEmpty();
  }

  showSelection() {
    this.correctionBar.showSelection(this.grid.selection.size, this.editor.canUndo);
  }

  // --- saving

  savingChanged() {
    this.showMessage("");
    clearTimeout(this.settleTimer);
    if (this.editor.corrections.unsavedCount === 0) {
      this.settleTimer = setTimeout(() => this.loadTotals(), SETTLE_TIME);
    }
  }

  /**
   * Show a message or, without one, whether corrections are saved.
   * @param {string} message "" for none
   */
  showMessage(message) {
    this.correctionBar.showState(this.editor.corrections, message);
  }

  // --- the open prediction

  /** @param {string} id */
  open(id) {
    this.url.set({ id }, { replace: this.detail.open });
    this.detail.show(id, this.grid.find(id));
  }

  openSelected() {
    const [first] = this.grid.selectedItems;
    if (first) this.open(first.id);
  }

  detailClosed() {
    const id = this.url.get("id");
    if (!id) return; // the back button closed it
    this.url.set({ id: null });
    const index = this.grid.indexOf(id);
    if (index >= 0) this.grid.select(index);
  }

  /** @param {-1 | 1} step */
  moveOpen(step) {
    const index = this.grid.indexOf(this.detail.id ?? "");
    if (index < 0) return;
    const item = this.grid.items[index + step];
    if (item) this.open(item.id);
    if (index + step > this.grid.items.length - LOAD_AHEAD) this.loader.loadMore();
  }

  /** @param {string} id */
  deleteOpen(id) {
    this.detail.hide();
    this.editor.deleteOpen(id);
  }

  // --- keys

  /**
   * Apply a key to the open prediction; return whether it did something.
   * @param {string} key
   * @param {PredictionResponse} item
   */
  detailKey(key, item) {
    if (key === "u") {
      this.editor.undo();
      return true;
    }
    const label = labelForKey(key, item);
    if (label === null) return false;
    this.editor.labelOpen(item, label);
    return true;
  }

  /** @param {KeyboardEvent} event */
  keyDown(event) {
    if (this.detail.open || event.defaultPrevented || event.isComposing || isTyping(event)) return;
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (key !== "z" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.editor.undo();
      return;
    }
    const [target] = event.composedPath();
    if (key === "Enter" && target instanceof Element && target.matches("button, a, summary")) return; // a click
    if (this.gridKey(key)) event.preventDefault();
  }

  /**
   * Apply a key to the selected predictions; return whether it did something.
   * @param {string} key
   */
  gridKey(key) {
    const { editor } = this;
    const selected = this.grid.selectedItems;
    const command = commandForKey(key, selected);
    if (!command) return false;
    if (editor.deferred.waiting && labelForKey(key, selected[0]) !== null) {
      editor.deferred.run(() => this.gridKey(key)); // again, for the prediction that is selected then
      return true;
    }
    if (command.name === "undo") editor.deferred.undo() || editor.undo();
    else if (command.name === "open") this.openSelected();
    else if (command.name === "delete") editor.deleteSelected();
    else if (command.name === "type") this.correctionBar.startTyping(command.text);
    else if (command.name === "confirm") editor.confirmSelected();
    else editor.labelSelected(command.label);
    return true;
  }

  destroy() {
    this.editor.destroy(); // before the signal: it saves what it can
    this.stop.abort();
    this.loader.abort();
    this.filterForm.destroy();
    this.detail.destroy();
    clearTimeout(this.settleTimer);
  }
}

/** @param {string} name */
const isTyped = (name) => TYPED_FILTERS.some((typed) => typed === name);

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<ReviewData>} */ { parentElement }) =>
    new ReviewPage(parentElement),
);
