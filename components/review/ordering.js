// The order "most likely wrong first".

/** @import { PredictionResponse } from "../shared/types.d.ts" */

/**
 * Return the predictions without a label before those with one, each by increasing confidence.
 * @template {Pick<PredictionResponse, "label" | "confidence">} Item
 * @param {Item[]} items
 */
export function sortLeastConfidentFirst(items) {
  const labelled = (/** @type {Item} */ item) => Number(item.label !== null);
  return [...items].sort((a, b) => labelled(a) - labelled(b) || a.confidence - b.confidence);
}
