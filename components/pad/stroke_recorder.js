// Records the pen on the canvas while it moves.
//
// It handles the mouse and touch events that the canvas (fabric.js) uses before the canvas does, so that
// it can also stop events that the canvas should ignore: palms, second fingers, and the mouse events that
// a browser emulates after a touch.

import { ContactFilter, capturePointer } from "../shared/pointer_input.js";

/** @import { Point, Stroke } from "../shared/types.d.ts" */

const MOUSE_PAUSE = 450; // ms after a touch in which fabric ignores the mouse

/** @typedef {{ clientX: number, clientY: number }} Position of a mouse or touch, in CSS pixels of the window */

/**
 * @typedef {object} CurrentStroke
 * @property {HTMLCanvasElement} canvas
 * @property {DOMRect} box of the canvas in the window, for when Streamlit replaces the canvas during the stroke
 * @property {number | null} touchId identifier of the touch that draws; null for the mouse
 * @property {Point[]} points in whole canvas pixels, each different from the one before
 * @property {Point | null} preview position of the pen, before the canvas receives its event
 */

export class StrokeRecorder {
  /**
   * @param {(event: Event) => HTMLCanvasElement | null} findCanvas the canvas under an event
   * @param {() => void} onMove called after each change of the current stroke
   * @param {(stroke: Stroke) => void} onStroke called with each finished stroke
   */
  constructor(findCanvas, onMove, onStroke) {
    this.findCanvas = findCanvas;
    this.onMove = onMove;
    this.onStroke = onStroke;
    /** @type {CurrentStroke | null} */
    this.current = null;
    this.paused = false; // the events are not the visitor's: PadCanvas.replay
    this.contacts = new ContactFilter();
    this.pointerType = "mouse"; // type of the newest pointerdown
    this.lastTouch = -Infinity;
    this.stop = new AbortController();
    this.listen();
  }

  get drawing() {
    return this.current !== null;
  }

  /**
   * Return the stroke that is being drawn, with its newest point.
   * @returns {Stroke | null}
   */
  get stroke() {
    if (!this.current) return null;
    const { points, preview } = this.current;
    return preview ? [...points, preview] : [...points];
  }

  listen() {
    /**
     * @template {keyof WindowEventMap} Type
     * @param {Type} type
     * @param {(event: WindowEventMap[Type]) => void} handler
     */
    const on = (type, handler) =>
      window.addEventListener(type, (event) => this.paused || handler(event), {
        capture: true,
        passive: false,
        signal: this.stop.signal,
      });
    on("pointerdown", (event) => this.pointerDown(event));
    on("pointermove", (event) => this.pointerMove(event));
    on("mousedown", (event) => this.mouseDown(event));
    on("mousemove", (event) => this.mouseMove(event));
    on("mouseup", (event) => this.mouseUp(event));
    on("touchstart", (event) => this.touchStart(event));
    on("touchmove", (event) => this.touchMove(event));
    on("touchend", (event) => this.touchEnd(event));
    on("touchcancel", (event) => this.touchEnd(event));
    // Not among TypeScript's window events; only Chromium has it.
    window.addEventListener("pointerrawupdate", (event) => this.pointerRawUpdate(/** @type {PointerEvent} */ (event)), {
      capture: true,
      signal: this.stop.signal,
    });
  }

  /** @param {PointerEvent} event */
  pointerDown(event) {
    const canvas = this.findCanvas(event);
    if (!canvas) return;
    this.pointerType = event.pointerType;
    this.contacts.accepts(event.pointerType, 0); // records that a pen is in use
    if (event.pointerType === "mouse") capturePointer(canvas, event);
  }

  /**
   * Preview the next point: this event comes up to a frame before the mousemove or touchmove that the
   * canvas draws by, and the prediction need not wait for those.
   * @param {PointerEvent} event
   */
  pointerRawUpdate(event) {
    if (!this.current || !event.isPrimary) return;
    const { clientX, clientY, pointerType } = event;
    // A mousemove has whole pixels: rounding here too gives the same drawing, which is not predicted twice.
    const position = pointerType === "mouse" ? { clientX: Math.floor(clientX), clientY: Math.floor(clientY) } : event;
    const point = toCanvas(this.current, position);
    this.current.preview = samePoint(point, this.current.points[this.current.points.length - 1]) ? null : point;
    this.onMove();
  }

  /**
   * Hide pointermove from all other listeners while drawing: the canvas does not use it, and Streamlit's
   * page (React) would check all its handlers for every event.
   * @param {PointerEvent} event
   */
  pointerMove(event) {
    if (this.current) event.stopImmediatePropagation();
  }

  /** @param {MouseEvent} event */
  mouseDown(event) {
    const canvas = this.findCanvas(event);
    if (!canvas) return;
    if (event.button !== 0 || performance.now() - this.lastTouch < MOUSE_PAUSE) {
      event.stopImmediatePropagation();
      return;
    }
    this.begin(canvas, null, event);
  }

  /** @param {MouseEvent} event */
  mouseMove(event) {
    if (this.current?.touchId === null) this.extend(event, event.shiftKey);
  }

  /** @param {MouseEvent} event */
  mouseUp(event) {
    if (this.current?.touchId === null && event.button === 0) this.finish();
  }

  /** @param {TouchEvent} event */
  touchStart(event) {
    const canvas = this.findCanvas(event);
    if (!canvas) return;
    const touch = event.changedTouches[0];
    const radius = Math.max(touch.radiusX ?? 0, touch.radiusY ?? 0);
    const pointerType = this.pointerType === "pen" ? "pen" : "touch";
    if (this.current || !this.contacts.accepts(pointerType, radius)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    this.begin(canvas, touch.identifier, touch);
  }

  /** @param {TouchEvent} event */
  touchMove(event) {
    const touch = event.changedTouches[0];
    if (touch.identifier === this.current?.touchId) this.extend(touch, event.shiftKey);
  }

  /** @param {TouchEvent} event */
  touchEnd(event) {
    const touch = [...event.changedTouches].find(({ identifier }) => identifier === this.current?.touchId);
    if (!touch) return;
    this.lastTouch = performance.now();
    // Fabric ends a stroke only at a touchend that leaves no other touch on the glass.
    const missedByCanvas = event.touches.length > 0 || event.type === "touchcancel";
    if (missedByCanvas && event.isTrusted) this.endStrokeOfCanvas(touch);
    else this.finish();
  }

  /**
   * End the stroke for the canvas, which would go on drawing while a palm still rests on the glass. The
   * event also comes to `touchEnd`, which ends it here.
   * @param {Touch} touch
   */
  endStrokeOfCanvas(touch) {
    const init = { bubbles: true, composed: true, changedTouches: [touch] };
    this.current?.canvas.dispatchEvent(new TouchEvent("touchend", init));
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number | null} touchId
   * @param {Position} position
   */
  begin(canvas, touchId, position) {
    const box = canvas.getBoundingClientRect();
    this.current = { canvas, box, touchId, points: [toCanvas({ canvas, box }, position)], preview: null };
    this.onMove();
  }

  /**
   * @param {Position} position
   * @param {boolean} straight the Shift key makes the canvas draw a straight line
   */
  extend(position, straight) {
    if (!this.current) return;
    const { points } = this.current;
    const point = toCanvas(this.current, position);
    this.current.preview = null;
    if (samePoint(point, points[points.length - 1])) return;
    if (straight && points.length > 1) points.pop();
    points.push(point);
    this.onMove();
  }

  finish() {
    if (!this.current) return;
    const { points } = this.current;
    this.current = null;
    this.onStroke(points);
  }

  destroy() {
    this.finish(); // a stroke that is being drawn is not lost
    this.stop.abort();
  }
}

/**
 * Return a position in whole canvas pixels; the page scales the canvas to fit.
 * @param {Pick<CurrentStroke, "canvas" | "box">} stroke
 * @param {Position} position
 * @returns {Point}
 */
function toCanvas(stroke, { clientX, clientY }) {
  const { canvas } = stroke;
  if (canvas.isConnected) stroke.box = canvas.getBoundingClientRect(); // the page may scroll
  const { left, top, width, height } = stroke.box;
  return [
    Math.round((clientX - left) * (canvas.width / width)),
    Math.round((clientY - top) * (canvas.height / height)),
  ];
}

/**
 * @param {Point} a
 * @param {Point} b
 */
const samePoint = (a, b) => a[0] === b[0] && a[1] === b[1];
