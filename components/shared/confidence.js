// How confident a prediction is, in words that hold for digits and numbers, unsure and rejected ones.

import { fillIn } from "./dom.js";
import { formatPercent } from "./format.js";
import { NOT_A_DIGIT, outcomeProbabilities, rankOutcomes } from "./probabilities.js";

/** @import { DigitMessage, Texts } from "./types.d.ts" */

/** @typedef {Pick<DigitMessage, "value" | "verdict" | "confidence" | "probabilities">} JudgedDigit */

/** @param {JudgedDigit} digit */
const isRejected = ({ verdict }) => verdict === "not_a_digit";

/**
 * Return the probability that the answer for a symbol is right, whatever its verdict is.
 * @param {JudgedDigit} digit
 */
export const chanceRight = (digit) => (isRejected(digit) ? outcomeProbabilities(digit)[NOT_A_DIGIT] : digit.confidence);

/**
 * Return the lowest confidence of those symbols that are taken for digits: a rejected one's is that of a digit
 * that it is not taken for. null if there is none.
 * @param {readonly JudgedDigit[]} digits
 */
export function lowestConfidence(digits) {
  const confidences = digits.filter((digit) => !isRejected(digit)).map(({ confidence }) => confidence);
  return confidences.length ? Math.min(...confidences) : null;
}

/**
 * Return the lowest confidence as a percentage; "" if nothing is taken for a digit.
 * @param {readonly JudgedDigit[]} digits
 */
export function formatConfidence(digits) {
  const confidence = lowestConfidence(digits);
  return confidence === null ? "" : formatPercent(confidence);
}

/**
 * Return a sentence about the confidence, and a note. The panel's texts have the names that are used here.
 * @param {readonly JudgedDigit[]} digits at least one
 * @param {Texts} texts
 * @returns {[sentence: string, note: string]}
 */
export function describeConfidence(digits, texts) {
  const percent = formatConfidence(digits);
  if (digits.length === 1) return describeOne(digits[0], percent, texts);
  if (percent === "") return [texts.not_digits, ""];
  const least = percent.replace(/^>/, ""); // "at least" says it already
  return [fillIn(texts.sure_each, { percent: least }), digits.some(isRejected) ? texts.some_not_digits : ""];
}

/**
 * @param {JudgedDigit} digit
 * @param {string} percent
 * @param {Texts} texts
 * @returns {[sentence: string, note: string]}
 */
function describeOne(digit, percent, texts) {
  if (isRejected(digit)) {
    const rejection = outcomeProbabilities(digit)[NOT_A_DIGIT];
    // Points and dashes are rejected for their place, whatever the network makes of their shape.
    const isOfNetwork = rejection > 0.5;
    return [texts.not_a_digit, isOfNetwork ? fillIn(texts.sure, { percent: formatPercent(rejection) }) : ""];
  }
  const confidence = fillIn(texts.sure, { percent });
  if (digit.verdict === "digit") return [confidence, ""];
  const second = rankOutcomes(digit).find((outcome) => outcome !== digit.value);
  const question = second === NOT_A_DIGIT ? texts.unsure_none : texts.unsure;
  return [fillIn(question, { first: digit.value, second }), confidence];
}
