// Corrections on their way to the server: shown immediately, sent in the background, retried until the server
// accepts them, and stored in the browser until then.

import { Backoff } from "../shared/backoff.js";
import { localStore } from "../shared/storage.js";
import { putLabel } from "./api_client.js";

/** @import { PredictionRecordResponse, PredictionResponse } from "../shared/types.d.ts" */

const KEY_PREFIX = "inkling.correction."; // followed by the prediction's id, in localStorage
const NAME_KEY = "inkling.name";
const NAME_LENGTH = 64;
const MAX_REQUESTS = 4; // at a time
const FIRST_PAUSE = 500; // ms after a failure
const LONGEST_PAUSE = 8000; // ms
const ABANDONED_AFTER = 10_000; // ms after which a stored correction belongs to a page that was closed
const UNDO_STEPS = 1000;

/** @typedef {{ id: string, from: string | null, to: string | null }} LabelChange labels of a prediction; null: none */

/**
 * @typedef {object} Correction
 * @property {string | null} text the label; null removes it
 * @property {string | null} by
 * @property {number} at by Date.now()
 */

export class CorrectionQueue {
  /**
   * @param {object} callbacks
   * @param {(record: PredictionRecordResponse) => void} callbacks.onSaved the server took a prediction's newest label
   * @param {(message: string) => void} callbacks.onRefused the server rejected a label permanently
   * @param {() => void} callbacks.onChange the number of unsaved labels changed, or `stuck` did
   * @param {AbortSignal} signal
   */
  constructor({ onSaved, onRefused, onChange }, signal) {
    this.onSaved = onSaved;
    this.onRefused = onRefused;
    this.onChange = onChange;
    this.signal = signal;
    /** @type {Map<string, Correction>} the newest unsaved one of each prediction, the oldest first */
    this.unsaved = new Map();
    /** @type {Set<string>} ids of the predictions whose correction is being sent */
    this.sending = new Set();
    /** @type {Map<string, Correction & { settledAt: number }>} by id: what the server answered last */
    this.settled = new Map();
    /** @type {LabelChange[][]} steps that can be undone */
    this.steps = [];
    this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    this.stuck = false; // the last request failed
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.retryTimer = undefined;
    window.addEventListener("online", () => this.retry(), { signal });
    /** @type {string | null} the name of a reviewer who has signed in */
    this.signedInName = null;
    this.restoreAbandoned();
  }

  /** The reviewer's name. */
  get name() {
    return this.signedInName ?? localStore.get(NAME_KEY) ?? "";
  }

  set name(name) {
    localStore.set(NAME_KEY, name.trim().slice(0, NAME_LENGTH) || null);
  }

  get unsavedCount() {
    return this.unsaved.size;
  }

  /**
   * Save labels; all of them are one step for `undo`.
   * @param {LabelChange[]} changes
   */
  add(changes) {
    this.steps.push(changes);
    if (this.steps.length > UNDO_STEPS) this.steps.shift();
    this.enqueue(changes);
  }

  /** Undo the last step; return the changes that revert it, null if there is none. */
  undo() {
    const step = this.steps.pop();
    if (!step) return null;
    const changes = step.map(({ id, from, to }) => ({ id, from: to, to: from }));
    this.enqueue(changes);
    return changes;
  }

  /**
   * Return predictions that were requested at a time with the labels that the server may not have had by then.
   * @template {PredictionResponse} Item
   * @param {Item[]} items
   * @param {number} requestedAt by performance.now()
   */
  applyTo(items, requestedAt) {
    return items.map((item) => {
      const settled = this.settled.get(item.id);
      const newer = this.unsaved.get(item.id) ?? (settled && settled.settledAt > requestedAt ? settled : null);
      return newer ? { ...item, label: newer.text, labelled_by: newer.by } : item;
    });
  }

  /** @param {LabelChange[]} changes */
  enqueue(changes) {
    for (const { id, to } of changes) {
      const correction = { text: to, by: this.name || null, at: Date.now() };
      this.unsaved.set(id, correction);
      localStore.set(KEY_PREFIX + id, JSON.stringify(correction));
    }
    this.onChange();
    this.sendUnsaved();
  }

  sendUnsaved() {
    if (this.retryTimer !== undefined) return;
    for (const [id, correction] of this.unsaved) {
      if (this.sending.size >= MAX_REQUESTS) return;
      if (!this.sending.has(id)) this.send(id, correction); // one at a time for each prediction keeps their order
    }
  }

  /**
   * @param {string} id
   * @param {Correction} correction
   */
  async send(id, correction) {
    this.sending.add(id);
    const response = await putLabel(id, correction.text, correction.by).catch(() => null);
    this.sending.delete(id);
    if (this.signal.aborted) {
      if (response?.ok) this.settle(id, correction);
      return;
    }
    // 401: the sign-in has expired; the label is sent again after the next one.
    if (!response || response.status >= 500 || [401, 429].includes(response.status)) this.retryLater();
    else await this.handleResponse(id, correction, response);
    this.onChange();
    this.sendUnsaved();
  }

  /**
   * @param {string} id
   * @param {Correction} correction
   * @param {Response} response
   */
  async handleResponse(id, correction, response) {
    this.stuck = false;
    this.backoff.reset();
    const newest = this.settle(id, correction);
    const content = await response.json().catch(() => null);
    if (!response.ok) this.onRefused(content?.error?.message ?? response.statusText);
    else if (newest) this.onSaved(content);
  }

  /**
   * Forget a correction that the server has answered; return whether it was the newest of its prediction.
   * @param {string} id
   * @param {Correction} correction
   */
  settle(id, correction) {
    if (this.unsaved.get(id) !== correction) return false;
    this.unsaved.delete(id);
    this.settled.set(id, { ...correction, settledAt: performance.now() });
    localStore.set(KEY_PREFIX + id, null);
    return true;
  }

  retryLater() {
    this.stuck = true;
    this.retryTimer ??= setTimeout(() => this.retry(), this.backoff.next());
  }

  retry() {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    this.sendUnsaved();
  }

  /** Send the labels that a closed page could not send. */
  restoreAbandoned() {
    for (const key of localStore.keys().filter((name) => name.startsWith(KEY_PREFIX))) {
      /** @type {Correction} */
      const correction = JSON.parse(localStore.get(key) ?? "");
      if (Date.now() - correction.at > ABANDONED_AFTER) this.unsaved.set(key.slice(KEY_PREFIX.length), correction);
    }
    this.sendUnsaved();
  }

  destroy() {
    clearTimeout(this.retryTimer);
  }
}
