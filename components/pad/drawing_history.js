// What is on the pad, and what can be brought back by undo and redo: strokes, and whole drawings that were
// cleared or replaced.

/** @import { Drawing, PadStroke } from "../shared/types.d.ts" */

const LIMIT = 500; // steps that can be undone

/**
 * @typedef {object} PadContent
 * @property {PadStroke[]} strokes
 * @property {Drawing | null} drawing that the strokes belong to; null for an empty pad, and for strokes that were
 *   loaded and not changed since
 */

/** @type {PadContent} */
const EMPTY = { strokes: [], drawing: null };

export class DrawingHistory {
  constructor() {
    /** @type {PadContent} */
    this.present = EMPTY;
    /** @type {PadContent[]} oldest first */
    this.past = [];
    /** @type {PadContent[]} the next one last */
    this.future = [];
    /** @type {object | null} the movement of the eraser that made the newest step */
    this.erasure = null;
  }

  get canUndo() {
    return this.past.length > 0;
  }

  get canRedo() {
    return this.future.length > 0;
  }

  /**
   * Add a stroke; the first one begins a drawing.
   * @param {PadStroke} stroke
   * @param {() => Drawing} begin
   */
  add(stroke, begin) {
    this.change({ strokes: [...this.present.strokes, stroke], drawing: this.present.drawing ?? begin() });
  }

  /**
   * Keep only the strokes that are left by a movement of the eraser; all that it erases is one step.
   * @param {PadStroke[]} strokes
   * @param {object | null} movement the same object until the eraser is lifted
   * @param {() => Drawing} begin
   */
  erase(strokes, movement, begin) {
    const content = strokes.length ? { strokes, drawing: this.present.drawing ?? begin() } : EMPTY;
    if (movement && movement === this.erasure) this.present = content;
    else this.change(content);
    this.erasure = movement;
  }

  clear() {
    this.change(EMPTY);
  }

  /**
   * Replace what is on the pad by strokes that belong to no drawing yet: the next stroke begins one.
   * @param {PadStroke[]} strokes
   */
  load(strokes) {
    this.change({ strokes, drawing: null });
  }

  /** Keep the strokes on the pad, which belong to no drawing any longer, and nothing that could come back. */
  forgetSteps() {
    this.past = [];
    this.future = [];
    this.present = { strokes: this.present.strokes, drawing: null };
  }

  /**
   * Let strokes whose prediction was deleted belong to no drawing: a new stroke must not bring it back.
   * @param {string} id
   */
  forgetPrediction(id) {
    const without = (/** @type {PadContent} */ content) =>
      content.drawing && isSavedAs(content.drawing, id) ? { ...content, drawing: null } : content;
    this.past = this.past.map(without);
    this.present = without(this.present);
    this.future = this.future.map(without);
  }

  /**
   * Begin with what was on the pad before; its strokes can be undone one by one.
   * @param {PadContent} content
   */
  restore(content) {
    const { strokes, drawing } = content;
    this.past = strokes.map((_, count) => (count ? { strokes: strokes.slice(0, count), drawing } : EMPTY));
    this.future = [];
    this.present = content;
  }

  /** Return whether there was something to undo. */
  undo() {
    return this.move(this.past, this.future);
  }

  /** Return whether there was something to redo. */
  redo() {
    return this.move(this.future, this.past);
  }

  /** @param {PadContent} next */
  change(next) {
    this.past = [...this.past, this.present].slice(-LIMIT);
    this.future = [];
    this.present = next;
    this.erasure = null;
  }

  /**
   * @param {PadContent[]} from
   * @param {PadContent[]} to
   */
  move(from, to) {
    const next = from.pop();
    if (!next) return false;
    to.push(this.present);
    this.present = next;
    this.erasure = null;
    return true;
  }
}

/**
 * Return whether a drawing, or one that follows it because it has a label, is saved as this prediction.
 * @param {Drawing} drawing
 * @param {string} id
 * @returns {boolean}
 */
function isSavedAs({ confirmed, labelled }, id) {
  return confirmed?.id === id || (labelled !== undefined && isSavedAs(labelled.next, id));
}
