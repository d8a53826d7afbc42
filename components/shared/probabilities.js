// Computations on the probabilities of a digit prediction.

/** @import { DigitMessage } from "./types.d.ts" */

/** @typedef {Pick<DigitMessage, "value" | "confidence" | "probabilities">} Distribution */

export const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** The outcome "not a digit", which follows the ten digits. */
export const NOT_A_DIGIT = DIGITS.length;

/** What a segment can be: a digit, or not a digit. */
export const OUTCOMES = [...DIGITS, NOT_A_DIGIT];

/** @param {number} outcome */
export const outcomeName = (outcome) => (outcome === NOT_A_DIGIT ? "?" : String(outcome));

/**
 * Return for each digit the probability that the segment is a digit at all and this one; their sum is
 * at most 1.
 *
 * The network's probabilities are over the ten digits alone; the confidence of the best one also
 * covers the case that it is none.
 * @param {Distribution} digit
 */
export function jointProbabilities(digit) {
  const highest = digit.probabilities[digit.value];
  const isDigit = highest > 0 ? Math.min(1, digit.confidence / highest) : 0;
  return digit.probabilities.map((probability) => probability * isDigit);
}

/**
 * Return the probability of each outcome: the ten digits, then "not a digit". They sum to 1.
 * @param {Distribution} digit
 */
export function outcomeProbabilities(digit) {
  const joint = jointProbabilities(digit);
  return [...joint, Math.max(0, 1 - joint.reduce((sum, probability) => sum + probability, 0))];
}

/**
 * Return the eleven outcomes, the likeliest first.
 * @param {Distribution} digit
 */
export function rankOutcomes(digit) {
  const probabilities = outcomeProbabilities(digit);
  return [...OUTCOMES].sort((a, b) => probabilities[b] - probabilities[a]);
}
