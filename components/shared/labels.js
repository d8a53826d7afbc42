// Labels: the true text of a prediction as a person types it. "?" stands for no digit.

import { asciiDigits } from "./format.js";

/** @import { PredictionResponse } from "./history_types.d.ts" */

const VALID_LABEL = /^[0-9?]{1,64}$/;

/**
 * Return the label that was typed, in which x and × also stand for no digit, with the digits of any script as 0-9;
 * null if it is not a label.
 * @param {string} typed
 */
export function parseLabel(typed) {
  const label = asciiDigits(typed).trim().replace(/[xX×]/g, "?");
  return VALID_LABEL.test(label) ? label : null;
}

/**
 * Return the label of a prediction after one of its digits was corrected. The other characters are those of its
 * label if that has one for each digit, else those of the predicted text.
 * @param {Pick<PredictionResponse, "text" | "label" | "digits">} prediction
 * @param {number} index of the digit
 * @param {string} character "0" to "9", or "?"
 */
export function correctDigit({ text, label, digits }, index, character) {
  const hasDigits = (/** @type {string | null} */ value) => value?.replaceAll("\n", "").length === digits.length;
  if (digits.length < 2 || !hasDigits(text)) return character;
  return replaceCharacter((hasDigits(label) ? label : text) ?? "", index, character);
}

/**
 * Return the character of a prediction's label that belongs to one of its digits; null if there is no label, or none
 * with a character for each digit.
 * @param {Pick<PredictionResponse, "label" | "digits">} prediction
 * @param {number} index of the digit
 */
export function labelOfDigit({ label, digits }, index) {
  const characters = [...(label ?? "").replaceAll("\n", "")];
  if (digits.length < 2) return label;
  return characters.length === digits.length ? characters[index] : null;
}

/**
 * Return a text with one of its characters replaced; line feeds do not count.
 * @param {string} text
 * @param {number} index
 * @param {string} character
 */
export function replaceCharacter(text, index, character) {
  let position = -1;
  return [...text]
    .map((other) => {
      if (other !== "\n") position += 1;
      return other !== "\n" && position === index ? character : other;
    })
    .join("");
}
