// The order "most likely wrong first".

import { chanceRight } from "../shared/confidence.js";

/** @import { DigitResponse, PredictionResponse } from "../shared/history_types.d.ts" */

/**
 * Return the probability that a prediction is wrong, whatever its verdict: that any of its digits is another one,
 * or that any symbol taken for no digit is one. 0 for a blank drawing.
 * @param {Pick<DigitResponse, "value" | "verdict" | "confidence" | "probabilities">[]} digits
 */
export function chanceOfError(digits) {
  return 1 - digits.reduce((product, digit) => product * chanceRight(digit), 1);
}

/**
 * Return the predictions without a label before those with one, each by decreasing chance of being wrong.
 * @template {Pick<PredictionResponse, "label" | "digits">} Item
 * @param {Item[]} items
 */
export function sortLikeliestWrongFirst(items) {
  return items
    .map((item) => ({ item, labelled: Number(item.label !== null), chance: chanceOfError(item.digits) }))
    .sort((a, b) => a.labelled - b.labelled || b.chance - a.chance)
    .map(({ item }) => item);
}
