// Labels: the true text of a prediction as a person types it. "?" stands for no digit.

const VALID_LABEL = /^[0-9?]{1,64}$/;

/**
 * Return the label that was typed, in which x and × also stand for no digit; null if it is not a label.
 * @param {string} typed
 */
export function parseLabel(typed) {
  const label = typed.trim().replace(/[xX×]/g, "?");
  return VALID_LABEL.test(label) ? label : null;
}
