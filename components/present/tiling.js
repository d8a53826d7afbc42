// Square tiles in a rectangle.

/**
 * Return how many columns make `count` square tiles largest in a rectangle.
 * @param {number} count
 * @param {number} width of the rectangle
 * @param {number} height in the same unit
 */
export function countColumns(count, width, height) {
  let best = 1;
  let largest = 0;
  for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
    const side = Math.min(width / columns, height / Math.ceil(Math.max(1, count) / columns));
    if (side > largest) [best, largest] = [columns, side];
  }
  return best;
}
