// Axes: round numbers between two limits.

/**
 * Return up to about `count` round numbers from 0 to at least `highest`, which are whole.
 * @param {number} highest at least 1
 */
export function countTicks(highest, count = 5) {
  const step = Math.max(1, roundStep(highest / count));
  return multiples(step, 0, Math.ceil(highest / step) * step);
}

/**
 * Return round shares from at most `lowest` to 1.
 * @param {number} lowest 0 to 1
 */
export function shareTicks(lowest, count = 5) {
  const limit = Math.min(0.99, lowest);
  const step = roundStep((1 - limit) / count);
  const first = Math.max(0, Math.floor((limit + 1e-9) / step) * step);
  return multiples(step, first, 1);
}

/**
 * Return the smallest of 1, 2, 5, 10, … times a power of ten that is not below `value`.
 * @param {number} value
 */
function roundStep(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10) * power;
}

/**
 * @param {number} step
 * @param {number} first
 * @param {number} last
 */
function multiples(step, first, last) {
  const count = Math.round((last - first) / step);
  return Array.from({ length: count + 1 }, (_, index) => Number((last - (count - index) * step).toFixed(10)));
}
