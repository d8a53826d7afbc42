// Labels of drawings that the server has not confirmed yet: a label needs the id of a prediction. They are in the
// browser's storage, because the drawing may be saved after a reload, or by another page of this browser.

import { storeCorrection } from "./correction_store.js";
import { localStore } from "./storage.js";

/** @import { SavedEvent } from "./types.d.ts" */

const PREFIX = "inkling.pending-label."; // followed by the drawing's key, in localStorage
const MAX_AGE = 31 * 24 * 3_600_000; // ms after which the server refuses a drawing

/**
 * @typedef {object} PendingLabel
 * @property {string} text
 * @property {string | null} by
 * @property {number} at by Date.now()
 */

/** @type {PendingLabels | null} */
let documentLabels = null;

/** Return those of the document: drawings are saved while another page of the site is shown, too. */
export function pendingLabels() {
  documentLabels ??= new PendingLabels();
  return documentLabels;
}

export class PendingLabels {
  constructor() {
    /** @type {Map<string, PendingLabel>} by key of the drawing */
    this.labels = new Map();
    /** @type {((id: string, label: PendingLabel) => void) | null} takes a label whose prediction is saved */
    this.onReady = null;
    for (const name of localStore.keys()) {
      if (name.startsWith(PREFIX)) this.read(name.slice(PREFIX.length));
    }
    document.addEventListener("inkling:saved", (event) => {
      const { drawing } = /** @type {CustomEvent<SavedEvent>} */ (event).detail;
      if (drawing?.id) this.deliver(drawing.key, drawing.id);
    });
    document.addEventListener("inkling:deleted", () => this.clear());
  }

  /** @param {string} key */
  read(key) {
    try {
      /** @type {PendingLabel} */
      const label = JSON.parse(localStore.get(PREFIX + key) ?? "");
      if (typeof label.text !== "string" || label.at < Date.now() - MAX_AGE) throw new TypeError(key);
      this.labels.set(key, label);
    } catch {
      this.remove(key); // not ours, or too old
    }
  }

  /** @param {string} key */
  get(key) {
    return this.labels.get(key)?.text ?? null;
  }

  /**
   * @param {string} key
   * @param {string} text
   * @param {string | null} by
   */
  set(key, text, by) {
    const label = { text, by, at: Date.now() };
    this.labels.set(key, label);
    localStore.set(PREFIX + key, JSON.stringify(label));
  }

  /** @param {string} key */
  remove(key) {
    this.labels.delete(key);
    localStore.set(PREFIX + key, null);
  }

  clear() {
    for (const key of [...this.labels.keys()]) this.remove(key);
  }

  /**
   * Pass a label on to its prediction; without a panel that would send it, the next one finds it in the storage.
   * @param {string} key
   * @param {string} id of the prediction
   */
  deliver(key, id) {
    if (!this.labels.has(key)) this.read(key); // given on another page of this browser
    const label = this.labels.get(key);
    if (!label) return;
    this.remove(key);
    if (this.onReady) this.onReady(id, label);
    else storeCorrection(id, { ...label, replaces: null, sent: [] });
  }
}
