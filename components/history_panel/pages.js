// Pages of the history.

/** @import { PredictionResponse } from "../shared/history_types.d.ts" */

/**
 * Return the shown predictions that follow a newly loaded first page; none if the page does not reach
 * them, because there would be a gap.
 * @param {PredictionResponse[]} page newest first
 * @param {PredictionResponse[]} shown newest first
 */
export function olderThanPage(page, shown) {
  const last = page.at(-1);
  const index = shown.findIndex(({ id }) => id === last?.id);
  return index < 0 ? [] : shown.slice(index + 1);
}
