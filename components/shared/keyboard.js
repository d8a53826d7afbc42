// Keys by what they mean, independent of the keyboard. A label is the true text of a prediction, with "?" for no digit.

import { asciiDigits } from "./format.js";

/** @import { PredictionResponse } from "./history_types.d.ts" */

/**
 * Return the key that was pressed as the commands below name it: a digit, a small Latin letter, or
 * KeyboardEvent.key for others. It does not depend on Caps Lock, and hardly on the keyboard: the top row of an
 * AZERTY keyboard has digits only with Shift, other scripts have no Latin letters, and an input method reports
 * "Process"; there the position of the key decides.
 * @param {Pick<KeyboardEvent, "key" | "code">} event
 */
export function keyOf({ key, code }) {
  const digit = asciiDigits(key);
  if (/^[0-9]$/.test(digit)) return digit;
  if (/^[a-zA-Z]$/.test(key)) return key.toLowerCase();
  const isCharacter = [...key].length === 1 || ["Process", "Unidentified", "Dead"].includes(key);
  if (isCharacter && key !== " ") {
    const [, row, letter] = /^(?:(?:Digit|Numpad)([0-9])|Key([A-Z]))$/.exec(code) ?? [];
    if (row ?? letter) return row ?? letter.toLowerCase();
  }
  return key;
}

/**
 * Return whether a key is a character, so that a person expects it to do something.
 * @param {string} key from `keyOf`
 */
export const isCharacter = (key) => [...key].length === 1 && key !== " ";

/**
 * Return the label that a key gives to a prediction: a digit, "?" for x, the predicted text for y; null for any
 * other key.
 * @param {string} key from `keyOf`
 * @param {Pick<PredictionResponse, "text">} prediction
 */
export function labelForKey(key, prediction) {
  if (/^[0-9]$/.test(key)) return key;
  if (key === "x") return "?";
  return key === "y" && prediction.text ? prediction.text : null;
}
