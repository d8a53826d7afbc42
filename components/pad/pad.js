// The pad: its tools and keys, and what is drawn on its canvas.

import { defineComponent } from "../shared/component.js";
import { createElement, fillIn, isTyping, setText } from "../shared/dom.js";
import { isModalOpen } from "../shared/modal.js";
import { PadCanvas } from "./canvas.js";
import { DrawingHistory } from "./drawing_history.js";
import { DrawingSaver } from "./drawing_saver.js";
import { keepDrawing, takeDrawing } from "./kept_drawing.js";
import { StrokeRecorder } from "./stroke_recorder.js";

/** @import { DrawingEvent, DrawingPhase, PadState, Stroke, Texts } from "../shared/types.d.ts" */
/** @import { SavingState } from "./drawing_saver.js" */

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

/** @type {DrawingSaver | null} of the document: it goes on saving while another page of the site is shown */
let documentSaver = null;

class Pad {
  /**
   * @param {HTMLElement | ShadowRoot} root
   * @param {<Name extends keyof PadState>(name: Name, value: PadState[Name]) => void} setState
   */
  constructor(root, setState) {
    this.setState = setState;
    /** @type {Texts} */
    this.texts = {};
    /** @type {PadState["width"] | null} the chosen width, until the page knows it */
    this.chosenWidth = null;
    this.history = new DrawingHistory();
    documentSaver ??= new DrawingSaver();
    this.saver = documentSaver;
    this.kept = takeDrawing();
    this.replaced = this.kept?.replaced ?? null;
    this.recorder = new StrokeRecorder(
      (event) => this.canvas.under(event),
      () => this.drawingChanged("move"),
      (stroke) => this.strokeFinished(stroke),
    );
    this.undoButton = this.createToolButton("undo", () => this.undo());
    this.clearButton = this.createToolButton("clear", () => this.clear("cleared"));
    this.widthInputs = Object.keys(DOT_SIZES).map((name) =>
      this.createWidthInput(/** @type {PadState["width"]} */ (name)),
    );
    this.widths = createElement("div", "widths", ...this.widthInputs.map(({ label }) => label));
    this.widths.setAttribute("role", "radiogroup");
    this.savingNote = createElement("p", "saving");
    this.savingNote.setAttribute("role", "status");
    const tools = createElement("div", "tools", this.widths, this.undoButton, this.clearButton);
    root.append(tools, this.savingNote);
    /** @type {SavingState} */
    this.saving = { count: 0, stored: true, refused: null };
    this.saver.watch((state) => this.showSaving(state));
    this.canvas = new PadCanvas({
      isEmpty: () => this.strokes.length === 0,
      isDrawing: () => this.recorder.drawing,
      onReady: () => this.canvasReady(),
      onLost: () => this.recorder.finish(),
      withoutRecording: (draw) => {
        this.recorder.paused = true;
        draw();
        this.recorder.paused = false;
      },
    });
    this.stop = new AbortController();
    const { signal } = this.stop;
    window.addEventListener("keydown", (event) => this.keyDown(event), { capture: true, signal });
    window.addEventListener("pagehide", () => this.keep(), { signal });
    window.addEventListener("pageshow", () => takeDrawing(), { signal });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.keep() : takeDrawing()), { signal });
    document.addEventListener("inkling:deleted", () => this.forgetSteps(), { signal });
    // A panel that was created after the drawing came back asks for it.
    const answer = () => this.strokes.length && this.announce("restored");
    document.addEventListener("inkling:drawing-wanted", answer, { signal });
  }

  /** All strokes in canvas pixels, the current one with its newest point. */
  get strokes() {
    const { strokes } = this.history.present;
    const { stroke } = this.recorder;
    return stroke ? [...strokes, stroke] : strokes;
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
    input.addEventListener("change", () => {
      this.chosenWidth = name;
      this.setState("width", name);
    });
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
    if (width === this.chosenWidth) this.chosenWidth = null;
    for (const { name, input, label } of this.widthInputs) {
      input.checked = name === (this.chosenWidth ?? width); // the data may be of a run that began before the choice
      input.setAttribute("aria-label", texts[name]);
      label.title = texts[name];
    }
    if (replaced && replaced !== this.replaced) this.clear("replaced");
    this.replaced = replaced ?? this.replaced;
    const neededDensity = devicePixelRatio > 1 ? Math.max(...densities) : Math.min(...densities);
    this.canvas.update({ shape, density: neededDensity, texts });
    this.showState();
    this.showSaving(this.saving);
    // Changing the density replaces the canvas, so do it only while the canvas is empty.
    if (density !== neededDensity && this.strokes.length === 0) this.setState("density", neededDensity);
  }

  /** People may draw on a new canvas: the first one, or one with which Streamlit has replaced it. */
  canvasReady() {
    if (this.kept) this.restore();
    else if (this.strokes.length) this.canvas.show(this.strokes, { unlessShown: true });
    this.showState();
  }

  /** Bring back what was kept of the pad. */
  restore() {
    const { kept } = this;
    this.kept = null;
    if (!kept?.drawing || !this.canvas.element) return;
    const scale = this.canvas.element.width / kept.width;
    const strokes = kept.strokes.map((points) =>
      points.map(([x, y]) => /** @type {[number, number]} */ ([Math.round(x * scale), Math.round(y * scale)])),
    );
    // The saver may still have to send this drawing; then both must count its versions together.
    const drawing = this.saver.unsaved.get(kept.drawing.key)?.drawing ?? kept.drawing;
    this.history.restore({ strokes, drawing });
    this.canvas.show(strokes, { unlessShown: true });
    this.announce("restored");
  }

  /** Keep what is on the pad for the time when this page is back. */
  keep() {
    const { width } = this.canvas.element ?? {};
    if (this.kept || !width)
      keepDrawing(this.kept ?? { strokes: [], drawing: null, width: 1, replaced: this.replaced });
    else keepDrawing({ ...this.history.present, width, replaced: this.replaced });
  }

  showState() {
    this.canvas.showHint(this.strokes.length === 0);
    this.undoButton.disabled = !this.history.canUndo;
    this.clearButton.disabled = this.strokes.length === 0;
  }

  /** @param {SavingState} state */
  showSaving(state) {
    this.saving = state;
    const { texts } = this;
    const { count, stored, refused } = state;
    let sentence = "";
    if (refused) sentence = texts[`refused_${refused}`] ?? texts.refused;
    else if (count === 1) sentence = stored ? texts.unsaved_one : texts.unsaved_one_open;
    else if (count > 1) sentence = fillIn(stored ? texts.unsaved : texts.unsaved_open, { count });
    setText(this.savingNote, sentence);
  }

  /** @param {Stroke} stroke */
  strokeFinished(stroke) {
    this.history.add(stroke, () => this.saver.begin());
    this.save();
    this.drawingChanged("up");
  }

  /** Save what is on the pad; an empty pad leaves its last drawing as it was. */
  save() {
    const { drawing, strokes } = this.history.present;
    if (drawing) this.saver.save(drawing, strokes);
  }

  /** @param {DrawingPhase} phase */
  drawingChanged(phase) {
    this.showState();
    this.announce(phase);
  }

  /** @param {DrawingPhase} phase */
  announce(phase) {
    /** @type {DrawingEvent} */
    const detail = { strokes: this.strokes, phase };
    document.dispatchEvent(new CustomEvent("inkling:ink", { detail }));
  }

  /** @param {KeyboardEvent} event */
  keyDown(event) {
    if (isTyping(event) || isModalOpen()) return;
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (event.altKey || (command && key !== "z" && key !== "y")) return;
    const redo = command && (key === "y" || (key === "z" && event.shiftKey));
    const undo = !redo && (key === "u" || (key === "z" && command));
    const clear = key === "c" || key === "delete" || key === "escape";
    if (!undo && !redo && !clear) return;
    event.preventDefault();
    event.stopPropagation(); // "c" would open Streamlit's own dialog
    if (undo) this.undo();
    else if (redo) this.redo();
    else this.clear("cleared");
  }

  /** The visitor has deleted their drawings: none comes back by undo. */
  forgetSteps() {
    this.history.forgetSteps();
    this.showState();
  }

  undo() {
    const before = this.history.present;
    if (this.recorder.drawing || !this.history.undo()) return;
    this.contentMoved(before.strokes);
  }

  redo() {
    const before = this.history.present;
    if (this.recorder.drawing || !this.history.redo()) return;
    this.contentMoved(before.strokes);
  }

  /**
   * Show what undo or redo has brought back.
   * @param {Stroke[]} before
   */
  contentMoved(before) {
    const { strokes } = this.history.present;
    if (strokes.length === 0) this.canvas.clear();
    else if (strokes.length < before.length) this.canvas.undo();
    else this.canvas.show(strokes.slice(before.length));
    this.save();
    this.drawingChanged("undone");
  }

  /** @param {"cleared" | "replaced"} phase */
  clear(phase) {
    if (this.recorder.drawing || this.strokes.length === 0) return;
    this.history.clear();
    this.canvas.clear();
    this.drawingChanged(phase);
  }

  destroy() {
    this.recorder.destroy();
    this.keep();
    this.saver.watch(() => {});
    this.canvas.destroy();
    this.stop.abort();
  }
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<PadData>} */ { parentElement, setStateValue }) =>
    new Pad(parentElement, setStateValue),
);
