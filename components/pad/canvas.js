// The canvas of streamlit-drawable-canvas: finding it, its look on this page, its undo and clear buttons.

import { createElement, setHidden, setText } from "../shared/dom.js";

/** @import { Point, Stroke } from "../shared/types.d.ts" */

const CONTAINER = ".st-key-paper"; // components/pad/panel.py
const STYLES = new CSSStyleSheet();
STYLES.replaceSync(`
  .dc-root { width: 100%; }
  .dc-toolbar { display: none !important; }
  .dc-scroll { overflow: hidden; border-radius: 1rem; }
  .dc-container { width: 100% !important; height: auto !important; aspect-ratio: var(--pad-shape); }
  .dc-container canvas, .dc-container .canvas-container {
    width: 100% !important; height: 100% !important; outline: none;
  }
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
const REPLAYS = 8; // attempts to draw strokes that do not stay on the canvas
const REPLAY_CHECK = 60; // ms after which they are looked for
const MOST_UNDOS = 12; // steps of the canvas with which it is emptied
const TOOLBAR_LABELS = { undo: "Undo", clear: "Reset canvas & history" }; // streamlit-drawable-canvas 0.13

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
   * @param {(draw: () => void) => void} callbacks.withoutRecording calls its argument, which sends events of a pen
   */
  constructor({ isEmpty, isDrawing, onReady, onLost, withoutRecording }) {
    this.isEmpty = isEmpty;
    this.isDrawing = isDrawing;
    this.onReady = onReady;
    this.onLost = onLost;
    this.withoutRecording = withoutRecording;
    this.replays = 0; // number of the newest replay
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
    if (this.element) this.onLost();
    const hosts = [...document.querySelectorAll(`${CONTAINER} *`)];
    const shadow = hosts.find((host) => host.shadowRoot?.querySelector(".dc-root"))?.shadowRoot ?? null;
    this.shadow = shadow;
    this.element = /** @type {HTMLCanvasElement | null} */ (shadow?.querySelector(".upper-canvas") ?? null);
    if (!shadow || !this.element) return;
    this.foundAt = performance.now();
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, STYLES];
    shadow.querySelector(".dc-container")?.append(this.hint);
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

  /** Take the last stroke off the canvas. */
  undo() {
    this.replays += 1; // strokes that are undone need not stay
    this.findButton("undo")?.click();
  }

  /**
   * Empty the canvas, step by step: its own button for that makes Streamlit run the page, whatever
   * `update_streamlit` says.
   */
  async clear() {
    this.replays += 1;
    const change = this.replays;
    for (let step = 0; step < MOST_UNDOS; step += 1) {
      const undo = this.findButton("undo");
      if (!undo || undo.disabled) return;
      undo.click();
      await new Promise((resolve) => setTimeout(resolve)); // the canvas loads what it had before
      if (change !== this.replays) return;
      if (this.isDrawing()) break; // no time for steps
    }
    if (!this.findButton("undo")?.disabled) this.findButton("clear")?.click();
  }

  /**
   * Return a button of the canvas's own toolbar, which is hidden here: the canvas keeps its own history of
   * strokes, which can be changed in no other way.
   * @param {keyof typeof TOOLBAR_LABELS} tool
   */
  findButton(tool) {
    const selector = `.dc-toolbar button[aria-label="${TOOLBAR_LABELS[tool]}"]`;
    return /** @type {HTMLButtonElement | null | undefined} */ (this.shadow?.querySelector(selector));
  }

  /**
   * Draw strokes as the pen would.
   *
   * The canvas loads its own drawing without an event, after it was created and after its undo or clear, and
   * drops what was drawn until then: the strokes are drawn again until they stay.
   * @param {Stroke[]} strokes
   * @param {{ unlessShown?: boolean }} options unlessShown: the canvas may be an old one that has them already
   */
  async show(strokes, { unlessShown = false } = {}) {
    this.replays += 1;
    const replay = this.replays;
    const newPoint = strokes.flat().find((point) => this.isOnCanvas(point) && !this.isDrawn(point));
    if (!newPoint && unlessShown) return;
    for (let attempt = 0; attempt < REPLAYS; attempt += 1) {
      if (!this.isDrawing()) this.replay(strokes);
      await new Promise((resolve) => setTimeout(resolve, REPLAY_CHECK));
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))); // it is painted
      if (replay !== this.replays || !newPoint || this.isDrawn(newPoint)) return;
    }
  }

  /**
   * Show strokes in place of all others.
   * @param {Stroke[]} strokes
   */
  async replace(strokes) {
    const cleared = this.clear();
    const { replays } = this;
    await cleared;
    await new Promise((resolve) => setTimeout(resolve, REPLAY_CHECK)); // the old strokes are gone from the screen
    if (replays === this.replays) await this.show(strokes);
  }

  /** @param {Stroke[]} strokes */
  replay(strokes) {
    const { element } = this;
    if (!element?.isConnected) return;
    const box = element.getBoundingClientRect();
    /**
     * @param {string} type
     * @param {Point} point
     */
    const send = (type, [x, y]) => {
      const clientX = box.left + (x * box.width) / element.width;
      const clientY = box.top + (y * box.height) / element.height;
      const position = { clientX, clientY, button: 0, buttons: type === "mouseup" ? 0 : 1 };
      element.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, cancelable: true, ...position }));
    };
    this.withoutRecording(() => {
      for (const points of strokes) {
        send("mousedown", points[0]);
        for (const point of points.slice(1)) send("mousemove", point);
        send("mouseup", points[points.length - 1]);
      }
    });
  }

  /** @param {Point} point */
  isOnCanvas([x, y]) {
    const { width = 0, height = 0 } = this.element ?? {};
    return x >= 0 && y >= 0 && x < width && y < height;
  }

  /** @param {Point} point */
  isDrawn([x, y]) {
    const canvas = /** @type {HTMLCanvasElement | null | undefined} */ (
      this.shadow?.querySelector(".dc-canvas.lower-canvas")
    );
    // A copy of one pixel is read: reading from the canvas itself would make the browser draw it without the GPU.
    const copy = document.createElement("canvas");
    copy.width = copy.height = 1;
    const context = copy.getContext("2d", { willReadFrequently: true });
    if (canvas?.width) context?.drawImage(canvas, x, y, 1, 1, 0, 0, 1, 1);
    return (context?.getImageData(0, 0, 1, 1).data[3] ?? 0) > 0;
  }

  destroy() {
    this.replays += 1; // ends the replay that is under way
    // Without this object nothing that is drawn would be recorded.
    if (this.element) this.element.style.pointerEvents = "none";
    this.element?.removeAttribute("role");
    clearInterval(this.polling);
    this.stop.abort();
  }
}
