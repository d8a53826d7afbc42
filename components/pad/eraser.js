// The eraser removes whole strokes that it touches: while it is chosen, and with the eraser end of a pen.
//
// It uses pointer events, which come before the mouse and touch events of the same contact, and hides those from the
// pad and its canvas.

import { capturePointer, coalescedEvents, contactRadius } from "../shared/pointer_input.js";
import { toCanvas } from "./stroke_recorder.js";

/** @import { PadStroke, Point } from "../shared/types.d.ts" */
/** @import { ContactFilter } from "../shared/pointer_input.js" */

export const ERASER_RADIUS = 11; // CSS pixels
const ERASER_BUTTONS = 32; // PointerEvent.buttons of a pen's eraser

export class Eraser {
  chosen = false;

  /**
   * @param {object} options
   * @param {(event: Event) => HTMLCanvasElement | null} options.findCanvas the canvas under an event
   * @param {ContactFilter} options.contacts
   * @param {() => boolean} options.canErase
   * @param {(from: Point, to: Point, radius: number) => void} options.onErase called with each part of the eraser's
   *   path, in canvas pixels
   * @param {() => void} options.onLift
   */
  constructor({ findCanvas, contacts, canErase, onErase, onLift }) {
    this.findCanvas = findCanvas;
    this.contacts = contacts;
    this.canErase = canErase;
    this.onErase = onErase;
    this.onLift = onLift;
    /** @type {{ id: number, canvas: HTMLCanvasElement, box: DOMRect, last: Point } | null} */
    this.contact = null;
    this.stop = new AbortController();
    const options = { capture: true, passive: false, signal: this.stop.signal };
    window.addEventListener("pointerdown", (event) => this.pointerDown(event), options);
    window.addEventListener("pointermove", (event) => this.pointerMove(event), options);
    window.addEventListener("pointerup", (event) => this.pointerUp(event), options);
    window.addEventListener("pointercancel", (event) => this.pointerUp(event), options);
    for (const type of ["mousedown", "touchstart"])
      window.addEventListener(type, (event) => this.hideFromCanvas(event), options);
  }

  /** Whether it touches the pad. */
  get erasing() {
    return this.contact !== null;
  }

  /** @param {PointerEvent} event */
  pointerDown(event) {
    const canvas = this.findCanvas(event);
    const byPen = (event.buttons & ERASER_BUTTONS) > 0;
    if (!canvas || !(this.chosen || byPen)) return;
    const accepted = this.contacts.accepts(event.pointerType, contactRadius(event));
    if (!accepted || this.erasing || !this.canErase() || !(byPen || event.button === 0)) return;
    capturePointer(canvas, event);
    const box = canvas.getBoundingClientRect();
    this.contact = { id: event.pointerId, canvas, box, last: toCanvas({ canvas, box }, event) };
    this.eraseTo(event);
  }

  /** @param {PointerEvent} event */
  pointerMove(event) {
    if (event.pointerId !== this.contact?.id) return;
    for (const position of coalescedEvents(event)) this.eraseTo(position);
  }

  /** @param {PointerEvent} event */
  pointerUp(event) {
    if (event.pointerId !== this.contact?.id) return;
    this.contact = null;
    this.onLift();
  }

  /** @param {PointerEvent} position */
  eraseTo(position) {
    if (!this.contact) return;
    const { canvas, box, last } = this.contact;
    const point = toCanvas(this.contact, position);
    this.contact.last = point;
    this.onErase(last, point, (ERASER_RADIUS * canvas.width) / box.width);
  }

  /** @param {Event} event */
  hideFromCanvas(event) {
    if (!(this.chosen || this.erasing) || !this.findCanvas(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  destroy() {
    this.stop.abort();
  }
}

/**
 * Return the strokes that a round eraser does not touch on its way.
 * @param {PadStroke[]} strokes
 * @param {Point} from
 * @param {Point} to
 * @param {number} radius
 */
export function strokesLeft(strokes, from, to, radius) {
  return strokes.filter(({ points, width }) => !isTouched(points, from, to, radius + width / 2));
}

/**
 * @param {Point[]} points
 * @param {Point} from
 * @param {Point} to
 * @param {number} distance
 */
function isTouched(points, from, to, distance) {
  return points.some((point, index) => segmentDistance(points[Math.max(0, index - 1)], point, from, to) <= distance);
}

/**
 * Return the distance between the segments ab and cd.
 * @param {Point} a
 * @param {Point} b
 * @param {Point} c
 * @param {Point} d
 */
function segmentDistance(a, b, c, d) {
  const crosses = side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
  if (crosses) return 0;
  return Math.min(pointDistance(a, c, d), pointDistance(b, c, d), pointDistance(c, a, b), pointDistance(d, a, b));
}

/**
 * Return on which side of the line ab the point p is, as the sign of the result.
 * @param {Point} a
 * @param {Point} b
 * @param {Point} p
 */
const side = (a, b, p) => (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);

/**
 * Return the distance from p to the segment ab.
 * @param {Point} p
 * @param {Point} a
 * @param {Point} b
 */
function pointDistance(p, a, b) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length2 = dx * dx + dy * dy;
  const share = length2 && Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2));
  return Math.hypot(p[0] - a[0] - share * dx, p[1] - a[1] - share * dy);
}
