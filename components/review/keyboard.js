// What keys do with the selected predictions.

import { labelForKey } from "../shared/keyboard.js";

/** @import { PredictionResponse } from "../shared/history_types.d.ts" */

/**
 * @typedef {{ name: "undo" } | { name: "open" } | { name: "delete" } | { name: "confirm" }
 *   | { name: "label", label: string } | { name: "type", text: string }} Command what a key does with the selected
 *   predictions; "confirm" labels each as it was predicted, "type" goes to the field for labels
 */

/**
 * Return what a key does; null for nothing.
 * @param {string} key from `keyOf`
 * @param {Pick<PredictionResponse, "text">[]} selected
 * @returns {Command | null}
 */
export function commandForKey(key, selected) {
  if (key === "u") return { name: "undo" };
  if (selected.length === 0) return null;
  if (key === "Enter") return selected.length === 1 ? { name: "open" } : null;
  if (key === "Delete" || key === "Backspace") return { name: "delete" };
  if (key === "e") return { name: "type", text: "" };
  const label = labelForKey(key, selected[0]);
  if (label === null) return null;
  if (key === "y") return { name: "confirm" };
  // The label of several digits is rarely a single digit: this key starts typing it.
  if (key !== "x" && selected.some(({ text }) => text.length > 1)) return { name: "type", text: key };
  return { name: "label", label };
}
