// Computations on the ten probabilities of a digit prediction.

/** @import { DigitMessage } from "./types.d.ts" */

export const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/**
 * Return for each digit the probability that the segment is a digit at all and this one; their sum is
 * at most 1.
 *
 * The network's probabilities are over the ten digits alone; the confidence of the best one also
 * covers the case that it is none.
 * @param {Pick<DigitMessage, "value" | "confidence" | "probabilities">} digit
 */
export function jointProbabilities(digit) {
  const highest = digit.probabilities[digit.value];
  const isDigit = highest > 0 ? Math.min(1, digit.confidence / highest) : 0;
  return digit.probabilities.map((probability) => probability * isDigit);
}

/**
 * Return the ten digits, the likeliest first.
 * @param {readonly number[]} probabilities
 */
export const rankDigits = (probabilities) => [...DIGITS].sort((a, b) => probabilities[b] - probabilities[a]);
