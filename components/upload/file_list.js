// The list of files that were chosen together: a thumbnail, progress, answer or error for each.

import { createButton, createElement, fillIn, setHidden, setText } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { isRetryable } from "./upload_queue.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { UploadItem, UploadQueue } from "./upload_queue.js" */

/** @typedef {ReturnType<FileList["createRow"]>} Row */

const ANNOUNCE_INTERVAL = 3000; // ms between announcements of the progress
const DOCUMENT_ICON = `<svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor"
  stroke-width="1.5" stroke-linejoin="round" aria-hidden="true"><path d="M6 3h8l4 4v14H6zM14 3v4h4"/></svg>`;

/**
 * @typedef {object} FileListActions
 * @property {(item: UploadItem) => void} show shows the prediction of a file
 * @property {() => void} exportCsv
 */

export class FileList {
  /**
   * @param {UploadQueue} queue
   * @param {FileListActions} actions
   */
  constructor(queue, actions) {
    this.queue = queue;
    this.actions = actions;
    /** @type {Texts} */
    this.texts = {};
    /** @type {Record<string, string>} */
    this.errors = {};
    /** @type {Map<number, Row>} */
    this.rows = new Map();
    this.shownId = 0; // of the file whose prediction is shown
    this.summary = createElement("p", "summary");
    this.announcement = createElement("p", "visually-hidden");
    this.announcement.setAttribute("role", "status");
    this.announcedAt = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.announceTimer = undefined;
    this.retryButton = createButton("quiet", "", () => queue.retryFailed());
    this.exportButton = createButton("quiet", "", () => actions.exportCsv());
    this.stopButton = createButton("quiet", "", () => queue.cancelWaiting());
    this.clearButton = createButton("quiet", "", () => queue.clear());
    this.tools = createElement("div", "tools", this.retryButton, this.exportButton, this.stopButton, this.clearButton);
    this.list = createElement("ol");
    this.root = createElement("div", "files", this.summary, this.tools, this.list, this.announcement);
    this.root.hidden = true;
  }

  /**
   * @param {Texts} texts
   * @param {Record<string, string>} errors
   */
  setTexts(texts, errors) {
    this.texts = texts;
    this.errors = errors;
    setText(this.retryButton, texts.retry_failed);
    setText(this.exportButton, texts.export);
    setText(this.stopButton, texts.stop);
    setText(this.clearButton, texts.clear);
    this.list.setAttribute("aria-label", texts.files);
    this.showAll();
  }

  /** @param {UploadItem | null} item what has changed; null: the list */
  changed(item) {
    if (!item) {
      this.showAll();
      return;
    }
    const row = this.rows.get(item.id);
    if (row) this.showRow(row, item);
    this.showSummary();
  }

  showAll() {
    const { items } = this.queue;
    const ids = new Set(items.map(({ id }) => id));
    for (const [id, { item }] of this.rows) {
      if (ids.has(id)) continue;
      item.remove();
      this.rows.delete(id);
    }
    for (const item of items) {
      let row = this.rows.get(item.id);
      if (!row) {
        row = this.createRow(item);
        this.rows.set(item.id, row);
        this.list.append(row.item);
      }
      this.showRow(row, item);
    }
    setHidden(this.root, items.length === 0);
    this.showSummary();
  }

  /** @param {UploadItem} item */
  createRow(item) {
    const thumbnail = createElement("span", "thumbnail");
    thumbnail.innerHTML = DOCUMENT_ICON;
    const image = createElement("img");
    image.alt = "";
    image.addEventListener("load", () => thumbnail.replaceChildren(image));
    const name = createElement("span", "name", item.source.name);
    const note = createElement("span", "note");
    const answer = createElement("b", "answer");
    const open = createButton("open", "", () => this.open(item));
    open.append(thumbnail, createElement("span", "about", name, note), answer);
    const progress = createElement("progress");
    const retry = createButton("quiet", "", () => this.queue.retry(item));
    const remove = createButton("icon", "×", () => this.remove(item));
    const row = createElement("li", "", open, retry, remove, progress);
    return { item: row, image, name, note, answer, open, progress, retry, remove };
  }

  /**
   * @param {Row} row
   * @param {UploadItem} item
   */
  showRow(row, item) {
    const { texts } = this;
    const { answer, error, state } = item;
    const { name } = item.source;
    const image = thumbnailUrl(item);
    if (image && row.image.getAttribute("src") !== image) row.image.src = image;
    const isShowable = answer?.pages.some(({ id }) => id !== null) ?? false;
    row.item.dataset.state = state;
    row.item.toggleAttribute("data-shown", item.id === this.shownId);
    row.open.disabled = !isShowable;
    const sentence = error ? (this.errors[error] ?? this.errors.unexpected) : "";
    const text = answer ? this.answerText(item) : "";
    const note = sentence || (answer ? this.answerNote(item) : texts[state]);
    setText(row.note, note);
    setText(row.answer, text);
    row.open.setAttribute("aria-label", [name, text, note].filter(Boolean).join(", "));
    row.item.toggleAttribute("data-error", error !== null);
    setHidden(row.progress, state !== "sending");
    row.progress.setAttribute("aria-label", fillIn(texts.sending_name, { name }));
    // The whole file has been sent and the answer is on its way: it is not known how long that takes.
    if (item.progress > 0 && item.progress < 1) row.progress.value = item.progress;
    else row.progress.removeAttribute("value");
    setHidden(row.retry, !isRetryable(item));
    setText(row.retry, texts.retry);
    row.retry.setAttribute("aria-label", fillIn(texts.retry_name, { name }));
    const isOpen = state === "waiting" || state === "sending";
    row.remove.setAttribute("aria-label", fillIn(isOpen ? texts.cancel_name : texts.remove_name, { name }));
    row.remove.title = isOpen ? texts.cancel : texts.remove;
  }

  /** @param {UploadItem} item */
  answerText({ answer }) {
    const written = answer?.pages.filter(({ digits }) => digits.length > 0) ?? [];
    return written.map(({ text }) => text.replaceAll("\n", " ")).join(", ");
  }

  /** @param {UploadItem} item */
  answerNote({ answer }) {
    const { texts } = this;
    if (!answer) return "";
    if (answer.digits.length === 0) return texts.blank;
    const sentences = [fillIn(texts.confidence, { percent: formatPercent(answer.confidence) })];
    if (answer.pages.length > 1) sentences.unshift(fillIn(texts.pages, { count: answer.pages.length }));
    return sentences.join(" · ");
  }

  showSummary() {
    const { texts, queue } = this;
    const { items, paused } = queue;
    const failed = items.filter(({ error }) => error !== null).length;
    const finished = items.filter(({ state }) => state === "done" || state === "failed").length;
    const isMany = items.length > 1 || items.some(({ alone }) => !alone);
    let sentence = fillIn(texts.summary, { count: finished, total: items.length });
    if (failed > 0) sentence += fillIn(texts.summary_failed, { count: failed });
    if (!isMany) sentence = "";
    if (queue.isRunning && paused !== null)
      sentence = `${sentence} ${paused === "offline" ? texts.offline : texts.busy}`.trim();
    setText(this.summary, sentence);
    setHidden(this.summary, sentence === "");
    setHidden(this.tools, !isMany);
    setHidden(this.retryButton, !items.some(isRetryable));
    setHidden(this.exportButton, finished === 0);
    setHidden(this.stopButton, !queue.isRunning);
    setHidden(this.clearButton, queue.isRunning);
    const [first] = items;
    const isOnly = sentence === "" && first?.state === "sending";
    this.announce(isOnly ? fillIn(texts.sending_name, { name: first.source.name }) : sentence);
  }

  /**
   * Announce the progress to screen readers, at most every few seconds.
   * @param {string} sentence
   */
  announce(sentence) {
    clearTimeout(this.announceTimer);
    const pause = this.announcedAt + ANNOUNCE_INTERVAL - Date.now();
    if (pause > 0 && this.queue.isRunning) {
      this.announceTimer = setTimeout(() => this.announce(sentence), pause);
      return;
    }
    this.announcedAt = Date.now();
    setText(this.announcement, sentence);
  }

  /** @param {UploadItem} item */
  open(item) {
    this.markShown(item);
    this.actions.show(item);
  }

  /** @param {UploadItem} item */
  markShown(item) {
    this.shownId = item.id;
    this.showAll();
  }

  /**
   * Remove a file; the focus goes to the next one.
   * @param {UploadItem} item
   */
  remove(item) {
    const next = this.rows.get(item.id)?.item.nextElementSibling?.querySelector(".icon");
    this.queue.remove(item);
    if (next instanceof HTMLElement) next.focus();
  }

  destroy() {
    clearTimeout(this.announceTimer);
  }
}

/**
 * Return a small image of a file: what the browser could decode, else what the server has.
 * @param {UploadItem} item
 */
function thumbnailUrl({ thumbnail, answer }) {
  const id = answer?.pages.find(({ id }) => id !== null)?.id;
  return thumbnail ?? (id ? `api/history/${id}/image.png` : null);
}
