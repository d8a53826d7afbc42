// Corrections on their way to the server: shown immediately, sent in the background, retried until the server
// accepts them, and stored in the browser until then. Each says which label it replaces: if the prediction has
// another one by now, the server refuses it, and the reviewer chooses between the two.

import { Backoff } from "./backoff.js";
import { removeCorrection, storeCorrection, storedCorrections, watchCorrections } from "./correction_store.js";
import { putLabel } from "./prediction_client.js";
import { localStore } from "./storage.js";

/** @import { PredictionRecordResponse, PredictionResponse } from "./history_types.d.ts" */
/** @import { Correction } from "./correction_store.js" */

const NAME_KEY = "inkling.name";
const NAME_LENGTH = 64;
const MAX_REQUESTS = 4; // at a time
const FIRST_PAUSE = 500; // ms after a failure
const LONGEST_PAUSE = 8000; // ms
const UNDO_STEPS = 1000;

/** @typedef {{ id: string, from: string | null, to: string | null }} LabelChange labels of a prediction; null: none */

/**
 * @typedef {object} Conflict a correction of a label that someone else has changed in between
 * @property {Correction} mine
 * @property {PredictionRecordResponse} theirs the prediction with its label on the server
 */

export class CorrectionQueue {
  /**
   * @param {object} callbacks
   * @param {(record: PredictionRecordResponse) => void} callbacks.onSaved the server has this label of a prediction
   * @param {(message: string, code: string, id: string) => void} callbacks.onRefused the server rejected the label of
   *   a prediction permanently
   * @param {() => void} callbacks.onChange the number of unsaved labels or conflicts changed, or `stuck` did
   * @param {AbortSignal} signal
   */
  constructor({ onSaved, onRefused, onChange }, signal) {
    this.onSaved = onSaved;
    this.onRefused = onRefused;
    this.onChange = onChange;
    this.signal = signal;
    /** @type {Map<string, Correction>} the newest unsaved one of each prediction, the oldest first */
    this.unsaved = new Map();
    /** @type {Map<string, Conflict>} by id; stored like unsaved corrections until they are resolved */
    this.conflicts = new Map();
    /** @type {Set<string>} ids of the predictions whose correction is being sent */
    this.sending = new Set();
    /** @type {Map<string, Correction & { labelledAt: string | null, settledAt: number }>} by id: what the server
     *   answered last */
    this.settled = new Map();
    /** @type {Map<string, string | null>} by id: `labelled_at` of the label that is shown */
    this.versions = new Map();
    /** @type {LabelChange[][]} steps that can be undone */
    this.steps = [];
    this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    this.stuck = false; // the last request failed
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.retryTimer = undefined;
    /** @type {string | null} the name of a reviewer who has signed in */
    this.signedInName = null;
    this.started = false;
    window.addEventListener("online", () => this.retry(), { signal });
    watchCorrections((id, correction) => this.changedElsewhere(id, correction), signal);
  }

  /**
   * Send what an earlier page could not send, and accept corrections.
   * @param {string | null} signedInName only corrections by this reviewer are sent; null: there is no sign-in
   */
  start(signedInName) {
    this.signedInName = signedInName;
    if (this.started) return;
    this.started = true;
    for (const [id, correction] of storedCorrections()) {
      if (signedInName === null || correction.by === signedInName) this.unsaved.set(id, correction);
    }
    if (this.unsaved.size > 0) this.onChange();
    this.sendUnsaved();
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
    this.enqueue(changes, (id) => this.versions.get(id) ?? null);
  }

  /** Undo the last step; return the changes that revert it, null if there is none. */
  undo() {
    const step = this.steps.pop();
    if (!step) return null;
    const inConflict = step.flatMap(({ id, to }) => {
      const theirs = this.resolve(id, "theirs");
      return theirs ? [{ id, from: to, to: theirs.label }] : [];
    });
    const ended = new Set(inConflict.map(({ id }) => id));
    const reverted = step.filter(({ id }) => !ended.has(id)).map(({ id, from, to }) => ({ id, from: to, to: from }));
    // Only this reviewer's own labels are reverted: a newer one of someone else is a conflict.
    this.enqueue(reverted, (id) => this.settled.get(id)?.labelledAt ?? this.versions.get(id) ?? null);
    return [...inConflict, ...reverted];
  }

  /**
   * A prediction is shown that was loaded at some earlier time: corrections replace the label that it has, unless
   * a later one is known.
   * @param {PredictionResponse} item
   */
  shown(item) {
    if (!this.versions.has(item.id)) this.versions.set(item.id, item.labelled_at);
  }

  /**
   * Return predictions that were requested at a time with the labels that the server may not have had by then;
   * from now on corrections replace the labels of these.
   * @template {PredictionResponse} Item
   * @param {Item[]} items
   * @param {number} requestedAt by performance.now()
   */
  applyTo(items, requestedAt) {
    return items.map((item) => {
      const settled = this.settled.get(item.id);
      const isOutdated = settled !== undefined && settled.settledAt > requestedAt;
      if (!isOutdated) this.versions.set(item.id, item.labelled_at);
      const unsaved = this.unsaved.get(item.id);
      if (unsaved) return { ...item, label: unsaved.text, labelled_by: unsaved.by, labelled_at: null };
      if (!isOutdated) return item;
      return { ...item, label: settled.text, labelled_by: settled.by, labelled_at: settled.labelledAt };
    });
  }

  /**
   * End a conflict with one of the two labels; return the prediction with the server's label.
   * @param {string} id
   * @param {"mine" | "theirs"} choice
   */
  resolve(id, choice) {
    const conflict = this.conflicts.get(id);
    if (!conflict) return null;
    const { mine, theirs } = conflict;
    this.conflicts.delete(id);
    this.versions.set(id, theirs.labelled_at);
    if (choice === "mine") {
      this.enqueue([{ id, from: theirs.label, to: mine.text }], () => theirs.labelled_at);
    } else {
      removeCorrection(id);
      this.onChange();
    }
    return theirs;
  }

  /**
   * @param {LabelChange[]} changes
   * @param {(id: string) => string | null} versionOf returns `labelled_at` of the label that is replaced
   */
  enqueue(changes, versionOf) {
    for (const { id, to } of changes) {
      const older = this.unsaved.get(id);
      /** @type {Correction} */
      const correction = {
        text: to,
        by: this.name || null,
        at: Date.now(),
        replaces: older ? older.replaces : versionOf(id),
        sent: older ? older.sent : [],
      };
      this.conflicts.delete(id); // the reviewer has seen both labels
      this.unsaved.set(id, correction);
      storeCorrection(id, correction);
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
    if (!correction.sent.includes(correction.text)) {
      correction.sent = [...correction.sent, correction.text];
      storeCorrection(id, correction);
    }
    const { text, by, replaces } = correction;
    const response = await putLabel(id, { text, by, replaces }).catch(() => null);
    if (this.signal.aborted) {
      if (response?.ok && this.unsaved.get(id) === correction) removeCorrection(id);
      return;
    }
    // 401: the sign-in has expired; the label is sent again after the next one.
    if (!response || response.status >= 500 || [401, 429].includes(response.status)) this.retryLater();
    else await this.handleResponse(id, correction, response);
    // Only now: a correction that is made while the response is read would not know which label it replaces.
    this.sending.delete(id);
    this.onChange();
    this.sendUnsaved();
  }

  /**
   * @param {string} id
   * @param {Correction} correction
   * @param {Response} response
   */
  async handleResponse(id, correction, response) {
    const content = await response.json().catch(() => null);
    if (response.ok && !content) {
      this.retryLater(); // cut off
      return;
    }
    this.stuck = false;
    this.backoff.reset();
    if (response.ok) this.saved(id, correction, content);
    else if (response.status === 409 && content?.prediction) this.conflicted(id, content.prediction);
    else {
      if (this.unsaved.get(id) === correction) this.forget(id);
      this.onRefused(content?.error?.message ?? response.statusText, content?.error?.code ?? "", id);
    }
  }

  /**
   * @param {string} id
   * @param {Correction} correction
   * @param {PredictionRecordResponse} record
   */
  saved(id, correction, record) {
    this.versions.set(id, record.labelled_at);
    this.settled.set(id, { ...correction, labelledAt: record.labelled_at, settledAt: performance.now() });
    const newest = this.unsaved.get(id);
    if (newest === correction) {
      this.forget(id);
      this.onSaved(record);
    } else if (newest) {
      Object.assign(newest, { replaces: record.labelled_at, sent: [] });
      storeCorrection(id, newest);
    }
  }

  /**
   * @param {string} id
   * @param {PredictionRecordResponse} theirs
   */
  conflicted(id, theirs) {
    const newest = this.unsaved.get(id);
    if (!newest) return;
    // The label may be an older one of this reviewer, sent by a request whose answer was lost.
    const isOwn = newest.sent.includes(theirs.label) && (theirs.label === null || theirs.labelled_by === newest.by);
    if (isOwn && newest.replaces !== theirs.labelled_at) {
      newest.replaces = theirs.labelled_at;
      storeCorrection(id, newest);
      return; // sent again
    }
    this.unsaved.delete(id);
    this.conflicts.set(id, { mine: newest, theirs });
    this.versions.set(id, theirs.labelled_at); // it is shown now
    this.onSaved(theirs);
  }

  /**
   * Forget a correction that the server has answered.
   * @param {string} id
   */
  forget(id) {
    this.unsaved.delete(id);
    removeCorrection(id);
  }

  /**
   * Follow another tab, or another queue of this page, which has sent or replaced a correction that this page also has.
   * @param {string} id
   * @param {Correction | null} correction null: it was sent, or its conflict was resolved
   */
  changedElsewhere(id, correction) {
    const own = this.unsaved.get(id);
    if (correction && own && correction.at > own.at) this.unsaved.set(id, correction);
    if (!correction && own && !this.sending.has(id)) this.unsaved.delete(id);
    if (!correction) this.conflicts.delete(id);
    this.onChange();
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

  destroy() {
    clearTimeout(this.retryTimer);
  }
}
