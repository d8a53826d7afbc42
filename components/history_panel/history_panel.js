// The list of predictions, newest first, from GET /api/history, and a status line if the history is unavailable.

import { defineComponent } from "../shared/component.js";
import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { DeleteMine } from "./delete_mine.js";
import { HistoryFilter } from "./history_filter.js";
import { HistoryHealth } from "./history_health.js";
import { createDeletedRow, createRow, showAges } from "./history_row.js";
import { olderThanPage } from "./pages.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { PageResponse, PredictionResponse, ReadinessResponse } from "../shared/history_types.d.ts" */

const PAGE_SIZE = 12;
const TIMEOUT = 10_000; // ms without an answer, after which a request counts as lost
const CLOCK_INTERVAL = 15_000; // ms between updates of "5 min ago"

/**
 * @typedef {object} HistoryData from components/history_panel/panel.py
 * @property {Texts} texts
 * @property {string} language
 * @property {string} version changes when the history may have new predictions
 * @property {boolean} hasScopes the visitor may choose between their own predictions and everybody's
 * @property {Texts} recordTexts of an open prediction
 * @property {string | null} author of labels given here; null: the visitor may choose a name
 * @property {import("./history_filter.js").Readers} readers
 */

class HistoryPanel {
  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    this.root = root;
    /** @type {Texts} */
    this.texts = {};
    /** @type {Texts} */
    this.recordTexts = {};
    /** @type {string | null} */
    this.author = null;
    /** @type {Promise<typeof import("../record/record_dialog.js")> | null} */
    this.recordsModule = null;
    /** @type {import("../record/record_dialog.js").RecordDialog | null} */
    this.records = null;
    this.language = "";
    /** @type {string | null} */
    this.version = null;
    /** @type {PredictionResponse[]} */
    this.items = [];
    /** @type {string | null} cursor of the page after `items` */
    this.next = null;
    this.loaded = false;
    this.refreshes = 0; // number of refreshes; only the answer to the newest is used
    /** @type {Map<string, HTMLElement>} */
    this.rows = new Map();
    this.exactTime = new Intl.DateTimeFormat();

    this.heading = createElement("h2");
    this.status = createElement("p", "line");
    this.status.setAttribute("role", "status");
    this.filter = new HistoryFilter(() => {
      this.items = [];
      this.refresh();
    });
    this.emptyTitle = createElement("b");
    this.emptyNote = createElement("p");
    this.empty = createElement("div", "empty", this.emptyTitle, this.emptyNote);
    this.list = createElement("ol", "rows");
    this.list.addEventListener("keydown", (event) => this.keyDown(event));
    this.moreButton = createButton("button", "", () => this.showMore());
    this.deleteMine = new DeleteMine(() => this.refresh({ keepOlder: false }));
    const parts = [this.heading, this.status, ...this.filter.parts, this.empty, this.list];
    root.append(createElement("section", "card", ...parts, this.moreButton, this.deleteMine.root));
    this.empty.hidden = this.moreButton.hidden = true;

    this.stop = new AbortController();
    this.clock = setInterval(() => this.showAges(), CLOCK_INTERVAL);
    const { signal } = this.stop;
    this.health = new HistoryHealth(
      {
        fetch: (url) => this.fetch(url),
        onSentence: (sentence) => setText(this.status, sentence),
        onRetry: () => this.refresh(),
      },
      signal,
    );
    document.addEventListener("visibilitychange", () => document.hidden || this.becameVisible(), { signal });
    document.addEventListener("inkling:saved", () => this.refresh(), { signal });
    document.addEventListener("inkling:labelled", () => this.refresh(), { signal });
    document.addEventListener("inkling:uploaded", () => this.refresh(), { signal });
  }

  /** @param {HistoryData} data */
  update({ texts, language, version, hasScopes, recordTexts, author, readers }) {
    const languageChanged = language !== this.language;
    Object.assign(this, { texts, language, recordTexts, author });
    this.filter.update(hasScopes, readers);
    if (languageChanged) this.showTexts();
    if (version !== this.version) this.refresh();
    this.version = version;
  }

  showTexts() {
    const { texts } = this;
    setText(this.heading, texts.heading);
    this.filter.setTexts(texts);
    this.health.texts = texts;
    setText(this.moreButton, texts.more);
    this.deleteMine.setTexts(texts);
    this.exactTime = new Intl.DateTimeFormat(this.language === "zh" ? "zh-CN" : "en-GB", {
      dateStyle: "medium",
      timeStyle: "medium",
    });
    this.rows.clear();
    this.records?.update(this.recordTexts, this.exactTime, this.author);
    this.showItems();
  }

  /** The history's health was not checked while the tab was hidden. */
  becameVisible() {
    this.health.healthy = false;
    this.refresh();
  }

  /**
   * Load the newest page. keepOlder: keep the older predictions shown, unless there is a gap.
   */
  async refresh({ keepOlder = true } = {}) {
    this.refreshes += 1;
    const refresh = this.refreshes;
    const page = await this.fetchPage(null);
    if (refresh !== this.refreshes) return;
    if (page) {
      const older = keepOlder ? olderThanPage(page.items, this.items) : [];
      this.items = [...page.items, ...older];
      if (older.length === 0) this.next = page.next;
      this.loaded = true;
      this.showItems();
    }
    if (!page?.complete || !this.health.healthy) this.health.check(page !== null);
  }

  async showMore() {
    const { refreshes } = this;
    this.moreButton.disabled = true;
    const page = await this.fetchPage(this.next);
    this.moreButton.disabled = false;
    if (!page || refreshes !== this.refreshes) return;
    const first = this.items.length;
    const known = new Set(this.items.map(({ id }) => id));
    this.items.push(...page.items.filter(({ id }) => !known.has(id)));
    this.next = page.next;
    this.showItems();
    if (!this.records?.dialog.open) this.list.children[first]?.querySelector("button")?.focus({ preventScroll: true });
  }

  /**
   * @param {string | null} before
   * @returns {Promise<PageResponse | null>} null if the history does not answer
   */
  async fetchPage(before) {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
    if (before) query.set("before", before);
    if (this.filter.digit !== null) query.set("digit", String(this.filter.digit));
    if (this.filter.own) query.set("mine", "true");
    try {
      const requestedAt = performance.now();
      const response = await this.fetch(`api/history?${query}`);
      if (!response.ok) return null;
      /** @type {PageResponse} */
      const page = await response.json();
      const { records } = this;
      return records ? { ...page, items: records.corrections.applyTo(page.items, requestedAt) } : page;
    } catch {
      return null;
    }
  }

  /**
   * Fetch, but give up a silent connection.
   * @param {string} url
   */
  fetch(url) {
    return fetch(url, { signal: AbortSignal.any([this.stop.signal, AbortSignal.timeout(TIMEOUT)]) });
  }

  /** The predictions that are shown and not deleted. */
  get shown() {
    return this.records?.pendingDeletes.exclude(this.items) ?? this.items;
  }

  /** Show the predictions, and those that were just deleted with a way to restore them. */
  showItems() {
    const { texts, records } = this;
    const shown = new Set(this.shown);
    const items = this.items.filter((item) => shown.has(item) || records?.pendingDeletes.find(item.id));
    this.updateList(items.map((item) => this.rowFor(item)));
    if (items.length > 0 && !records) this.preload();
    this.moreButton.hidden = !this.next;
    const { digit } = this.filter;
    this.filter.digits.hidden = items.length === 0 && digit === null;
    this.empty.hidden = items.length > 0 || !this.loaded;
    const filtered = digit !== null;
    setText(this.emptyTitle, filtered ? fillIn(texts.none_fit, { digit }) : texts.empty);
    setText(this.emptyNote, filtered ? "" : texts.empty_more);
    this.showAges();
    records?.dialog.showActions();
  }

  /**
   * Return the row of a prediction: the one there is unless the prediction has changed, so that its image
   * is not fetched again.
   * @param {PredictionResponse} item
   */
  rowFor(item) {
    const { texts } = this;
    const isDeleted = this.records?.pendingDeletes.find(item.id) !== undefined;
    const known = this.rows.get(item.id);
    if (known?.dataset.state === (isDeleted ? "deleted" : JSON.stringify(item))) return known;
    const row = isDeleted
      ? createDeletedRow(item, texts, () => this.restore(item.id))
      : createRow(item, texts, this.exactTime, () => this.open(item.id));
    this.rows.set(item.id, row);
    return row;
  }

  showAges() {
    showAges(this.list, this.texts);
  }

  /**
   * Replace the rows; the focus stays where it is, or goes to the row that takes the place of a focused one.
   * @param {HTMLElement[]} rows
   */
  updateList(rows) {
    const focused = this.list.querySelector(":focus")?.closest("li");
    const index = focused ? [...this.list.children].indexOf(focused) : -1;
    this.list.replaceChildren(...rows);
    if (!focused) return;
    const row = rows.find(({ dataset }) => dataset.id === focused.dataset.id) ?? rows[Math.min(index, rows.length - 1)];
    row?.querySelector("button")?.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  keyDown(event) {
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    const buttons = [...this.list.querySelectorAll("button")];
    const next = buttons[buttons.findIndex((button) => button.matches(":focus")) + step];
    if (!step || !next) return;
    event.preventDefault();
    next.focus();
  }

  // --- the open prediction

  /** Load the dialog while the browser has time, so that the first row opens at once. */
  preload() {
    this.recordsModule ??= import("../record/record_dialog.js");
    this.recordsModule.catch(() => {
      this.recordsModule = null;
    });
  }

  /** Load the dialog; null if the server does not answer. */
  async loadRecords() {
    if (this.records) return this.records;
    this.recordsModule ??= import("../record/record_dialog.js");
    try {
      const { RecordDialog } = await this.recordsModule;
      this.records ??= this.createRecords(RecordDialog);
      return this.records;
    } catch {
      this.recordsModule = null;
      return null;
    }
  }

  /** @param {typeof import("../record/record_dialog.js").RecordDialog} RecordDialog */
  createRecords(RecordDialog) {
    const { signal } = this.stop;
    const records = new RecordDialog(
      {
        onMove: (step) => this.moveOpen(step),
        canMove: (step) => this.canMove(step),
        onClose: (id) => this.focusRow(id),
        onLabel: (update) => this.labelChanged(update),
        onDelete: () => this.showItems(),
        onDeleteFailed: () => {
          setText(this.status, this.texts.not_deleted);
          this.refresh();
        },
      },
      signal,
    );
    this.root.append(records.root);
    records.update(this.recordTexts, this.exactTime, this.author);
    return records;
  }

  /** @param {string} id */
  async open(id) {
    const records = await this.loadRecords();
    const item = this.shown.find((other) => other.id === id);
    if (records && item) records.open(item);
    else if (!records) setText(this.status, this.texts.failed);
  }

  /**
   * Return whether there is a prediction before or after the open one; the next one may have to be loaded.
   * @param {-1 | 1} step
   */
  canMove(step) {
    const { shown } = this;
    const index = shown.findIndex(({ id }) => id === this.records?.openId);
    if (index < 0) return false;
    return shown[index + step] !== undefined || (step === 1 && this.next !== null);
  }

  /** @param {-1 | 1} step */
  async moveOpen(step) {
    const index = this.shown.findIndex(({ id }) => id === this.records?.openId);
    if (index < 0) return;
    if (index + step === this.shown.length && this.next) await this.showMore();
    const item = this.shown[index + step];
    if (item) this.records?.open(item);
  }

  /** @param {string} id */
  restore(id) {
    this.records?.restore(id);
    this.showItems();
    this.focusRow(id);
  }

  /**
   * Give a row the focus, or the one that took its place.
   * @param {string} id
   */
  focusRow(id) {
    this.rows.get(id)?.querySelector("button")?.focus();
  }

  /** @param {import("../shared/prediction_dialog.js").LabelUpdate} update */
  labelChanged({ id, label, labelled_by, labelled_at }) {
    this.items = this.items.map((item) => (item.id === id ? { ...item, label, labelled_by, labelled_at } : item));
    this.showItems();
  }

  destroy() {
    this.stop.abort();
    clearInterval(this.clock);
  }
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<HistoryData>} */ { parentElement }) =>
    new HistoryPanel(parentElement),
);
