// A drawing that has a label stays as it is: the label says what these strokes are. What the drawing becomes after
// that is saved as the next drawing, whatever the network does in between.

/** @import { Drawing, DrawingVersion, Stroke } from "../shared/types.d.ts" */

/**
 * Return the drawing as which strokes are saved: this one, or one that follows it.
 * @param {Drawing} drawing
 * @param {Stroke[]} strokes
 */
export function savedAs(drawing, strokes) {
  let current = drawing;
  while (current.labelled && !areSame(current.labelled.strokes, strokes)) current = current.labelled.next;
  return current;
}

/**
 * Keep a drawing as it is.
 * @param {Drawing} drawing
 * @param {Stroke[]} strokes
 * @param {() => Drawing} begin
 */
export function keepLabelled(drawing, strokes, begin) {
  drawing.labelled ??= { strokes, next: begin() };
}

/**
 * The label was removed: let the drawing change, unless another one follows it already.
 * @param {Drawing} drawing
 */
export function releaseLabelled(drawing) {
  if (drawing.labelled?.next.version === 0) delete drawing.labelled;
}

/**
 * Return a drawing as it is now.
 * @param {Drawing} drawing
 * @returns {DrawingVersion}
 */
export function versionOf({ key, version, confirmed, labelled }) {
  const id = confirmed?.version === version ? confirmed.id : null;
  return { key, version, id, labelled: labelled !== undefined };
}

/**
 * @param {Stroke[]} strokes
 * @param {Stroke[]} others
 */
const areSame = (strokes, others) => strokes === others || JSON.stringify(strokes) === JSON.stringify(others);
