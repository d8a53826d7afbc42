// What is wrong with the values of the URL's parameters, which a person may have typed.

import { startOfDay } from "../shared/dates.js";
import { parseLabel } from "../shared/labels.js";

/** @import { Parameter, Parameters } from "./url_state.js" */

/** @typedef {{ [name in Parameter]?: string }} ParameterErrors the name of the text that says what is wrong */

/** @type {(...choices: string[]) => (value: string) => string | null} */
const oneOf =
  (...choices) =>
  (value) =>
    choices.includes(value) ? null : "error_choice";

const labelError = (/** @type {string} */ value) => (parseLabel(value) === null ? "error_label" : null);
const dayError = (/** @type {string} */ value) => (startOfDay(value) ? null : "error_day");
const timeError = (/** @type {string} */ value) => (Number.isNaN(Date.parse(value)) ? "error_day" : null);
const shareError = (/** @type {string} */ value) => (isShare(value) ? null : "error_percent");
const isShare = (/** @type {string} */ value) => Number(value) >= 0 && Number(value) <= 1;

/** @type {{ [name in Parameter]?: (value: string) => string | null }} */
const CHECKS = {
  text: labelError,
  digit: (value) => (/^[0-9]$/.test(value) ? null : "error_digit"),
  label: labelError,
  confused: (value) => (/^[0-9?]>[0-9?]$/.test(value) ? null : "error_choice"),
  source: oneOf("pad", "upload", "sample"),
  verdict: oneOf("digit", "unsure", "not_a_digit"),
  min_confidence: shareError,
  max_confidence: shareError,
  labelled: oneOf("true", "false"),
  wrong: oneOf("true", "false"),
  since: timeError,
  until: timeError,
  from: dayError,
  to: dayError,
  order: oneOf("doubtful", "useful"),
  as: oneOf("list"),
};

/**
 * Return what is wrong, by parameter. Of two that exclude each other it is the second.
 * @param {Parameters} parameters
 * @returns {ParameterErrors}
 */
export function findErrors(parameters) {
  /** @type {ParameterErrors} */
  const errors = {};
  for (const [name, value] of /** @type {[Parameter, string][]} */ (Object.entries(parameters))) {
    const error = CHECKS[name]?.(value);
    if (error) errors[name] = error;
  }
  const { from, to, min_confidence: lowest, max_confidence: highest } = parameters;
  if (from && to && !errors.from && !errors.to && from > to) errors.to = "error_day_order";
  const bothShares = lowest && highest && !errors.min_confidence && !errors.max_confidence;
  if (bothShares && Number(lowest) > Number(highest)) errors.max_confidence = "error_percent_order";
  return errors;
}
