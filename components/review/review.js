// The review page: predictions page by page over HTTP, filters in the URL, corrections sent in the background.

import { defineComponent } from "../shared/component.js";
import { ConflictList } from "../shared/conflict_list.js";
import { createElement, fillIn, setText } from "../shared/dom.js";
import { PredictionDialog } from "../shared/prediction_dialog.js";
import { Arrivals } from "./arrivals.js";
import { CorrectionBar } from "./correction_bar.js";
import { ReviewDetail } from "./detail.js";
import { Editor } from "./editor.js";
import { ExportLinks } from "./export_links.js";
import { FilterForm } from "./filters.js";
import { PredictionGrid } from "./grid.js";
import { MostUseful, USEFUL_COUNT } from "./most_useful.js";
import { sortLikeliestWrongFirst } from "./ordering.js";
import { PageLoader } from "./page_loader.js";
import { ReviewKeys } from "./review_keys.js";
import { SavedViews } from "./saved_views.js";
import { SelectionTools } from "./selection_tools.js";
import { countItems, Totals } from "./totals.js";
import { UrlState } from "./url_state.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { PredictionResponse } from "../shared/history_types.d.ts" */
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
    /** @type {string | null} the view's; null: newest first */
    this.order = null;
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
      onCount: () => this.selectionTools.showCount(),
    });
    this.filterForm = new FilterForm((values) => this.filtersChanged(values));
    this.exportLinks = new ExportLinks();
    this.grid = new PredictionGrid(
      {
        onSelect: () => this.selected(),
        onOpen: (id) => this.open(id),
        onNearEnd: () => this.loadAhead(),
        onSelectAll: () => this.selectionTools.selectAll(),
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
    this.selectionTools = new SelectionTools(this, {
      onMessage: (message) => this.showMessage(message),
      loadsAll: () => !this.mostUseful.active,
    });
    this.mostUseful = new MostUseful({
      shownItems: () => this.grid.items,
      onToggle: () => this.filtersChanged({ order: this.mostUseful.active ? null : "useful" }),
      onMore: () => this.loader.loadMore(),
    });

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
    const views = [this.mostUseful.toggleButton, this.savedViews.root];
    const viewOptions = [order.root, layout.root, ...views, this.exportLinks.root];
    const counts = [totals.count, totals.progress, filterForm.chips, totals.accuracy];
    root.append(
      createElement("section", "toolbar card", filterForm.root, createElement("div", "view-options", ...viewOptions)),
      createElement("div", "totals", ...counts, this.arrivals.root, this.selectionTools.root),
      this.conflicts.root,
      this.status,
      this.orderNote,
      this.empty,
      this.grid.root,
      this.mostUseful.root,
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
    this.selectionTools.setTexts(texts);
    this.mostUseful.setTexts(texts, this.totals.numberFormat);
    this.showOrderNote();
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
      this.order = order;
      this.loadView();
    }
    const id = url.get("id");
    if (id) this.detail.show(id, this.grid.find(id));
    else this.detail.hide();
  }

  /** Load the view's first page; the old predictions stay until it arrives. */
  loadView() {
    this.editor.startView(this.view ?? "");
    this.mostUseful.setActive(this.order === "useful");
    this.showOrderNote();
    this.exportLinks.setFilters(this.filters);
    this.arrivals.start(this.filters);
    if (this.mostUseful.active) this.loader.start(this.filters, USEFUL_COUNT, this.mostUseful.fetchPage);
    else this.loader.start(this.filters, this.order === "doubtful" ? SORTED_PAGE_SIZE : PAGE_SIZE);
  }

  showOrderNote() {
    const note = this.order === "doubtful" ? fillIn(this.texts.order_note, { count: SORTED_PAGE_SIZE }) : "";
    setText(this.orderNote, note || this.mostUseful.note);
  }

  /** Load the next page before the end is reached; the most useful ones come when these are labelled. */
  loadAhead() {
    if (!this.mostUseful.active) this.loader.loadMore();
  }

  /** @param {LoadedPage} loaded */
  pageLoaded({ page, first, requestedAt }) {
    setText(this.status, page.complete ? "" : this.texts.incomplete);
    if (first) {
      this.grid.clear();
      this.grid.setReasons(this.mostUseful.active);
    }
    this.arrivals.addKnown(page.items);
    const items = this.editor.applyTo(page.items, requestedAt);
    this.grid.append(this.order === "doubtful" ? sortLikeliestWrongFirst(items) : items);
    this.grid.markConflicts(this.editor.corrections.conflicts);
    this.editor.resume();
    this.showOrderNote();
    this.showEmpty();
    this.detail.showActions();
    if (!first) return;
    this.showSelection();
    this.totals.show(this.loader.ended && !this.mostUseful.active ? countItems(this.grid.items) : null);
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
    this.selectionTools.setEmpty(this.grid.items.length === 0);
    this.mostUseful.showEnd();
    const kind = this.mostUseful.active ? "empty_useful" : this.filters ? "empty" : "empty_history";
    setText(this.emptyTitle, texts[kind]);
    setText(this.emptyNote, texts[`${kind}_more`]);
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

  showSelection() {
    this.selectionTools.showMultiple();
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
      // Not earlier: what has been labelled decides what comes next.
      if (this.mostUseful.active && (this.mostUseful.isDone || this.editor.deferred.waiting)) this.loader.loadMore();
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
    if (index + step > this.grid.items.length - LOAD_AHEAD) this.loadAhead();
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
