// Moves an older drawing onto the pad, which may have another size than the one it was drawn on.

import { boundingBox } from "../shared/replay.js";

/** @import { Point, Stroke } from "../shared/types.d.ts" */

const LARGEST = 0.8; // share of the pad that a drawing may take, so that there is room to draw on
const SMALLEST = 0.3; // a drawing of a smaller share is enlarged

/**
 * Return strokes in canvas pixels: as they are if they are on the canvas and of a usual size, else resized and in its
 * center.
 * @param {Stroke[]} strokes
 * @param {number} width of the canvas in pixels
 * @param {number} height
 * @returns {Stroke[]}
 */
export function fitStrokes(strokes, width, height) {
  const box = boundingBox(strokes);
  const share = Math.max(box.width / width, box.height / height);
  const isInside = box.left >= 0 && box.top >= 0 && box.left + box.width < width && box.top + box.height < height;
  if (isInside && share >= SMALLEST && share <= LARGEST) return strokes;
  const wanted = Math.min(Math.max(share, SMALLEST), LARGEST);
  const scale = share > 0 ? wanted / share : 1; // a dot has no size
  const left = (width - box.width * scale) / 2;
  const top = (height - box.height * scale) / 2;
  const place = (/** @type {Point} */ [x, y]) =>
    /** @type {Point} */ ([Math.round(left + (x - box.left) * scale), Math.round(top + (y - box.top) * scale)]);
  return strokes.map((stroke) => stroke.map(place));
}
