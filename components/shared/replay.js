// A drawing drawn again, stroke after stroke, about as fast as a hand does.

import { createButton, createElement, setText } from "./dom.js";

/** @import { Point, Stroke, Texts } from "./types.d.ts" */

// In units of the drawing's longer side.
const SPEED = 1.4; // a second
const LIFT_LENGTH = 0.15; // length that the pause between two strokes counts as
const PEN_WIDTH = 0.045;
const SLIDER_STEPS = 1000;
const SVG = "http://www.w3.org/2000/svg";

/**
 * Return the length of a stroke in its own units.
 * @param {Stroke} stroke
 */
export const strokeLength = (stroke) =>
  stroke.slice(1).reduce((sum, [x, y], index) => sum + Math.hypot(x - stroke[index][0], y - stroke[index][1]), 0);

/**
 * Return the smallest box around a drawing of at least one point.
 * @param {Stroke[]} strokes
 */
export function boundingBox(strokes) {
  const points = strokes.flat();
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}

export class Replay {
  constructor() {
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("role", "img");
    this.slider = createElement("input");
    this.slider.type = "range";
    this.slider.max = String(SLIDER_STEPS);
    this.slider.value = this.slider.max;
    this.slider.addEventListener("input", () => {
      this.stop();
      this.show(Number(this.slider.value) / SLIDER_STEPS);
    });
    this.playButton = createButton("button", "", () => this.play());
    this.root = createElement("div", "replay", this.svg, createElement("div", "tools", this.playButton, this.slider));
    this.side = 1; // longer side of the drawing, in its units
    /** @type {{ path: SVGPathElement, length: number }[]} */
    this.strokes = [];
    this.length = 0; // length of all strokes and lifts
    this.frame = 0;
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    setText(this.playButton, texts.replay);
    this.slider.setAttribute("aria-label", texts.progress);
    this.svg.setAttribute("aria-label", texts.pen);
  }

  /**
   * Show a drawing of at least one point and, unless the visitor prefers less motion, draw it again.
   * @param {Stroke[]} strokes
   */
  load(strokes) {
    this.stop();
    const { left, top, width, height } = boundingBox(strokes);
    this.side = Math.max(width, height, 1);
    const margin = this.side * PEN_WIDTH * 2;
    const viewBox = [left - margin, top - margin, width + 2 * margin, height + 2 * margin];
    this.svg.setAttribute("viewBox", viewBox.map((value) => value.toFixed(1)).join(" "));
    this.strokes = strokes.map((stroke) => ({ path: this.createPath(stroke), length: strokeLength(stroke) }));
    this.svg.replaceChildren(...this.strokes.map(({ path }) => path));
    this.length = this.strokes.reduce((sum, { length }) => sum + length + LIFT_LENGTH * this.side, 0);
    this.show(1);
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) this.play();
  }

  /** @param {Stroke} stroke */
  createPath(stroke) {
    const path = document.createElementNS(SVG, "path");
    const [start, ...rest] = stroke;
    // A dot is a line of no length, which round ends make visible.
    const lines = (rest.length ? rest : [start]).map((/** @type {Point} */ point) => `L${point}`);
    path.setAttribute("d", `M${start}${lines.join("")}`);
    path.setAttribute("stroke-width", String(this.side * PEN_WIDTH));
    return path;
  }

  /** @param {number} share of the drawing, 0 to 1 */
  show(share) {
    this.slider.value = String(Math.round(share * SLIDER_STEPS));
    let remaining = share * this.length;
    for (const { path, length } of this.strokes) {
      path.style.visibility = remaining > 0 || share === 1 ? "" : "hidden";
      const complete = share === 1 || remaining >= length;
      path.style.strokeDasharray = complete ? "" : `${Math.max(remaining, 0)} ${length + 1}`;
      remaining -= length + LIFT_LENGTH * this.side;
    }
  }

  play() {
    this.stop();
    const duration = (1000 * this.length) / this.side / SPEED; // ms
    const start = performance.now();
    const step = (/** @type {number} */ now) => {
      const share = Math.min(Math.max(now - start, 0) / duration, 1); // a frame's time may lie before `start`
      this.show(share);
      if (share < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  stop() {
    cancelAnimationFrame(this.frame);
  }
}
