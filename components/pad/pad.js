// The pad: its tools and keys, and what is drawn on its canvas.

import { defineComponent } from "../shared/component.js";
import { createElement, fillIn, isTyping, setText } from "../shared/dom.js";
import { isModalOpen } from "../shared/modal.js";
import { pendingLabels } from "../shared/pending_labels.js";
import { ContactFilter } from "../shared/pointer_input.js";
import { PadCanvas } from "./canvas.js";
import { DrawingHistory } from "./drawing_history.js";
import { DrawingSaver } from "./drawing_saver.js";
import { Eraser, strokesLeft } from "./eraser.js";
import { fitStrokes } from "./fit_strokes.js";
import { keepDrawing, takeDrawing } from "./kept_drawing.js";
import { keepLabelled, releaseLabelled, savedAs, versionOf } from "./labelled_drawing.js";
import { StrokeRecorder } from "./stroke_recorder.js";
import { Toolbar } from "./toolbar.js";

/**
 * @import {
 *   DrawingEvent, DrawingLabelEvent, DrawingPhase, PadState, PadStroke, Point, PredictionDeletedEvent,
 *   RedrawEvent, Stroke, Texts
 * } from "../shared/types.d.ts"
 */
/** @import { SavingState } from "./drawing_saver.js" */
/** @import { Tool } from "./toolbar.js" */

/** @type {Record<string, Tool>} */
const KEYS = { u: "undo", r: "redo", e: "eraser", c: "clear", delete: "clear", escape: "clear" };

/**
 * @typedef {object} PadData from components/pad/panel.py
 * @property {Texts} texts
 * @property {string} language
 * @property {PadState["width"]} width of the pen
 * @property {Record<PadState["width"], number>} penWidths in CSS pixels of the unscaled canvas
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
    pendingLabels(); // before the first drawing is saved
    documentSaver ??= new DrawingSaver();
    this.saver = documentSaver;
    this.kept = takeDrawing();
    this.replaced = this.kept?.replaced ?? null;
    /** @type {PadState["width"]} */
    this.width = "medium";
    /** @type {PadData["penWidths"] | null} */
    this.penWidths = null;
    const findCanvas = (/** @type {Event} */ event) => this.canvas.under(event);
    const contacts = new ContactFilter();
    // Before the recorder, from which it hides events.
    this.eraser = new Eraser({
      findCanvas,
      contacts,
      canErase: () => !this.recorder.drawing,
      onErase: (from, to, radius) => this.erase(from, to, radius),
      onLift: () => this.showState(),
    });
    this.recorder = new StrokeRecorder({
      findCanvas,
      contacts,
      penWidth: () => this.penWidth,
      onMove: () => this.drawingChanged("move"),
      onStroke: (stroke) => this.strokeFinished(stroke),
      onCancel: () => this.drawingChanged("undone"),
    });
    this.toolbar = new Toolbar({ onTool: (tool) => this.use(tool), onWidth: (width) => this.chooseWidth(width) });
    this.savingNote = createElement("p", "saving");
    this.savingNote.setAttribute("role", "status");
    root.append(this.toolbar.element, this.savingNote);
    /** @type {SavingState} */
    this.saving = { count: 0, stored: true, refused: null };
    this.saver.watch((state) => this.showSaving(state));
    this.canvas = new PadCanvas({
      isEmpty: () => this.strokes.length === 0,
      isDrawing: () => this.recorder.drawing,
      onReady: () => this.canvasReady(),
      onLost: () => this.recorder.finish(),
    });
    this.stop = new AbortController();
    const { signal } = this.stop;
    window.addEventListener("keydown", (event) => this.keyDown(event), { capture: true, signal });
    window.addEventListener("pagehide", () => this.keep(), { signal });
    window.addEventListener("pageshow", () => takeDrawing(), { signal });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.keep() : takeDrawing()), { signal });
    document.addEventListener("inkling:deleted", () => this.forgetSteps(), { signal });
    /**
     * @template Detail
     * @param {string} name
     * @param {(detail: Detail) => void} handler
     */
    const on = (name, handler) =>
      document.addEventListener(name, (event) => handler(/** @type {CustomEvent<Detail>} */ (event).detail), {
        signal,
      });
    on("inkling:label", (/** @type {DrawingLabelEvent} */ detail) => this.labelChanged(detail));
    on("inkling:prediction-deleted", (/** @type {PredictionDeletedEvent} */ { id }) =>
      this.history.forgetPrediction(id),
    );
    on("inkling:redraw", (/** @type {RedrawEvent} */ { strokes }) => this.redraw(strokes));
    // A panel that was created after the drawing came back asks for it.
    const answer = () => this.strokes.length && this.announce("restored");
    document.addEventListener("inkling:drawing-wanted", answer, { signal });
  }

  /** All strokes, the current one too. */
  get shownStrokes() {
    const { strokes } = this.history.present;
    const { current } = this.recorder;
    return current ? [...strokes, current] : strokes;
  }

  /** All strokes in canvas pixels, the current one with its newest point. */
  get strokes() {
    const strokes = pointsOf(this.history.present.strokes);
    const { stroke } = this.recorder;
    return stroke ? [...strokes, stroke] : strokes;
  }

  /** Whether the pen or the eraser is on the pad. */
  get busy() {
    return this.recorder.drawing || this.eraser.erasing;
  }

  /** In canvas pixels. */
  get penWidth() {
    return (this.penWidths?.[this.width] ?? 1) * this.canvas.scale;
  }

  /** @param {PadState["width"]} width */
  chooseWidth(width) {
    this.eraser.chosen = false;
    if (width !== this.width) {
      this.width = this.chosenWidth = width;
      this.setState("width", width);
    }
    this.showState();
  }

  /** @param {PadData} data */
  update({ texts, language, width, penWidths, replaced, shape, density, densities }) {
    document.documentElement.lang = language;
    this.texts = texts;
    this.toolbar.setTexts(texts);
    this.penWidths = penWidths;
    if (width === this.chosenWidth) this.chosenWidth = null;
    this.width = this.chosenWidth ?? width; // the data may be of a run that began before the choice
    this.toolbar.chooseWidth(this.width);
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
    this.showState();
  }

  /** Bring back what was kept of the pad. */
  restore() {
    const { kept } = this;
    this.kept = null;
    if (!kept?.strokes.length || !this.canvas.element) return;
    const scale = this.canvas.element.width / kept.width;
    const strokes = kept.strokes.map(({ points, width, pressures }) => ({
      points: points.map(([x, y]) => /** @type {Point} */ ([Math.round(x * scale), Math.round(y * scale)])),
      width: width * scale,
      pressures,
    }));
    // The saver may still have to send this drawing; then both must count its versions together.
    const drawing = this.saver.unsaved.get(kept.drawing?.key ?? "")?.drawing ?? kept.drawing;
    if (drawing && kept.drawing) drawing.labelled = kept.drawing.labelled;
    this.history.restore({ strokes, drawing });
    this.announce("restored");
  }

  /** Keep what is on the pad for the time when this page is back. */
  keep() {
    const { width } = this.canvas; // Streamlit may have removed the canvas already
    if (this.kept || !width)
      keepDrawing(this.kept ?? { strokes: [], drawing: null, width: 1, replaced: this.replaced });
    else keepDrawing({ ...this.history.present, width, replaced: this.replaced });
  }

  showState() {
    const { history, eraser, canvas } = this;
    const isEmpty = this.shownStrokes.length === 0;
    if (isEmpty && !eraser.erasing) eraser.chosen = false; // an eraser on an empty pad would be a dead end
    canvas.show(this.shownStrokes);
    canvas.showHint(isEmpty);
    canvas.showEraser(eraser.chosen);
    this.toolbar.show({ erases: eraser.chosen, canUndo: history.canUndo, canRedo: history.canRedo, isEmpty });
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

  /** @param {PadStroke} stroke */
  strokeFinished(stroke) {
    this.history.add(stroke, () => this.saver.begin());
    this.save();
    this.drawingChanged("up");
  }

  /** Save what is on the pad; an empty pad leaves its last drawing as it was. */
  save() {
    const { drawing, strokes } = this.history.present;
    if (!drawing) return;
    const points = pointsOf(strokes);
    this.saver.save(savedAs(drawing, points), points);
  }

  /** @param {DrawingLabelEvent} event */
  labelChanged({ key, text }) {
    const { drawing, strokes } = this.history.present;
    const points = pointsOf(strokes);
    const current = drawing && savedAs(drawing, points);
    if (current?.key !== key) return;
    if (text === null) releaseLabelled(current);
    else keepLabelled(current, points, () => this.saver.begin());
    if (!versionOf(current).id) this.save(); // the label waits for it
  }

  /** @param {DrawingPhase} phase */
  drawingChanged(phase) {
    this.showState();
    this.announce(phase);
  }

  /** @param {DrawingPhase} phase */
  announce(phase) {
    const { drawing, strokes } = this.history.present;
    /** @type {DrawingEvent} */
    const detail = { strokes: this.strokes, phase, drawing: drawing && versionOf(savedAs(drawing, pointsOf(strokes))) };
    document.dispatchEvent(new CustomEvent("inkling:ink", { detail }));
  }

  /** @param {KeyboardEvent} event */
  keyDown(event) {
    if (isTyping(event) || isModalOpen()) return;
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    /** @type {Tool | undefined} */
    let tool = event.altKey || command ? undefined : KEYS[key];
    if (command && !event.altKey && key === "z") tool = event.shiftKey ? "redo" : "undo";
    if (command && !event.altKey && key === "y") tool = "redo";
    if (!tool) return;
    event.preventDefault();
    event.stopPropagation(); // "c" and "r" mean something to Streamlit
    this.use(tool);
  }

  /** @param {Tool} tool */
  use(tool) {
    if (this.busy) return;
    if (tool === "undo") this.undo();
    else if (tool === "redo") this.redo();
    else if (tool === "clear") this.clear("cleared");
    else if (this.shownStrokes.length) this.eraser.chosen = !this.eraser.chosen;
    this.showState();
  }

  /** The visitor has deleted their drawings: none comes back by undo. */
  forgetSteps() {
    this.history.forgetSteps();
    this.showState();
  }

  undo() {
    if (this.history.undo()) this.strokesChanged();
  }

  redo() {
    if (this.history.redo()) this.strokesChanged();
  }

  /**
   * Erase the strokes that the eraser touches on its way; what it erases without lifting comes back in one step.
   * @param {Point} from
   * @param {Point} to
   * @param {number} radius
   */
  erase(from, to, radius) {
    const { strokes } = this.history.present;
    const left = strokesLeft(strokes, from, to, radius);
    if (left.length === strokes.length) return;
    this.history.erase(left, this.eraser.contact, () => this.saver.begin());
    this.strokesChanged();
  }

  /** Undo, redo or the eraser has changed the drawing. */
  strokesChanged() {
    if (this.history.present.strokes.length === 0) this.canvas.empty();
    this.save();
    this.drawingChanged("undone");
  }

  /**
   * Put an older drawing on the pad, which can be drawn on; undo brings back what was there.
   * @param {Stroke[]} strokes
   */
  redraw(strokes) {
    const { element } = this.canvas;
    if (!element || this.busy) return;
    const fitted = fitStrokes(strokes, element.width, element.height);
    this.history.load(fitted.map((points) => ({ points, width: this.penWidth, pressures: null })));
    this.canvas.empty();
    this.drawingChanged("restored");
    element.scrollIntoView({ block: "nearest" });
    this.toolbar.focus();
  }

  /** @param {"cleared" | "replaced"} phase */
  clear(phase) {
    if (this.busy || this.strokes.length === 0) return;
    this.history.clear();
    this.canvas.empty();
    this.drawingChanged(phase);
  }

  destroy() {
    this.recorder.destroy();
    this.eraser.destroy();
    this.keep();
    this.saver.watch(() => {});
    this.canvas.destroy();
    this.stop.abort();
  }
}

/** @type {WeakMap<PadStroke[], Stroke[]>} */
const pointsByStrokes = new WeakMap();

/**
 * Return the points of strokes: the same array for the same strokes, as they are compared at each movement of the pen.
 * @param {PadStroke[]} strokes
 */
function pointsOf(strokes) {
  const points = pointsByStrokes.get(strokes) ?? strokes.map((stroke) => stroke.points);
  pointsByStrokes.set(strokes, points);
  return points;
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<PadData>} */ { parentElement, setStateValue }) =>
    new Pad(parentElement, setStateValue),
);
