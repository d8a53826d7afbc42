// Reimplements the pencil brush of fabric.js 7, which turns pen positions into strokes.
//
// streamlit-drawable-canvas sends a drawing 200 ms after the pen lifts. The live prediction cannot wait
// for that, so the pad records the pen itself. What it records has to equal what the canvas sends, point
// by point: only then is the stored prediction the one that was shown (components/pad/paths.py reads the
// canvas's side of it).

/** @import { Point, Stroke } from "../shared/types.d.ts" */

const MIN_DISTANCE = 0.4; // canvas pixels: `decimate` of fabric's PencilBrush

/**
 * Return the nearest whole number, halves up. The nudge keeps floating-point noise from deciding a tie.
 * @param {number} value
 */
const round = (value) => Math.floor(value + 0.5 + 1e-6);

/**
 * @param {Point} a
 * @param {Point} b
 */
export const samePoint = (a, b) => a[0] === b[0] && a[1] === b[1];

/**
 * Drop points closer than MIN_DISTANCE to the point kept before them, as fabric's
 * `PencilBrush.decimatePoints` does: it keeps the first and the last point, and always drops the last but
 * one.
 * @param {Point[]} points
 * @returns {Point[]}
 */
export function decimate(points) {
  if (points.length <= 2) return points;
  let previous = points[0];
  const result = [previous];
  for (const point of points.slice(1, -2)) {
    if ((previous[0] - point[0]) ** 2 + (previous[1] - point[1]) ** 2 >= MIN_DISTANCE ** 2) {
      previous = point;
      result.push(point);
    }
  }
  result.push(points[points.length - 1]);
  return result;
}

/**
 * Return pen positions as the stroke that the canvas will send, in whole canvas pixels.
 * @param {Point[]} points
 * @returns {Stroke}
 */
export const toStroke = (points) => decimate(points).map(([x, y]) => [round(x), round(y)]);
