// The alternatives to a prediction: other likely texts.

import { jointProbabilities, rankDigits } from "../shared/probabilities.js";

/** @import { DigitResponse } from "../shared/types.d.ts" */

const DIGITS_TRIED = 3; // likeliest values of each digit
const BEAM_WIDTH = 6; // texts that are carried on to the next digit

/**
 * Return the likeliest texts of a prediction, the likeliest first, with their probabilities (beam search: the
 * number of all combinations grows exponentially with that of the digits).
 * @param {Pick<DigitResponse, "value" | "confidence" | "probabilities">[]} digits
 */
export function rankTexts(digits) {
  let texts = [{ text: "", probability: 1 }];
  for (const digit of digits) {
    const probabilities = jointProbabilities(digit);
    const values = rankDigits(probabilities).slice(0, DIGITS_TRIED);
    texts = texts
      .flatMap(({ text, probability }) =>
        values.map((value) => ({ text: text + value, probability: probability * probabilities[value] })),
      )
      .sort((a, b) => b.probability - a.probability)
      .slice(0, BEAM_WIDTH);
  }
  return texts;
}
