// The list of predictions, newest first, from GET /api/history, and a status line if the history is unavailable.

import { defineComponent } from "../shared/component.js";
import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { describeAge, formatPercent } from "../shared/format.js";
import { DIGITS } from "../shared/probabilities.js";
import { DeleteMine } from "./delete_mine.js";
import { olderThanPage } from "./pages.js";

/** @import { PageResponse, PredictionResponse, ReadinessResponse, Texts } from "../shared/types.d.ts" */

const PAGE_SIZE = 12;
const HEALTH_INTERVAL = 20_000; // ms between checks of the history's health
const UNHEALTHY_INTERVAL = 3_000; // ms between checks while something is wrong
const TIMEOUT = 10_000; // ms without an answer, after which a request counts as lost
const CLOCK_INTERVAL = 15_000; // ms between updates of "5 min ago"

/**
 * @typedef {object} HistoryData from components/history_panel/panel.py
 * @property {Texts} texts
 * @property {string} language
 * @property {string} version changes when the history may have new predictions
 * @property {boolean} hasScopes the visitor may choose between their own predictions and everybody's
 */

class HistoryPanel {
  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    /** @type {Texts} */
    this.texts = {};
    this.language = "";
    /** @type {string | null} */
    this.version = null;
    /** @type {PredictionResponse[]} */
    this.items = [];
    /** @type {string | null} cursor of the page after `items` */
    this.next = null;
    /** @type {number | null} the filter */
    this.digit = null;
    this.everyone = false; // the chosen scope
    this.hasScopes = false;
    this.loaded = false;
    this.healthy = false;
    this.refreshes = 0; // number of refreshes; only the answer to the newest is used
    /** @type {Map<string, HTMLElement>} */
    this.rows = new Map();
    this.exactTime = new Intl.DateTimeFormat();

    this.heading = createElement("h2");
    this.status = createElement("p", "line");
    this.status.setAttribute("role", "status");
    this.mine = this.createChoice("scope", true, () => this.setScope(false));
    this.everyones = this.createChoice("scope", false, () => this.setScope(true));
    this.scope = createElement("div", "filter scope", this.mine.label, this.everyones.label);
    this.scope.setAttribute("role", "radiogroup");
    this.scope.hidden = true;
    this.choices = [null, ...DIGITS].map((digit) => ({
      digit,
      ...this.createChoice("digit", digit === null, () => this.filterBy(digit)),
    }));
    this.filter = createElement("div", "filter", ...this.choices.map(({ label }) => label));
    this.filter.setAttribute("role", "radiogroup");
    this.emptyTitle = createElement("b");
    this.emptyNote = createElement("p");
    this.empty = createElement("div", "empty", this.emptyTitle, this.emptyNote);
    this.list = createElement("ol");
    this.moreButton = createButton("button", "", () => this.showMore());
    this.deleteMine = new DeleteMine(() => this.refresh({ keepOlder: false }));
    const parts = [this.heading, this.status, this.scope, this.filter, this.empty, this.list];
    root.append(createElement("section", "card", ...parts, this.moreButton, this.deleteMine.root));
    this.empty.hidden = this.moreButton.hidden = true;

    this.stop = new AbortController();
    this.clock = setInterval(() => this.showAges(), CLOCK_INTERVAL);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.healthTimer = undefined;
    const { signal } = this.stop;
    document.addEventListener("visibilitychange", () => document.hidden || this.becameVisible(), { signal });
    document.addEventListener("inkling:saved", () => this.refresh(), { signal });
    document.addEventListener("inkling:uploaded", () => this.refresh(), { signal });
  }

  /**
   * Return a radio button.
   * @param {string} group
   * @param {boolean} checked
   * @param {() => void} onChoose
   */
  createChoice(group, checked, onChoose) {
    const input = createElement("input");
    Object.assign(input, { type: "radio", name: group, checked });
    input.addEventListener("change", onChoose);
    const name = createElement("span");
    return { name, label: createElement("label", "", input, name) };
  }

  /** @param {HistoryData} data */
  update({ texts, language, version, hasScopes }) {
    const languageChanged = language !== this.language;
    Object.assign(this, { texts, language, hasScopes });
    this.scope.hidden = !hasScopes;
    if (languageChanged) this.showTexts();
    if (version !== this.version) this.refresh();
    this.version = version;
  }

  showTexts() {
    const { texts } = this;
    setText(this.heading, texts.heading);
    this.scope.setAttribute("aria-label", texts.scope);
    setText(this.mine.name, texts.mine);
    setText(this.everyones.name, texts.everyone);
    this.filter.setAttribute("aria-label", texts.filter);
    for (const { digit, name } of this.choices) setText(name, digit === null ? texts.all : String(digit));
    setText(this.moreButton, texts.more);
    this.deleteMine.setTexts(texts);
    this.exactTime = new Intl.DateTimeFormat(this.language === "zh" ? "zh-CN" : "en-GB", {
      dateStyle: "medium",
      timeStyle: "medium",
    });
    this.rows.clear();
    this.showItems();
  }

  /** @param {boolean} everyone */
  setScope(everyone) {
    this.everyone = everyone;
    this.items = [];
    this.refresh();
  }

  /** @param {number | null} digit */
  filterBy(digit) {
    this.digit = digit;
    this.items = [];
    this.refresh();
  }

  /** The history's health was not checked while the tab was hidden. */
  becameVisible() {
    this.healthy = false;
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
    if (!page?.complete || !this.healthy) this.checkHealth(page !== null);
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
    const row = /** @type {HTMLElement | undefined} */ (this.list.children[first]);
    row?.focus({ preventScroll: true });
  }

  /**
   * @param {string | null} before
   * @returns {Promise<PageResponse | null>} null if the history does not answer
   */
  async fetchPage(before) {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
    if (before) query.set("before", before);
    if (this.digit !== null) query.set("digit", String(this.digit));
    if (this.hasScopes && !this.everyone) query.set("mine", "true");
    try {
      const response = await this.fetch(`api/history?${query}`);
      return response.ok ? await response.json() : null;
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

  /** @param {boolean} answers whether the history answered the newest request */
  async checkHealth(answers) {
    clearTimeout(this.healthTimer);
    /** @type {ReadinessResponse | null} */
    let readiness = null;
    try {
      readiness = await (await this.fetch("api/health/ready")).json();
    } catch {
      // shown below: the history does not answer
    }
    if (this.stop.signal.aborted) return;
    const sentence = this.healthSentence(readiness, answers);
    setText(this.status, sentence);
    this.healthy = sentence === "";
    clearTimeout(this.healthTimer); // a concurrent check may have set one
    this.healthTimer = setTimeout(
      () => {
        if (document.hidden) return;
        if (answers) this.checkHealth(true);
        else this.refresh();
      },
      this.healthy ? HEALTH_INTERVAL : UNHEALTHY_INTERVAL,
    );
  }

  /**
   * Return what is wrong with the history; "" for nothing.
   * @param {ReadinessResponse | null} readiness
   * @param {boolean} answers
   */
  healthSentence(readiness, answers) {
    const { texts } = this;
    if (!readiness?.status) return texts.failed;
    if (readiness.status === "unavailable") return texts.not_saved;
    const { reachable, outbox } = readiness.history ?? { reachable: readiness.status === "ready", outbox: 0 };
    if (reachable) return answers ? "" : texts.failed;
    if (outbox === 0) return texts.queued_none;
    return outbox === 1 ? texts.queued_one : fillIn(texts.queued, { count: outbox });
  }

  showItems() {
    const { texts, items } = this;
    this.list.replaceChildren(...items.map((item) => this.rowFor(item)));
    this.moreButton.hidden = !this.next;
    this.filter.hidden = items.length === 0 && this.digit === null;
    this.empty.hidden = items.length > 0 || !this.loaded;
    const filtered = this.digit !== null;
    setText(this.emptyTitle, filtered ? fillIn(texts.none_fit, { digit: this.digit }) : texts.empty);
    setText(this.emptyNote, filtered ? "" : texts.empty_more);
    this.showAges();
  }

  /**
   * Return the row of a prediction: the one there is unless the prediction has changed, so that its image
   * is not fetched again.
   * @param {PredictionResponse} item
   */
  rowFor(item) {
    const state = JSON.stringify(item);
    const known = this.rows.get(item.id);
    if (known?.dataset.state === state) return known;
    const { texts } = this;
    const image = createElement("img");
    image.src = `api/history/${item.id}/image.png?state=${hashText(state)}`;
    image.alt = "";
    image.loading = "lazy";
    const text = createElement("b", "", item.text || "–");
    text.dataset.verdict = item.verdict;
    const time = createElement("time");
    time.dateTime = item.created;
    time.title = this.exactTime.format(new Date(item.created));
    const detail = createElement("span", "detail", `${texts[item.source]} · `, time);
    const percent = item.verdict === "not_a_digit" ? "" : formatPercent(item.confidence);
    const row = createElement("li", "", image, text, createElement("span", "sure", percent), detail);
    row.dataset.state = state;
    row.dataset.id = item.id;
    row.tabIndex = -1;
    this.rows.set(item.id, row);
    return row;
  }

  showAges() {
    for (const time of this.list.querySelectorAll("time")) {
      setText(time, describeAge(Date.now() - Date.parse(time.dateTime), this.texts));
    }
  }

  destroy() {
    this.stop.abort();
    clearInterval(this.clock);
    clearTimeout(this.healthTimer);
  }
}

/**
 * Return a short hash of a text, so that a changed image has a new URL.
 * @param {string} text
 */
function hashText(text) {
  let hash = 5381; // djb2
  for (const character of text) hash = (hash * 33 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash.toString(36);
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<HistoryData>} */ { parentElement }) =>
    new HistoryPanel(parentElement),
);
