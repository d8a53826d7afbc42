// Shows the strokes on top of streamlit-drawable-canvas, whose own lines have one width for each stroke and whose own
// undo knows no eraser: the width of a pen's line follows its pressure, and the lines are as fine as the screen at any
// size of the pad.

/** @import { PadStroke, Point } from "../shared/types.d.ts" */

const COLOR = "#1a1d29";
const SOFTEST = 0.4; // share of the pen's width that a line without pressure has
const PRESSURE_SHARE = 1.2; // what full pressure adds to it; at half, which also a mouse reports, it is the pen's width
const PRESSURE_SMOOTHING = 0.6; // share of the pressure before: sensors are noisy

export class StrokeLayer {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.canvas.className = "stroke-layer";
    this.canvas.setAttribute("aria-hidden", "true");
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    /** @type {PadStroke[]} */
    this.strokes = [];
    this.side = 1; // width of the area in which the strokes lie, in their units
    /** @type {PadStroke[]} those that are on the canvas */
    this.painted = [];
    this.paintedPoints = 0; // of the last one of them
    this.stale = true; // all of it must be painted again
    /** @type {number | null} */
    this.frame = null;
    this.resizeObserver = new ResizeObserver(() => {
      this.stale = true;
      this.paint();
    });
    this.resizeObserver.observe(this.canvas);
  }

  /**
   * Show strokes in the next frame. A stroke may get more points; one that changes otherwise is another object.
   * @param {PadStroke[]} strokes
   * @param {number} side
   */
  show(strokes, side) {
    this.stale ||= side !== this.side;
    this.side = side;
    this.strokes = strokes;
    this.frame ??= requestAnimationFrame(() => this.paint());
  }

  paint() {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
    const { context, canvas, strokes, painted } = this;
    if (this.stale || painted.some((stroke, index) => stroke !== strokes[index])) this.clear();
    const scale = canvas.width / this.side;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    for (let index = Math.max(0, this.painted.length - 1); index < strokes.length; index += 1) {
      const start = index === this.painted.length - 1 ? this.paintedPoints : 0;
      drawStroke(context, strokes[index], start);
    }
    this.painted = [...strokes];
    this.paintedPoints = strokes.at(-1)?.points.length ?? 0;
  }

  clear() {
    const { canvas, context } = this;
    const { width, height } = canvas.getBoundingClientRect();
    const [pixelWidth, pixelHeight] = [width, height].map((length) => Math.round(length * devicePixelRatio));
    if (canvas.width !== pixelWidth || canvas.height !== pixelHeight)
      Object.assign(canvas, { width: pixelWidth, height: pixelHeight });
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    this.painted = [];
    this.paintedPoints = 0;
    this.stale = false;
  }

  destroy() {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.resizeObserver.disconnect();
    this.canvas.remove();
  }
}

/**
 * Draw a stroke from the point with index `start` on, as curves through the middles between its points.
 * @param {CanvasRenderingContext2D} context
 * @param {PadStroke} stroke
 * @param {number} start
 */
function drawStroke(context, { points, width, pressures }, start) {
  const widths = pressures ? lineWidths(width, pressures) : null;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = COLOR;
  context.lineWidth = widths?.[0] ?? width;
  context.beginPath();
  if (points.length === 1) {
    context.moveTo(...points[0]);
    context.lineTo(points[0][0] + 0.01, points[0][1]); // a path of no length shows no dot
  }
  for (let index = Math.max(1, start); index < points.length; index += 1) {
    const corner = points[index - 1];
    if (widths || index === Math.max(1, start)) context.moveTo(...middle(points[Math.max(0, index - 2)], corner));
    context.quadraticCurveTo(...corner, ...middle(corner, points[index]));
    if (index === points.length - 1) context.lineTo(...points[index]);
    if (!widths) continue;
    context.lineWidth = widths[index];
    context.stroke();
    context.beginPath();
  }
  context.stroke();
}

/**
 * @param {Point} a
 * @param {Point} b
 * @returns {Point}
 */
const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

/**
 * Return the width of the line up to each point of a stroke.
 * @param {number} width of the pen
 * @param {number[]} pressures at each point, 0 to 1
 */
export function lineWidths(width, pressures) {
  let smooth = pressures[0];
  return pressures.map((pressure) => {
    smooth = PRESSURE_SMOOTHING * smooth + (1 - PRESSURE_SMOOTHING) * pressure;
    return width * (SOFTEST + PRESSURE_SHARE * smooth);
  });
}
