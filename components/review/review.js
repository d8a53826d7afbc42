// The review page: predictions page by page over HTTP, filters in the URL, corrections sent in the background.

import { defineComponent } from "../shared/component.js";
import { ConflictList } from "../shared/conflict_list.js";
import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { PredictionDialog } from "../shared/prediction_dialog.js";
import { Arrivals } from "./arrivals.js";
import { CorrectionBar } from "./correction_bar.js";
import { ReviewDetail } from "./detail.js";
import { Editor } from "./editor.js";
import { ExportLinks } from "./export_links.js";
import { FilterForm } from "./filters.js";
import { PredictionGrid } from "./grid.js";
import { sortLikeliestWrongFirst } from "./ordering.js";
import { PageLoader } from "./page_loader.js";
import { ReviewKeys } from "./review_keys.js";
import { SavedViews } from "./saved_views.js";
import { countItems, Totals } from "./totals.js";
import { UrlState } from "./url_state.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { PredictionResponse } from "../shared/history_types.d.ts" */
/** @import { Values } from "./filters.js" */
/** @import { LoadedPage } from "./page_loader.js" */

const PAGE_SIZE = 60;
const SORTED_PAGE_SIZE = 500; // predictions that are sorted together
const SETTLE_TIME = 400; // ms without corrections after which the totals are loaded again
const SELECT_ALL_LIMIT = 5000; // predictions that can be selected at once
const LARGEST_PAGE = 500;
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
    this.likeliestWrongFirst = false; // the view's order
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.settleTimer = undefined;

    this.url = new UrlState(() => this.urlChanged(), signal);
    this.loader = new PageLoader({
      onPage: (loaded) => this.pageLoaded(loaded),
      onFailure: () => setText(this.status, this.texts.failed),
      onRefusal: (message) => setText(this.status, fillIn(this.texts.refused_filters, { message })),
    });
    this.totals = new Totals({
      onModels: (models) => this.filterForm.setModels(models),
      onCount: () => this.showSelectAll(),
    });
    this.filterForm = new FilterForm((values) => this.filtersChanged(values));
    this.exportLinks = new ExportLinks();
    this.grid = new PredictionGrid(
      {
        onSelect: () => this.selected(),
        onOpen: (id) => this.open(id),
        onNearEnd: () => this.loader.loadMore(),
        onSelectAll: () => this.selectAll(),
      },
      signal,
    );
    this.correctionBar = new CorrectionBar({
      onLabel: (label) => this.editor.deferred.run(() => this.editor.labelSelected(label)),
      onConfirm: () => this.editor.deferred.run(() => this.editor.confirmSelected()),
      onUndo: () => this.editor.undo(),
      onOpen: () => this.openSelected(),
      onDelete: () => this.editor.deleteSelected(),
      onMessage: (message) => this.showMessage(message),
      onName: (name) => {
        this.editor.corrections.name = name;
      },
      onLeave: () => this.grid.focusActive(),
    });
    const detail = new ReviewDetail({
      onOpen: (id) => this.open(id),
      onNote: (message) => this.detail.setNote(message),
      href: (id) => this.url.href({ id }),
    });
    this.detail = new PredictionDialog(
      {
        onDelete: (item) => this.deleteOpen(item),
        onMove: (step) => this.moveOpen(step),
        canMove: (step) => this.grid.neighbor(this.detail.id, step) !== undefined,
        onClose: () => this.detailClosed(),
        onLabel: (label, item) => this.editor.labelOpen(item, label),
        onUndo: () => this.editor.undo(),
        canUndo: () => this.editor.canUndo,
        onChoose: (ids, choice) => this.editor.resolve(ids, choice),
        applyTo: (record, requestedAt) => this.editor.corrections.applyTo([record], requestedAt)[0],
      },
      detail,
      signal,
    );
    this.editor = new Editor(
      this,
      {
        onMessage: (message) => this.showMessage(message),
        onSteps: () => this.showSelection(),
        onSaving: () => this.savingChanged(),
        onReload: () => this.loadView(),
        onDeleted: () => this.loadTotals(),
        onCount: (items, sign) => this.totals.add(items, sign),
      },
      signal,
    );
    this.conflicts = new ConflictList({
      onChoose: (ids, choice) => this.editor.resolve(ids, choice),
      onOpen: (id) => this.open(id),
    });
    this.arrivals = new Arrivals(() => this.showArrivals(), signal);
    this.savedViews = new SavedViews(
      {
        currentQuery: () => this.url.viewQuery(),
        describe: () => this.filterForm.describe(),
        onShow: (query) => {
          this.url.replaceAll(query);
          this.urlChanged();
        },
      },
      signal,
    );
    this.keys = new ReviewKeys(this, {
      onOpen: () => this.openSelected(),
      onMessage: (message) => this.showMessage(message),
    });
    this.multipleButton = createButton("button", "", () => this.setMultiple(!this.grid.multiple));
    this.selectAllButton = createButton("button", "", () => this.selectAll());

    this.status = createElement("p", "line");
    this.status.setAttribute("role", "status");
    this.orderNote = createElement("p", "line");
    this.emptyTitle = createElement("b");
    this.emptyNote = createElement("p");
    this.empty = createElement("div", "empty", this.emptyTitle, this.emptyNote);
    this.empty.hidden = true;
    this.build(root);
    window.addEventListener("keydown", (event) => this.keys.keyDown(event), { signal });
    window.addEventListener("pagehide", () => this.editor.pendingDeletes.commit(), { signal });
  }

  /** @param {HTMLElement | ShadowRoot} root */
  build(root) {
    const { filterForm, totals } = this;
    const { order, layout } = filterForm;
    const viewOptions = [order.root, layout.root, this.savedViews.root, this.exportLinks.root];
    const selecting = createElement("div", "selecting", this.multipleButton, this.selectAllButton);
    const counts = [totals.count, totals.progress, filterForm.chips, totals.accuracy];
    root.append(
      createElement("section", "toolbar card", filterForm.root, createElement("div", "view-options", ...viewOptions)),
      createElement("div", "totals", ...counts, this.arrivals.root, selecting),
      this.conflicts.root,
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
    if (language !== this.language) this.setTexts(texts, language);
    this.editor.corrections.start(name);
    this.correctionBar.setName(this.editor.corrections.name, name !== null);
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
    const parts = [this.filterForm, this.exportLinks, this.correctionBar, this.editor, this.arrivals, this.savedViews];
    for (const part of parts) part.setTexts(texts);
    for (const part of [this.grid, this.detail, this.conflicts]) part.setTexts(texts, timeFormat);
    this.filterForm.show(this.url);
    setText(this.multipleButton, texts.select_multiple);
    this.multipleButton.title = texts.select_multiple_key;
    this.setMultiple(this.grid.multiple);
    this.showEmpty();
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
    this.grid.setLayout(url.get("as") === "list" ? "list" : "grid");
    const order = url.errors.order ? null : url.get("order");
    const view = `${url.filterQuery()}#${order ?? ""}`;
    if (view !== this.view) {
      this.view = view;
      this.filters = url.filterQuery();
      this.likeliestWrongFirst = order === "doubtful";
      this.loadView();
    }
    const id = url.get("id");
    if (id) this.detail.show(id, this.grid.find(id));
    else this.detail.hide();
  }

  /** Load the view's first page; the old predictions stay until it arrives. */
  loadView() {
    this.editor.startView(this.view ?? "");
    setText(this.orderNote, this.likeliestWrongFirst ? fillIn(this.texts.order_note, { count: SORTED_PAGE_SIZE }) : "");
    this.exportLinks.setFilters(this.filters);
    this.arrivals.start(this.filters);
    this.loader.start(this.filters, this.likeliestWrongFirst ? SORTED_PAGE_SIZE : PAGE_SIZE);
  }

  /** @param {LoadedPage} loaded */
  pageLoaded({ page, first, requestedAt }) {
    setText(this.status, page.complete ? "" : this.texts.incomplete);
    if (first) this.grid.clear();
    this.arrivals.addKnown(page.items);
    const items = this.editor.applyTo(page.items, requestedAt);
    this.grid.append(this.likeliestWrongFirst ? sortLikeliestWrongFirst(items) : items);
    this.grid.markConflicts(this.editor.corrections.conflicts);
    this.editor.resume();
    this.showEmpty();
    this.detail.showActions();
    if (!first) return;
    this.showSelection();
    this.totals.show(this.loader.ended ? countItems(this.grid.items) : null);
    requestAnimationFrame(() => setTimeout(() => this.loadTotals())); // after the predictions are painted
  }

  async loadTotals() {
    const { signal } = this.loader;
    if (this.stop.signal.aborted) return;
    await this.totals.load(this.filters, signal);
    if (!signal.aborted) this.totals.add(this.editor.pendingItems, -1);
  }

  showEmpty() {
    const { texts } = this;
    this.empty.hidden = this.grid.items.length > 0 || !this.loader.ended;
    this.selectAllButton.hidden = this.multipleButton.hidden = this.grid.items.length === 0;
    const hasFilters = this.filters !== "";
    setText(this.emptyTitle, hasFilters ? texts.empty : texts.empty_history);
    setText(this.emptyNote, hasFilters ? texts.empty_more : texts.empty_history_more);
  }

  /** Show the predictions that arrived in between. */
  showArrivals() {
    this.loadView();
    this.grid.root.scrollIntoView({ block: "nearest" });
  }

  // --- selection

  selected() {
    this.editor.deferred.stop(); // deferred keys were meant for what followed the old selection
    this.showSelection();
    this.showEmpty();
  }

  /** @param {boolean} multiple a tap adds to the selection */
  setMultiple(multiple) {
    this.grid.setMultiple(multiple);
    this.multipleButton.setAttribute("aria-pressed", String(multiple));
    if (!multiple && this.grid.selection.size > 1) this.grid.clearSelection();
  }

  /** Select all predictions that match, also those that are not loaded yet. */
  async selectAll() {
    const { signal } = this.loader;
    while (!this.loader.ended && this.grid.items.length < SELECT_ALL_LIMIT) {
      this.showMessage(
        fillIn(this.texts.loading_all, { count: this.totals.numberFormat.format(this.grid.items.length) }),
      );
      await this.loader.loadMore(LARGEST_PAGE);
      if (signal.aborted) return;
    }
    this.grid.selectAll();
    const count = this.totals.numberFormat.format(this.grid.items.length);
    this.showMessage(this.loader.ended ? "" : fillIn(this.texts.selected_newest, { count }));
  }

  showSelectAll() {
    const { texts } = this;
    const count = this.totals.exactCount;
    setText(this.selectAllButton, count === null ? texts.select_all : fillIn(texts.select_all_count, { count }));
  }

  showSelection() {
    const pressed = String(this.grid.multiple); // a long press begins it
    this.multipleButton.setAttribute("aria-pressed", pressed);
    this.correctionBar.showSelection(this.grid.selection.size, this.editor.canUndo);
    this.detail.showActions();
  }

  // --- saving

  savingChanged() {
    const { conflicts } = this.editor.corrections;
    this.conflicts.show(conflicts);
    this.detail.showConflicts(conflicts);
    this.grid.markConflicts(conflicts);
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
    this.detail.showConflicts(this.editor.corrections.conflicts);
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
    const item = this.grid.neighbor(this.detail.id, step);
    if (item) this.open(item.id);
    if (index + step > this.grid.items.length - LOAD_AHEAD) this.loader.loadMore();
  }

  /** @param {PredictionResponse} item */
  deleteOpen(item) {
    this.detail.hide();
    this.editor.deleteOpen(item);
  }

  destroy() {
    this.editor.destroy(); // before the signal: it saves what it can
    this.stop.abort();
    this.loader.abort();
    this.filterForm.destroy();
    clearTimeout(this.settleTimer);
  }
}

/** @param {string} name */
const isTyped = (name) => TYPED_FILTERS.some((typed) => typed === name);

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<ReviewData>} */ { parentElement }) =>
    new ReviewPage(parentElement),
);
