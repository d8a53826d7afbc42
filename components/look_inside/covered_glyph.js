// The network's input, on which a finger, the mouse or the arrow keys cover a spot.

import { createElement, setText } from "../shared/dom.js";
import { decodeBytes, drawLevels, GLYPH_SIDE } from "../shared/glyph.js";

const RADIUS = 3.5; // glyph pixels

/** @typedef {{ x: number, y: number }} Spot center, in glyph pixels */

/**
 * Return a glyph without what lies under the spot.
 * @param {Uint8Array} glyph
 * @param {Spot | null} spot
 */
export function coverSpot(glyph, spot) {
  if (!spot) return glyph;
  return glyph.map((level, index) => {
    const x = (index % GLYPH_SIDE) + 0.5 - spot.x;
    const y = Math.floor(index / GLYPH_SIDE) + 0.5 - spot.y;
    return x * x + y * y <= RADIUS * RADIUS ? 0 : level;
  });
}

export class CoveredGlyph {
  /** @param {() => void} onChange the spot has moved, or is gone */
  constructor(onChange) {
    this.onChange = onChange;
    this.encoded = "";
    this.glyph = new Uint8Array(GLYPH_SIDE * GLYPH_SIDE);
    /** @type {Spot | null} */
    this.spot = null;
    this.canvas = createElement("canvas", "glyph");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "img");
    this.caption = createElement("figcaption");
    this.hint = createElement("p", "cover-hint");
    this.node = createElement("figure", "input", this.caption, this.canvas, this.hint);
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      this.pointed(event);
    });
    this.canvas.addEventListener("pointermove", (event) => event.buttons && this.pointed(event));
    for (const type of ["pointerup", "pointercancel", "blur"]) {
      this.canvas.addEventListener(type, () => this.cover(null));
    }
    this.canvas.addEventListener("keydown", (event) => this.keyPressed(event));
  }

  /**
   * @param {string} title
   * @param {string} hint how to cover a part
   */
  setTexts(title, hint) {
    setText(this.caption, title);
    setText(this.hint, hint);
    this.canvas.setAttribute("aria-label", `${title}. ${hint}`);
  }

  /** @param {string} encoded glyph, base64 */
  show(encoded) {
    this.encoded = encoded;
    this.glyph = decodeBytes(encoded);
    this.paint();
  }

  /** What the network gets: the glyph without the covered spot. */
  get content() {
    return coverSpot(this.glyph, this.spot);
  }

  /** @param {PointerEvent} event */
  pointed({ offsetX, offsetY }) {
    const unit = GLYPH_SIDE / this.canvas.clientWidth;
    this.cover({ x: offsetX * unit, y: offsetY * unit });
  }

  /** @param {KeyboardEvent} event */
  keyPressed(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key !== "Escape" && !step) return;
    if (event.key === "Escape" && !this.spot) return;
    event.preventDefault();
    event.stopPropagation();
    const { x, y } = this.spot ?? { x: GLYPH_SIDE / 2, y: GLYPH_SIDE / 2 };
    const within = (/** @type {number} */ value) => Math.min(GLYPH_SIDE, Math.max(0, value));
    this.cover(step ? { x: within(x + step[0]), y: within(y + step[1]) } : null);
  }

  /** @param {Spot | null} spot */
  cover(spot) {
    if (spot === this.spot) return;
    this.spot = spot;
    this.paint();
    this.onChange();
  }

  paint() {
    drawLevels(this.canvas, this.content);
    if (!this.spot) return;
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    context.fillStyle = "rgb(255 150 60 / 0.45)";
    context.beginPath();
    context.arc(this.spot.x, this.spot.y, RADIUS, 0, 2 * Math.PI);
    context.fill();
  }
}
