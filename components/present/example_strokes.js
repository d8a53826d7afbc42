// Drawings that the page itself provides, and parts of drawings for a replay.

/** @import { Stroke } from "../shared/types.d.ts" */

/** @type {Stroke[]} shown if an animation has no drawing to explain */
export const EXAMPLE_SEVEN = [
  [
    [250, 180],
    [480, 165],
    [740, 180],
    [700, 300],
    [600, 500],
    [510, 700],
    [450, 880],
  ],
];

/**
 * Return a one that gradually becomes a seven.
 * @param {number} progress 0 (a one) to 1 (a seven)
 * @returns {Stroke[]}
 */
export const oneToSeven = (progress) => [
  [
    [690 - progress * 420, 200],
    [690, 190],
    [600, 520],
    [530, 870],
  ],
];

/** @param {Stroke[]} strokes */
export const countPoints = (strokes) => strokes.reduce((sum, stroke) => sum + stroke.length, 0);

/**
 * Return the drawing as it was when the first `share` of its points were drawn.
 * @param {Stroke[]} strokes
 * @param {number} share 0 to 1
 */
export function takeFirstPoints(strokes, share) {
  let remaining = Math.round(countPoints(strokes) * share);
  const taken = [];
  for (const stroke of strokes) {
    if (remaining <= 0) break;
    taken.push(stroke.slice(0, remaining));
    remaining -= stroke.length;
  }
  return taken;
}
