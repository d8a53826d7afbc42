// The alternatives to a prediction: other likely texts.

import { outcomeName, outcomeProbabilities, rankOutcomes } from "../shared/probabilities.js";

/** @import { DigitResponse } from "../shared/history_types.d.ts" */

const OUTCOMES_TRIED = 3; // likeliest ones of each symbol
const BEAM_WIDTH = 6; // texts that are carried on to the next digit

/**
 * Return the likeliest texts of a prediction, the likeliest first, with their probabilities (beam search: the
 * number of all combinations grows exponentially with that of the digits).
 * @param {Pick<DigitResponse, "value" | "confidence" | "probabilities">[]} digits
 */
export function rankTexts(digits) {
  let texts = [{ text: "", probability: 1 }];
  for (const digit of digits) {
    const probabilities = outcomeProbabilities(digit);
    const outcomes = rankOutcomes(digit).slice(0, OUTCOMES_TRIED);
    texts = texts
      .flatMap(({ text, probability }) =>
        outcomes.map((outcome) => ({
          text: text + outcomeName(outcome),
          probability: probability * probabilities[outcome],
        })),
      )
      .sort((a, b) => b.probability - a.probability)
      .slice(0, BEAM_WIDTH);
  }
  return texts;
}
