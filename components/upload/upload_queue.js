// Sends files with POST /api/predict, a few at a time, and again while the server or the network cannot take them.
//
// Each file has a random key, so that the server saves it once however often it is sent. The queue lives as long
// as the document: it goes on while the visitor looks at other pages of the site.

import { Backoff } from "../shared/backoff.js";
import { randomKey } from "../shared/random_key.js";
import { ServerClock } from "../shared/server_clock.js";

/** @import { FilePredictionResponse } from "../shared/types.d.ts" */
/** @import { ErrorResponse } from "../shared/history_types.d.ts" */

export const PARALLEL = 2; // files at a time; the server decodes no more at the same time
const FIRST_PAUSE = 500; // ms before the first new attempt; doubles up to LONGEST_PAUSE
const LONGEST_PAUSE = 15_000; // ms
const MAX_FAILURES = 4; // answers with a server error after which a file counts as failed
const BUSY_STATUSES = [429, 502, 503, 504];

/**
 * @typedef {object} FileSource a file that waits to be read
 * @property {string} name
 * @property {() => Promise<Blob>} read throws a FileError
 */

/** @typedef {"waiting" | "sending" | "done" | "failed"} ItemState */

/**
 * @typedef {object} UploadItem
 * @property {number} id
 * @property {FileSource} source
 * @property {boolean} alone it was chosen by itself: its answer is shown at once
 * @property {ItemState} state
 * @property {number} progress share of the file that has been sent, 0 to 1
 * @property {string | null} thumbnail URL of a small image of it
 * @property {FilePredictionResponse | null} answer
 * @property {string | null} error code of a text "error.…"; with an answer: it was not saved
 * @property {string} key
 * @property {number} began when it was sent first, in ms since 1970 by the server's clock; 0 before
 * @property {number} failures
 * @property {AbortController} stop
 */

/**
 * @typedef {object} UploadAnswer
 * @property {number} status
 * @property {unknown} body
 * @property {number} retryAfter seconds; 0 if the server does not say
 * @property {number} serverTime ms since 1970; NaN if the server does not say
 */

/**
 * @typedef {object} PreparedFile
 * @property {Blob} content
 * @property {string | null} thumbnail
 */

/**
 * @typedef {object} QueueOptions
 * @property {(source: FileSource, smaller: boolean) => Promise<PreparedFile>} prepare reads a file, smaller: as a
 *   smaller image than it is; throws a FileError
 * @property {(content: Blob, options: SendOptions) => Promise<UploadAnswer>} send rejects without an answer
 */

/**
 * @typedef {object} QueueView what shows the list while the visitor is on the page
 * @property {(item: UploadItem | null) => void} changed called with the file that has changed, null for the list
 * @property {(item: UploadItem) => void} settled called once for each file that has an answer, or none for good
 */

/**
 * @typedef {object} SendOptions
 * @property {string} name
 * @property {string} key
 * @property {number} began
 * @property {boolean} save
 * @property {AbortSignal} signal
 * @property {(share: number) => void} onProgress
 */

// What may be different the next time.
const PASSING_ERRORS = ["unexpected", "history_unavailable", "unreadable_file", "internal_error"];

/**
 * Return whether it may help to send a file again.
 * @param {UploadItem} item
 */
export const isRetryable = ({ error }) => error !== null && PASSING_ERRORS.includes(error);

/** Why a file has no prediction: `code` of a text "error.…". */
export class FileError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export class UploadQueue {
  /** @param {QueueOptions} options */
  constructor({ prepare, send }) {
    this.prepare = prepare;
    this.send = send;
    /** @type {UploadItem[]} */
    this.items = [];
    /** @type {QueueView | null} */
    this.view = null;
    this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    this.clock = new ServerClock();
    this.pausedUntil = 0; // ms since 1970
    /** @type {"busy" | "offline" | null} why the queue pauses */
    this.paused = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.count = 0;
  }

  get isRunning() {
    return this.items.some(({ state }) => state === "waiting" || state === "sending");
  }

  /**
   * Add files to the list. A list that only has failed files begins again.
   * @param {FileSource[]} sources
   */
  add(sources) {
    if (this.items.every(({ state }) => state === "failed")) this.clear();
    const alone = sources.length === 1;
    for (const source of sources) this.items.push(this.createItem(source, alone));
    this.view?.changed(null);
    this.pump();
  }

  /**
   * @param {FileSource} source
   * @param {boolean} alone
   * @returns {UploadItem}
   */
  createItem(source, alone) {
    this.count += 1;
    return {
      id: this.count,
      source,
      alone,
      state: "waiting",
      progress: 0,
      thumbnail: null,
      answer: null,
      error: null,
      key: randomKey(),
      began: 0,
      failures: 0,
      stop: new AbortController(),
    };
  }

  /** @param {UploadItem} item */
  retry(item) {
    Object.assign(item, { state: "waiting", progress: 0, answer: null, error: null, failures: 0 });
    this.view?.changed(item);
    this.resume();
  }

  retryFailed() {
    for (const item of this.items.filter(isRetryable)) this.retry(item);
  }

  /** @param {UploadItem} item */
  remove(item) {
    this.items = this.items.filter((other) => other !== item);
    this.release(item);
    this.view?.changed(null);
    this.pump();
  }

  clear() {
    for (const item of this.items) this.release(item);
    this.items = [];
    this.view?.changed(null);
  }

  /** Leave out what has not been sent yet; what is finished stays. */
  cancelWaiting() {
    const isOpen = (/** @type {UploadItem} */ { state }) => state === "waiting" || state === "sending";
    for (const item of this.items) if (isOpen(item)) this.release(item);
    this.items = this.items.filter((item) => !isOpen(item));
    this.view?.changed(null);
  }

  /** @param {UploadItem} item */
  release(item) {
    item.stop.abort();
    if (item.thumbnail) URL.revokeObjectURL(item.thumbnail);
  }

  /** The network is back, or the visitor asks for it: do not wait for the end of the pause. */
  resume() {
    this.pausedUntil = 0;
    this.pump();
  }

  pump() {
    clearTimeout(this.timer);
    const pause = this.pausedUntil - Date.now();
    if (pause > 0) {
      this.timer = setTimeout(() => this.pump(), pause);
      return;
    }
    let sending = this.items.filter(({ state }) => state === "sending").length;
    for (const item of this.items) {
      if (sending >= PARALLEL) return;
      if (item.state !== "waiting") continue;
      sending += 1;
      this.process(item);
    }
  }

  /** @param {UploadItem} item */
  async process(item) {
    item.state = "sending";
    this.view?.changed(item);
    try {
      await this.attempt(item);
    } catch (error) {
      if (item.stop.signal.aborted) return;
      if (error instanceof FileError) this.fail(item, error.code);
      else this.pause(item, "offline", 0);
    }
    this.pump();
  }

  /**
   * Read and send a file, and once more as a smaller image, or without saving it, if that can help.
   * @param {UploadItem} item
   */
  async attempt(item) {
    const { content, thumbnail } = await this.prepare(item.source, false);
    if (item.stop.signal.aborted) return;
    item.thumbnail ??= thumbnail;
    item.began ||= this.clock.now;
    let answer = await this.request(item, content, true);
    if (answer.status === 413) {
      const copy = await this.prepare(item.source, true).catch(() => null);
      if (copy) answer = await this.request(item, copy.content, true);
    }
    const isUnsaved = answer.status === 503 && errorCode(answer) === "history_unavailable";
    if (isUnsaved) answer = await this.request(item, content, false);
    if (item.stop.signal.aborted) return;
    this.receive(item, answer, isUnsaved);
  }

  /**
   * @param {UploadItem} item
   * @param {Blob} content
   * @param {boolean} save
   */
  request(item, content, save) {
    const { key, began, stop } = item;
    const onProgress = (/** @type {number} */ share) => {
      item.progress = share;
      this.view?.changed(item);
    };
    return this.send(content, { name: item.source.name, key, began, save, signal: stop.signal, onProgress });
  }

  /**
   * @param {UploadItem} item
   * @param {UploadAnswer} answer
   * @param {boolean} isUnsaved
   */
  receive(item, answer, isUnsaved) {
    const code = errorCode(answer);
    if (answer.status === 200) {
      this.backoff.reset();
      if (Date.now() >= this.pausedUntil) this.paused = null;
      item.answer = /** @type {FilePredictionResponse} */ (answer.body);
      this.settle(item, "done", isUnsaved ? "history_unavailable" : null);
    } else if (BUSY_STATUSES.includes(answer.status)) {
      this.pause(item, "busy", answer.retryAfter);
    } else if (code === "invalid_time" && answer.serverTime && item.failures === 0) {
      this.clock.learnDate(answer.serverTime);
      // A file that was refused was not saved, so it cannot be saved twice under another time.
      item.began = answer.serverTime;
      item.failures += 1;
      item.state = "waiting";
    } else if (answer.status >= 500 && item.failures < MAX_FAILURES) {
      item.failures += 1;
      this.pause(item, "busy", answer.retryAfter);
    } else {
      // Proxies answer 413 without a code of ours.
      this.fail(item, code ?? (answer.status === 413 ? "file_too_large" : "unexpected"));
    }
  }

  /**
   * Let all files wait, for as long as the server says and at least for the back-off.
   * @param {UploadItem} item
   * @param {"busy" | "offline"} reason
   * @param {number} seconds
   */
  pause(item, reason, seconds) {
    this.pausedUntil = Date.now() + this.backoff.nextSpread(seconds);
    this.paused = reason;
    Object.assign(item, { state: "waiting", progress: 0 });
    this.view?.changed(item);
  }

  /**
   * @param {UploadItem} item
   * @param {string} code
   */
  fail(item, code) {
    this.settle(item, "failed", code);
  }

  /**
   * @param {UploadItem} item
   * @param {"done" | "failed"} state
   * @param {string | null} error
   */
  settle(item, state, error) {
    item.state = state;
    item.error = error;
    this.view?.changed(item);
    this.view?.settled(item);
  }
}

/**
 * @param {UploadAnswer} answer
 * @returns {string | null}
 */
function errorCode({ body }) {
  return /** @type {ErrorResponse | null} */ (body)?.error?.code ?? null;
}
