// What is on the pad, and what can be brought back by undo and redo: strokes, and whole drawings that were
// cleared or replaced.

/** @import { Drawing, PadStroke } from "../shared/types.d.ts" */

const LIMIT = 500; // steps that can be undone

/**
 * @typedef {object} PadContent
 * @property {PadStroke[]} strokes
 * @property {Drawing | null} drawing that the strokes belong to; null for an empty pad
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
   */
  erase(strokes, movement) {
    const content = strokes.length ? { strokes, drawing: this.present.drawing } : EMPTY;
    if (movement && movement === this.erasure) this.present = content;
    else this.change(content);
    this.erasure = movement;
  }

  clear() {
    this.change(EMPTY);
  }

  /** Keep what is on the pad, and nothing that could come back. */
  forgetSteps() {
    this.past = [];
    this.future = [];
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
