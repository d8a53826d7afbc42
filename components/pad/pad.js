// The pad: its tools and keys, and what is drawn on its canvas.

import { defineComponent } from "../shared/component.js";
import { createElement, isTyping } from "../shared/dom.js";
import { PadCanvas } from "./canvas.js";
import { StrokeRecorder } from "./stroke_recorder.js";

/** @import { DrawingEvent, DrawingPhase, PadState, Texts } from "../shared/types.d.ts" */

const UNREPORTED = 1000; // ms after a stroke in which the server may not have it from the canvas yet
const DOT_SIZES = { fine: 5, medium: 9, broad: 14 }; // CSS pixels
const ICONS = { undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-2", clear: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13" };

/**
 * @typedef {object} PadData from components/pad/panel.py
 * @property {Texts} texts
 * @property {string} language
 * @property {PadState["width"]} width of the pen
 * @property {string | null} replaced changes when an image has replaced the drawing
 * @property {string} shape width and height in CSS pixels, "480 / 360"
 * @property {number} density canvas pixels per CSS pixel that the canvas has now
 * @property {number[]} densities the possible densities
 */

class Pad {
  /**
   * @param {HTMLElement | ShadowRoot} root
   * @param {<Name extends keyof PadState>(name: Name, value: PadState[Name]) => void} setState
   */
  constructor(root, setState) {
    this.setState = setState;
    /** @type {Texts} */
    this.texts = {};
    /** @type {string | null} */
    this.replaced = null;
    this.liftedAt = -Infinity;
    this.recorder = new StrokeRecorder(
      (event) => this.canvas.under(event),
      (phase) => this.drawingChanged(phase),
    );
    this.undoButton = this.createToolButton("undo", () => this.undo());
    this.clearButton = this.createToolButton("clear", () => this.clear("cleared"));
    this.widthInputs = Object.keys(DOT_SIZES).map((name) =>
      this.createWidthInput(/** @type {PadState["width"]} */ (name)),
    );
    this.widths = createElement("div", "widths", ...this.widthInputs.map(({ label }) => label));
    this.widths.setAttribute("role", "radiogroup");
    root.append(createElement("div", "tools", this.widths, this.undoButton, this.clearButton));
    this.canvas = new PadCanvas(
      () => this.recorder.allStrokes().length === 0,
      () => this.showState(),
    );
    this.stop = new AbortController();
    window.addEventListener("keydown", (event) => this.keyDown(event), { capture: true, signal: this.stop.signal });
  }

  /**
   * @param {keyof typeof ICONS} name
   * @param {() => void} onClick
   */
  createToolButton(name, onClick) {
    const button = createElement("button", "button");
    button.dataset.tool = name;
    button.setAttribute("aria-keyshortcuts", name === "undo" ? "U" : "C");
    button.innerHTML = `<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor"
       stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
    button.append(createElement("span"));
    button.addEventListener("click", onClick);
    return button;
  }

  /** @param {PadState["width"]} name */
  createWidthInput(name) {
    const input = createElement("input");
    Object.assign(input, { type: "radio", name: "width", value: name });
    input.addEventListener("change", () => this.setState("width", name));
    const dot = createElement("i");
    dot.style.width = dot.style.height = `${DOT_SIZES[name]}px`;
    return { name, input, label: createElement("label", "", input, dot) };
  }

  /** @param {PadData} data */
  update({ texts, language, width, replaced, shape, density, densities }) {
    document.documentElement.lang = language;
    this.texts = texts;
    for (const [name, button] of Object.entries({ undo: this.undoButton, clear: this.clearButton })) {
      button.lastElementChild?.replaceChildren(texts[name]);
      button.title = texts[`${name}_key`];
    }
    this.widths.setAttribute("aria-label", texts.width);
    for (const { name, input, label } of this.widthInputs) {
      input.checked = name === width;
      input.setAttribute("aria-label", texts[name]);
      label.title = texts[name];
    }
    if (replaced && replaced !== this.replaced) this.clear("replaced");
    this.replaced = replaced ?? this.replaced;
    const neededDensity = devicePixelRatio > 1 ? Math.max(...densities) : Math.min(...densities);
    this.canvas.update({ shape, density: neededDensity, texts });
    this.showState();
    // Changing the density replaces the canvas, so do it only while the canvas is empty.
    if (density !== neededDensity && this.recorder.allStrokes().length === 0) this.setState("density", neededDensity);
  }

  showState() {
    const empty = this.recorder.allStrokes().length === 0;
    this.canvas.showHint(empty);
    this.undoButton.disabled = this.clearButton.disabled = empty;
  }

  /** @param {DrawingPhase} phase */
  drawingChanged(phase) {
    this.showState();
    if (phase === "up") this.liftedAt = performance.now();
    /** @type {DrawingEvent} */
    const detail = { strokes: this.recorder.allStrokes(), phase };
    document.dispatchEvent(new CustomEvent("inkling:ink", { detail }));
  }

  /** @param {KeyboardEvent} event */
  keyDown(event) {
    if (isTyping(event)) return;
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (event.altKey || (command && key !== "z")) return;
    const undo = key === "u" || (key === "z" && command);
    const clear = key === "c" || key === "delete" || key === "escape";
    if (!undo && !clear) return;
    event.preventDefault();
    event.stopPropagation(); // "c" would open Streamlit's own dialog
    if (undo) this.undo();
    else this.clear("cleared");
  }

  undo() {
    if (this.recorder.drawing || this.recorder.strokes.length === 0) return;
    this.canvas.press("undo");
    this.recorder.undo();
  }

  /** @param {"cleared" | "replaced"} phase */
  clear(phase) {
    const { strokes } = this.recorder;
    if (this.recorder.drawing || strokes.length === 0) return;
    // The canvas reports a stroke 200 ms after the pen lifts, and a run of the page may take as long: a
    // drawing that is cleared by then would never be stored.
    if (performance.now() - this.liftedAt < UNREPORTED) this.setState("finished", { strokes, number: Date.now() });
    this.canvas.press("clear");
    this.recorder.clear(phase);
  }

  destroy() {
    this.canvas.destroy();
    this.recorder.destroy();
    this.stop.abort();
  }
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<PadData>} */ { parentElement, setStateValue }) =>
    new Pad(parentElement, setStateValue),
);
