// The canvas of streamlit-drawable-canvas: finding it, its look on this page, and the strokes that are shown on it.
//
// The canvas takes the pen; what it draws itself is transparent, see StrokeLayer.

import { createElement, setHidden, setText } from "../shared/dom.js";
import { ERASER_RADIUS } from "./eraser.js";
import { StrokeLayer } from "./stroke_layer.js";

/** @import { PadStroke } from "../shared/types.d.ts" */

const CONTAINER = ".st-key-paper"; // components/pad/panel.py
const ERASER_CURSOR = `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * ERASER_RADIUS + 2}" height="${
  2 * ERASER_RADIUS + 2
}"><circle cx="50%" cy="50%" r="${ERASER_RADIUS}" fill="white" fill-opacity=".6" stroke="black"/></svg>`;
const STYLES = new CSSStyleSheet();
STYLES.replaceSync(`
  .dc-root { width: 100%; }
  .dc-toolbar { display: none !important; }
  .dc-scroll { overflow: hidden; border-radius: 1rem; }
  .dc-container { width: 100% !important; height: auto !important; aspect-ratio: var(--pad-shape); }
  .dc-container canvas, .dc-container .canvas-container {
    width: 100% !important; height: 100% !important; outline: none;
  }
  .dc-container .lower-canvas { visibility: hidden; }
  .dc-container .upper-canvas { opacity: 0; }
  .dc-root[data-erases] .upper-canvas {
    cursor: url('data:image/svg+xml,${encodeURIComponent(ERASER_CURSOR)}') ${ERASER_RADIUS + 1} ${ERASER_RADIUS + 1}, cell;
  }
  .stroke-layer { position: absolute; inset: 0; z-index: 4; pointer-events: none; }
  .dc-container .upper-canvas { cursor: crosshair; touch-action: none; -webkit-touch-callout: none; }
  .dc-root { background: var(--st-secondary-background-color); border-radius: 1rem;
    box-shadow: inset 0 0 0 1.5px var(--st-border-color); }
  .dc-root[data-dark] canvas { filter: invert(1) hue-rotate(180deg); }
  .hint { position: absolute; inset: 0; z-index: 5; display: grid; place-content: center; gap: .25rem;
    text-align: center; pointer-events: none; color: var(--st-text-color); opacity: .5;
    font: 500 1.25rem/1.3 var(--st-font); }
  .hint small { font-size: .9375rem; font-weight: 400; }
  .hint[hidden] { display: none; }
`);

const POLL_INTERVAL = 50; // ms
const DENSITY_TIMEOUT = 2000; // ms to wait for a canvas of the screen's density
const MOST_STEPS = 1000; // more than a drawing has
const UNDO_BUTTON = '.dc-toolbar button[aria-label="Undo"]'; // streamlit-drawable-canvas 0.13

/**
 * @typedef {object} CanvasOptions
 * @property {string} shape width and height in CSS pixels, "480 / 360"
 * @property {number} density canvas pixels per CSS pixel that this screen needs
 * @property {import("../shared/types.d.ts").Texts} texts
 */

export class PadCanvas {
  /**
   * @param {object} callbacks
   * @param {() => boolean} callbacks.isEmpty whether nothing is drawn
   * @param {() => boolean} callbacks.isDrawing whether the pen is down
   * @param {() => void} callbacks.onReady called when people may draw on a new canvas
   * @param {() => void} callbacks.onLost called when Streamlit has removed the canvas
   */
  constructor({ isEmpty, isDrawing, onReady, onLost }) {
    this.isEmpty = isEmpty;
    this.isDrawing = isDrawing;
    this.onReady = onReady;
    this.onLost = onLost;
    this.layer = new StrokeLayer();
    this.emptying = false;
    /** @type {CanvasOptions | null} */
    this.options = null;
    /** @type {HTMLCanvasElement | null} */
    this.element = null;
    /** @type {ShadowRoot | null} */
    this.shadow = null;
    this.hintTitle = createElement("span");
    this.hintNote = createElement("small");
    this.hint = createElement("div", "hint", this.hintTitle, this.hintNote);
    this.hint.setAttribute("aria-hidden", "true");
    this.foundAt = 0;
    this.lostWidth = 0; // of the newest canvas that Streamlit has removed
    this.polling = setInterval(() => this.find(), POLL_INTERVAL);
    this.stop = new AbortController();
    const { signal } = this.stop;
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    // Streamlit sets the theme's colors a moment after the scheme has changed.
    scheme.addEventListener("change", () => setTimeout(() => this.matchTheme(), 200), { signal });
    // A theme chosen in Streamlit's menu sends no event; the pointer comes back from the menu.
    window.addEventListener("pointerover", () => this.matchTheme(), { capture: true, signal });
  }

  /**
   * Return the canvas if the event is on it.
   * @param {Event} event
   */
  under(event) {
    if (!this.element?.isConnected) this.find(); // the pen may touch a new canvas before the next poll
    return event.composedPath()[0] === this.element ? this.element : null;
  }

  /**
   * Find the canvas and prepare it. Streamlit replaces it, without an event, when its size changes, and
   * after the server was restarted.
   */
  find() {
    if (this.element?.isConnected) {
      this.allowDrawing();
      return;
    }
    if (this.element) {
      this.lostWidth = this.element.width;
      this.onLost();
    }
    const hosts = [...document.querySelectorAll(`${CONTAINER} *`)];
    const shadow = hosts.find((host) => host.shadowRoot?.querySelector(".dc-root"))?.shadowRoot ?? null;
    this.shadow = shadow;
    this.element = /** @type {HTMLCanvasElement | null} */ (shadow?.querySelector(".upper-canvas") ?? null);
    if (!shadow || !this.element) return;
    this.foundAt = performance.now();
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, STYLES];
    shadow.querySelector(".dc-container")?.append(this.layer.canvas, this.hint);
    this.applyOptions();
  }

  /** @param {CanvasOptions} options */
  update(options) {
    this.options = options;
    this.applyOptions();
  }

  applyOptions() {
    if (!this.shadow || !this.element || !this.options) return;
    const { shape, texts } = this.options;
    /** @type {HTMLElement} */ (this.shadow.host).style.setProperty("--pad-shape", shape);
    this.element.setAttribute("aria-label", texts.label);
    setText(this.hintTitle, texts.hint);
    setText(this.hintNote, texts.hint_more);
    this.allowDrawing();
    this.matchTheme();
  }

  /**
   * Let people draw as soon as the canvas has the screen's density, or will not get it. Anything
   * drawn on a canvas that is about to be replaced would be lost.
   */
  allowDrawing() {
    if (!this.element || !this.options || this.element.hasAttribute("role")) return;
    const { shape, density } = this.options;
    const fits = this.element.width === Number.parseInt(shape, 10) * density;
    const ready = fits || !this.isEmpty() || performance.now() - this.foundAt > DENSITY_TIMEOUT;
    this.element.style.pointerEvents = ready ? "" : "none";
    if (!ready) return;
    this.element.setAttribute("role", "img");
    this.onReady();
  }

  /**
   * Invert the canvas on a dark page. The strokes keep their color: a different `background_color` would make
   * streamlit-drawable-canvas drop the drawing.
   */
  matchTheme() {
    if (!this.shadow) return;
    const background = getComputedStyle(this.shadow.host).getPropertyValue("--st-background-color");
    const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    context.fillStyle = background;
    const brightness = Number.parseInt(context.fillStyle.slice(1, 3), 16); // as "#rrggbb" now
    this.shadow.querySelector(".dc-root")?.toggleAttribute("data-dark", brightness < 128);
  }

  /** @param {boolean} visible */
  showHint(visible) {
    setHidden(this.hint, !visible);
  }

  /** In canvas pixels; 0 before the first canvas. */
  get width() {
    return this.element?.width ?? this.lostWidth;
  }

  /** Canvas pixels for each CSS pixel of the unscaled canvas. */
  get scale() {
    return this.width / Number.parseInt(this.options?.shape ?? "1", 10);
  }

  /** @param {PadStroke[]} strokes in canvas pixels */
  show(strokes) {
    this.layer.show(strokes, this.width || 1);
  }

  /** @param {boolean} chosen */
  showEraser(chosen) {
    this.shadow?.querySelector(".dc-root")?.toggleAttribute("data-erases", chosen);
  }

  /**
   * Empty what the canvas has drawn itself, so that it does not grow for ever. It takes one step of the canvas's
   * history after the other: the button for all of it makes Streamlit run the page, whatever `update_streamlit` says.
   */
  async empty() {
    if (this.emptying) return;
    this.emptying = true;
    for (let step = 0; step < MOST_STEPS && !this.isDrawing(); step += 1) {
      const undo = /** @type {HTMLButtonElement | null | undefined} */ (this.shadow?.querySelector(UNDO_BUTTON));
      if (!undo || undo.disabled) break;
      undo.click();
      await new Promise((resolve) => setTimeout(resolve)); // the canvas loads what it had before
    }
    this.emptying = false;
  }

  destroy() {
    this.layer.destroy();
    // Without this object nothing that is drawn would be recorded.
    if (this.element) this.element.style.pointerEvents = "none";
    this.element?.removeAttribute("role");
    clearInterval(this.polling);
    this.stop.abort();
  }
}
