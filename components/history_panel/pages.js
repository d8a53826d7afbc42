// Pages of the history, and how old a prediction is.

import { fillIn } from "../shared/dom.js";

/** @import { PredictionResponse, Texts } from "../shared/types.d.ts" */

/**
 * Return the shown predictions that follow a newly loaded first page; none where the page does not reach
 * them, because there would be a gap.
 * @param {PredictionResponse[]} page newest first
 * @param {PredictionResponse[]} shown newest first
 */
export function olderThanPage(page, shown) {
  const last = page.at(-1);
  const index = shown.findIndex(({ id }) => id === last?.id);
  return index < 0 ? [] : shown.slice(index + 1);
}

/**
 * Return how long ago something was, in words.
 * @param {number} age ms
 * @param {Texts} texts
 */
export function describeAge(age, texts) {
  const minutes = Math.floor(age / 60_000);
  if (minutes < 1) return texts.now;
  if (minutes < 60) return fillIn(texts.minutes, { count: minutes });
  if (minutes < 24 * 60) return fillIn(texts.hours, { count: Math.floor(minutes / 60) });
  return fillIn(texts.days, { count: Math.floor(minutes / (24 * 60)) });
}
