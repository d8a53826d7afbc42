// Keeps what is on the pad while its page is away: during a reload, on another page of the site, in a hidden
// tab that the browser may discard.
//
// While the page is in use nothing is kept: a copy of the tab, which copies the session's storage, would
// otherwise go on with the same drawing, and both would overwrite each other's prediction.

import { sessionStore } from "../shared/storage.js";

/** @import { PadContent } from "./drawing_history.js" */

const NAME = "inkling.drawing";

/**
 * @typedef {PadContent & { width: number, replaced: string | null }} KeptDrawing width: of the canvas in
 * pixels. replaced: the last image that replaced a drawing.
 */

/** @type {string | null} where the browser forbids storage, for other pages of the site */
let inMemory = null;

/** @param {KeptDrawing} kept */
export function keepDrawing(kept) {
  inMemory = JSON.stringify(kept);
  sessionStore.set(NAME, inMemory);
}

/** Take what was kept; it is not kept any longer.
 * @returns {KeptDrawing | null}
 */
export function takeDrawing() {
  const text = sessionStore.get(NAME) ?? inMemory;
  inMemory = null;
  sessionStore.set(NAME, null);
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
