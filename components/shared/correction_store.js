// Stores corrections in the browser until the server has them: they survive a reload and a crash. If the browser
// forbids storage, or it is full, they live in the page's memory only.

import { localStore } from "./storage.js";

const KEY_PREFIX = "inkling.correction."; // followed by the prediction's id, in localStorage

/**
 * @typedef {object} Correction
 * @property {string | null} text the label; null removes it
 * @property {string | null} by
 * @property {number} at by Date.now()
 * @property {string | null} replaces `labelled_at` of the label that the reviewer saw; null for no label
 * @property {(string | null)[]} sent labels of this prediction that were sent and not answered: one of them may
 *   be the prediction's label by now
 */

/**
 * @param {string} id of the prediction
 * @param {Correction} correction
 */
export const storeCorrection = (id, correction) => localStore.set(KEY_PREFIX + id, JSON.stringify(correction));

/** @param {string} id of the prediction */
export const removeCorrection = (id) => localStore.set(KEY_PREFIX + id, null);

/**
 * Return the stored corrections by the predictions' ids, the oldest first.
 * @returns {[id: string, correction: Correction][]}
 */
export function storedCorrections() {
  const keys = localStore.keys().filter((name) => name.startsWith(KEY_PREFIX));
  const found = keys.flatMap((key) => {
    const correction = parseCorrection(localStore.get(key));
    return correction ? [/** @type {[string, Correction]} */ ([key.slice(KEY_PREFIX.length), correction])] : [];
  });
  return found.sort(([, a], [, b]) => a.at - b.at);
}

/**
 * Call back when another tab has stored or removed (null) a correction.
 * @param {(id: string, correction: Correction | null) => void} onChange
 * @param {AbortSignal} signal
 */
export function watchCorrections(onChange, signal) {
  window.addEventListener(
    "storage",
    ({ key, newValue }) => {
      if (key?.startsWith(KEY_PREFIX)) onChange(key.slice(KEY_PREFIX.length), parseCorrection(newValue));
    },
    { signal },
  );
}

/**
 * Return a stored correction; null if there is none or it is damaged. Those of older versions lack some fields.
 * @param {string | null} stored
 * @returns {Correction | null}
 */
function parseCorrection(stored) {
  try {
    const { text = null, by = null, at = 0, replaces = null, sent = [] } = JSON.parse(stored ?? "");
    return { text, by, at, replaces, sent };
  } catch {
    return null;
  }
}
