// A square canvas that shows a drawing as it grows, and a pen that draws on it (a finger or the mouse as well).
// Strokes are lists of [x, y] in units of the surface, which is SURFACE_SIDE wide, y down.

import { ContactFilter, capturePointer, coalescedEvents, contactRadius } from "./pointer_input.js";

/** @import { Point, Stroke } from "./types.d.ts" */
/** @import { AddedPoints, DrawingUpdate } from "./room_types.d.ts" */

export const SURFACE_SIDE = 1000;
export const PEN_WIDTH = 36; // units

export class DrawingSurface {
  constructor(className = "paper") {
    this.canvas = document.createElement("canvas");
    this.canvas.className = className;
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    /** @type {Stroke[]} */
    this.strokes = [];
    /** @type {string | null} the strokes' color; null for the canvas's text color */
    this.color = null;
    this.painted = { strokes: 0, points: 0 };
    this.stale = true; // all of it must be painted again
    this.resizeObserver = new ResizeObserver(() => this.repaint());
    this.resizeObserver.observe(this.canvas);
    this.stop = new AbortController();
    // What is painted does not follow the theme, which Streamlit sets a moment after the scheme has changed.
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", () => setTimeout(() => this.repaint(), 200), { signal: this.stop.signal });
  }

  repaint() {
    this.stale = true;
    this.paint();
  }

  /**
   * Replace the drawing; the next `paint` shows it. To extend the drawing, set `strokes` instead.
   * @param {Stroke[]} strokes
   */
  setStrokes(strokes) {
    this.strokes = strokes;
    this.stale = true;
  }

  /** @param {string} color */
  setColor(color) {
    this.color = color;
    this.stale = true;
  }

  fitToElement() {
    const side = Math.round(this.canvas.clientWidth * (window.devicePixelRatio || 1));
    if (side > 0 && this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
  }

  /** Paint the points added since the last paint; everything if strokes were removed or the size changed. */
  paint() {
    const { context, canvas, strokes } = this;
    if (this.stale) {
      this.fitToElement();
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      this.painted = { strokes: 0, points: 0 };
      this.stale = false;
    }
    context.setTransform(canvas.width / SURFACE_SIDE, 0, 0, canvas.width / SURFACE_SIDE, 0, 0);
    const color = this.color ?? getComputedStyle(canvas).color;
    for (let index = Math.max(0, this.painted.strokes - 1); index < strokes.length; index += 1) {
      const start = index === this.painted.strokes - 1 ? this.painted.points : 0;
      if (strokes[index].length > start) drawStroke(context, strokes[index], start, color);
    }
    this.painted = { strokes: strokes.length, points: strokes.at(-1)?.length ?? 0 };
  }

  destroy() {
    this.resizeObserver.disconnect();
    this.stop.abort();
  }
}

/**
 * Draw a stroke from the point with index `start` on.
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke} points
 * @param {number} start
 * @param {string} color
 */
export function drawStroke(context, points, start, color, width = PEN_WIDTH) {
  context.lineWidth = width;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = color;
  context.beginPath();
  const first = points[Math.max(0, start - 1)];
  context.moveTo(...first);
  if (points.length === 1) context.lineTo(first[0] + 0.01, first[1]); // a path of no length shows no dot
  for (const point of points.slice(Math.max(1, start))) context.lineTo(...point);
  context.stroke();
}

/**
 * Draws on a surface with a pen, a finger or the mouse, and reports the points as AddedPoints.
 */
export class SurfacePen {
  /**
   * @param {DrawingSurface} surface
   * @param {object} callbacks
   * @param {() => boolean} callbacks.canDraw
   * @param {(update: AddedPoints) => void} callbacks.onPoints
   * @param {() => void} [callbacks.onLift]
   * @param {() => void} callbacks.onPalm called to remove the last stroke: the hand has drawn it
   */
  constructor(surface, { canDraw, onPoints, onLift = () => {}, onPalm }) {
    this.surface = surface;
    this.canDraw = canDraw;
    this.onPoints = onPoints;
    this.onLift = onLift;
    this.onPalm = onPalm;
    this.contacts = new ContactFilter();
    /** @type {number | null} */
    this.pointerId = null;
    this.pointerType = "mouse"; // of the contact that draws
    const { canvas } = surface;
    canvas.style.touchAction = "none";
    canvas.addEventListener("pointerdown", (event) => this.pointerDown(event));
    canvas.addEventListener("pointermove", (event) => this.pointerMove(event));
    canvas.addEventListener("pointerup", (event) => this.pointerUp(event));
    canvas.addEventListener("pointercancel", (event) => this.pointerCancelled(event));
  }

  get drawing() {
    return this.pointerId !== null;
  }

  /** @param {PointerEvent} event */
  pointerDown(event) {
    const accepted = this.contacts.accepts(event.pointerType, contactRadius(event));
    if (this.drawing && this.contacts.isPalm(this.pointerType, 0)) this.dropStroke();
    if (!accepted || this.drawing || event.button !== 0 || !this.canDraw()) return;
    event.preventDefault();
    this.pointerId = event.pointerId;
    this.pointerType = event.pointerType;
    capturePointer(this.surface.canvas, event);
    this.surface.strokes = [...this.surface.strokes, []];
    this.extend([event]);
  }

  /** @param {PointerEvent} event */
  pointerMove(event) {
    if (event.pointerId !== this.pointerId) return;
    if (!this.canDraw()) {
      this.pointerUp(event);
      return;
    }
    if (this.contacts.isPalm(this.pointerType, contactRadius(event))) this.dropStroke();
    else this.extend(coalescedEvents(event));
  }

  /**
   * The system takes a touch back when it finds that it is a palm or a gesture.
   * @param {PointerEvent} event
   */
  pointerCancelled(event) {
    if (event.pointerId !== this.pointerId) return;
    if (this.pointerType === "touch") this.dropStroke();
    else this.pointerUp(event);
  }

  dropStroke() {
    this.pointerId = null;
    this.onPalm();
  }

  /** @param {PointerEvent} event */
  pointerUp(event) {
    if (event.pointerId !== this.pointerId) return;
    this.pointerId = null;
    this.onLift();
  }

  /** End the stroke: the drawing was replaced, and further points belong to no stroke of it. */
  cancelStroke() {
    this.pointerId = null;
  }

  /** @param {PointerEvent[]} events */
  extend(events) {
    const box = this.surface.canvas.getBoundingClientRect();
    const index = this.surface.strokes.length - 1;
    const stroke = this.surface.strokes[index];
    const start = stroke.length;
    for (const { clientX, clientY } of events) {
      /** @type {Point} */
      const point = [toUnits((clientX - box.left) / box.width), toUnits((clientY - box.top) / box.height)];
      const last = stroke.at(-1);
      if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= 1) stroke.push(point);
    }
    if (stroke.length > start) this.onPoints([index, start, stroke.slice(start)]);
  }
}

/** @param {number} share of the surface's side */
const toUnits = (share) => Math.round(Math.min(1, Math.max(0, share)) * SURFACE_SIDE * 10) / 10;

/**
 * Apply a room's update to strokes, in place if it only adds points; return the updated strokes.
 * @param {Stroke[]} strokes
 * @param {DrawingUpdate} update
 */
export function applyDrawingUpdate(strokes, update) {
  if (update.all) return update.all;
  for (const [index, start, points] of update.more) {
    if (index >= strokes.length) strokes.push([]);
    const stroke = strokes[index];
    stroke.length = Math.min(stroke.length, start);
    stroke.push(...points);
  }
  return strokes;
}
