// What a comparison shows, as values: changed confusions, drawings by outcome, ratios.

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { ComparedDrawing, ComparisonResponse, ConfusionChange, Outcome } from "./models_types.d.ts" */

export const OUTCOMES = /** @type {const} */ (["fixed", "broken", "both_wrong"]);

/** @typedef {ConfusionChange & { change: number, better: boolean }} Change */

const SET_TEXTS = new Map([
  ["held-out corrections", "set_corrections"],
  ["MNIST test", "set_mnist"],
  ["synthetic digits", "set_digits"],
  ["synthetic symbols that are not digits", "set_symbols"],
  ["numbers with taps, underlines, frames and points", "set_marks"],
  ["numberpad_strokes", "set_numberpad"],
  ["pendigits_train_strokes", "set_pendigits"],
]);

/**
 * Return the name of a set of examples in the page's language; sets that it does not know have their own.
 * @param {string} name
 * @param {Texts} texts
 */
export const setName = (name, texts) => texts[SET_TEXTS.get(name) ?? ""] ?? name;

/**
 * Return the pairs of digits whose count has changed, the largest changes first.
 *
 * More right digits are better, and so are fewer wrong ones.
 * @param {ConfusionChange[]} confusions
 * @returns {Change[]}
 */
export const listChanges = (confusions) =>
  confusions
    .map((item) => {
      const change = item.candidate - item.served;
      return { ...item, change, better: change > 0 === (item.true === item.read) };
    })
    .filter(({ change }) => change !== 0)
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));

/**
 * Return a number with its sign; a minus sign is as wide as a plus.
 * @param {number} change
 */
export const signed = (change) => (change ? `${change < 0 ? "−" : "+"}${Math.abs(change)}` : "0");

/**
 * Return a share of 0 to 1 of some examples as a percentage, with two decimals where these can tell.
 *
 * Only 1 itself is 100%: what would be rounded to it is rounded down.
 * @param {number} share
 * @param {number} examples
 */
export function formatShare(share, examples) {
  const decimals = examples < 1000 ? 1 : 2;
  const most = 100 - 10 ** -decimals;
  return share < 1 ? `${Math.min(100 * share, most).toFixed(decimals)}%` : "100%";
}

/**
 * Return how strongly a change is colored, 0 to 1. The root lets small changes be seen next to large ones.
 * @param {number} change
 * @param {number} most the largest change of the table
 */
export const strengthOf = (change, most) => Math.sqrt(Math.abs(change) / Math.max(most, 1));

/**
 * Return the drawings of an outcome, all of them for "all".
 * @param {ComparedDrawing[]} drawings
 * @param {Outcome | "all"} outcome
 */
export const filterDrawings = (drawings, outcome) =>
  outcome === "all" ? drawings : drawings.filter((drawing) => drawing.outcome === outcome);

/**
 * Return how many drawings are read differently, also those that are not shown.
 * @param {ComparisonResponse["outcomes"]} outcomes
 * @param {Outcome | "all"} outcome
 */
export const countOutcome = (outcomes, outcome) =>
  outcome === "all" ? OUTCOMES.reduce((sum, name) => sum + outcomes[name], 0) : outcomes[outcome];

/**
 * Return a prediction in one line; nothing is a dash.
 * @param {string} text
 */
export const showText = (text) => text.replaceAll("\n", " / ") || "–";

/**
 * Return `after / before` as a factor, such as "1.02 ×".
 * @param {number} before
 * @param {number} after
 */
export const formatRatio = (before, after) => (before ? `${(after / before).toFixed(2)} ×` : "–");
