// Records the pen on the canvas while it moves.
//
// It handles the mouse and touch events that the canvas (fabric.js) uses before the canvas does, so that
// it can also stop events that the canvas should ignore: palms, second fingers, and the mouse events that
// a browser emulates after a touch. A touch that turns out to be the hand, because a pen comes, it grows, or the
// system takes it back, leaves no stroke.

import { capturePointer } from "../shared/pointer_input.js";

/** @import { PadStroke, Point, Stroke } from "../shared/types.d.ts" */
/** @import { ContactFilter } from "../shared/pointer_input.js" */

const MOUSE_PAUSE = 450; // ms after a touch in which a browser may emulate the mouse

/** @typedef {{ clientX: number, clientY: number }} Position of a mouse or touch, in CSS pixels of the window */

/**
 * @typedef {object} Contact
 * @property {HTMLCanvasElement} canvas
 * @property {DOMRect} box of the canvas in the window, for when Streamlit replaces the canvas during the stroke
 * @property {number | null} touchId identifier of the touch that draws; null for the mouse
 * @property {string} pointerType
 * @property {Point | null} preview position of the pen, before the canvas receives its event
 */

/**
 * @typedef {Contact & PadStroke} CurrentStroke its points are whole canvas pixels, each different from the one before
 */

export class StrokeRecorder {
  /**
   * @param {object} options
   * @param {(event: Event) => HTMLCanvasElement | null} options.findCanvas the canvas under an event
   * @param {ContactFilter} options.contacts
   * @param {() => number} options.penWidth in canvas pixels
   * @param {() => void} options.onMove called after each change of the current stroke
   * @param {(stroke: PadStroke) => void} options.onStroke called with each finished stroke
   * @param {() => void} options.onCancel called when the current stroke was dropped
   */
  constructor({ findCanvas, contacts, penWidth, onMove, onStroke, onCancel }) {
    this.findCanvas = findCanvas;
    this.contacts = contacts;
    this.penWidth = penWidth;
    this.onMove = onMove;
    this.onStroke = onStroke;
    this.onCancel = onCancel;
    /** @type {CurrentStroke | null} */
    this.current = null;
    this.pointerType = "mouse"; // type of the newest pointerdown
    this.pressure = 0.5; // newest of a pen, 0 to 1
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
      window.addEventListener(type, handler, {
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
    this.notePressure(event);
    this.contacts.accepts(event.pointerType, 0); // records that a pen is in use
    if (event.pointerType !== "touch") this.lastTouch = -Infinity; // its mouse events are its own
    if (this.current && this.contacts.isPalm(this.current.pointerType, 0)) this.cancel();
    if (event.pointerType === "mouse") capturePointer(canvas, event);
  }

  /**
   * Preview the next point: this event comes up to a frame before the mousemove or touchmove that the
   * canvas draws by, and the prediction need not wait for those.
   * @param {PointerEvent} event
   */
  pointerRawUpdate(event) {
    if (!this.current || event.pointerType !== this.current.pointerType || !event.isPrimary) return;
    this.notePressure(event);
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
    if (!this.current) return;
    this.notePressure(event);
    event.stopImmediatePropagation();
  }

  /** @param {PointerEvent} event */
  notePressure({ pointerType, pressure }) {
    if (pointerType === "pen") this.pressure = pressure;
  }

  /** @param {MouseEvent} event */
  mouseDown(event) {
    const canvas = this.findCanvas(event);
    if (!canvas) return;
    if (event.button !== 0 || performance.now() - this.lastTouch < MOUSE_PAUSE) {
      event.stopImmediatePropagation();
      return;
    }
    this.begin(canvas, null, this.pointerType, event);
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
    const radius = touchRadius(touch);
    const pointerType = this.pointerType === "pen" ? "pen" : "touch";
    if (this.current || !this.contacts.accepts(pointerType, radius)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    this.begin(canvas, touch.identifier, pointerType, touch);
  }

  /** @param {TouchEvent} event */
  touchMove(event) {
    const touch = this.findTouch(event);
    if (!touch || !this.current) return;
    if (this.contacts.isPalm(this.current.pointerType, touchRadius(touch))) this.cancel();
    else this.extend(touch, event.shiftKey);
  }

  /**
   * Return the touch that draws, if the event is about it.
   * @param {TouchEvent} event
   */
  findTouch({ changedTouches }) {
    return [...changedTouches].find(({ identifier }) => identifier === this.current?.touchId);
  }

  /** @param {TouchEvent} event */
  touchEnd(event) {
    const touch = this.findTouch(event);
    if (!touch) return;
    this.lastTouch = performance.now();
    if (event.type === "touchcancel") this.cancel();
    // Fabric ends a stroke only at a touchend that leaves no other touch on the glass.
    else if (event.touches.length > 0 && event.isTrusted) this.endStrokeOfCanvas(touch);
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

  /** Drop the current stroke: no pen and no finger has drawn it. */
  cancel() {
    if (!this.current) return;
    const { canvas } = this.current;
    this.current = null;
    canvas.dispatchEvent(new TouchEvent("touchend", { bubbles: true })); // for the canvas
    this.onCancel();
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number | null} touchId
   * @param {string} pointerType
   * @param {Position} position
   */
  begin(canvas, touchId, pointerType, position) {
    const box = canvas.getBoundingClientRect();
    this.current = {
      canvas,
      box,
      touchId,
      pointerType,
      points: [toCanvas({ canvas, box }, position)],
      width: this.penWidth(),
      pressures: pointerType === "pen" ? [this.pressure] : null,
      preview: null,
    };
    this.onMove();
  }

  /**
   * @param {Position} position
   * @param {boolean} straight the Shift key makes the canvas draw a straight line
   */
  extend(position, straight) {
    if (!this.current) return;
    const { points, pressures } = this.current;
    const point = toCanvas(this.current, position);
    this.current.preview = null;
    if (samePoint(point, points[points.length - 1])) return;
    if (straight && points.length > 1) {
      points.pop();
      pressures?.pop();
      this.current = { ...this.current }; // a stroke that has changed, and not only grown
    }
    points.push(point);
    pressures?.push(this.pressure);
    this.onMove();
  }

  finish() {
    if (!this.current) return;
    const { points, width, pressures } = this.current;
    this.current = null;
    this.onStroke({ points, width, pressures });
  }

  destroy() {
    this.finish(); // a stroke that is being drawn is not lost
    this.stop.abort();
  }
}

/**
 * Return a position in whole canvas pixels; the page scales the canvas to fit.
 * @param {Pick<Contact, "canvas" | "box">} contact
 * @param {Position} position
 * @returns {Point}
 */
export function toCanvas(contact, { clientX, clientY }) {
  const { canvas } = contact;
  if (canvas.isConnected) contact.box = canvas.getBoundingClientRect(); // the page may scroll
  const { left, top, width, height } = contact.box;
  return [
    Math.round((clientX - left) * (canvas.width / width)),
    Math.round((clientY - top) * (canvas.height / height)),
  ];
}

/** @param {Touch} touch */
const touchRadius = ({ radiusX = 0, radiusY = 0 }) => Math.max(radiusX, radiusY);

/**
 * @param {Point} a
 * @param {Point} b
 */
const samePoint = (a, b) => a[0] === b[0] && a[1] === b[1];
