// One prediction in full, in a dialog: its drawing, the network's input, its probabilities, and its label.

import { ConflictList } from "./conflict_list.js";
import { Section, setTooltip } from "./controls.js";
import { DigitView } from "./digit_view.js";
import { createButton, createElement, fillIn, setText } from "./dom.js";
import { Facts } from "./facts.js";
import { isCharacter, keyOf, labelForKey } from "./keyboard.js";
import { LabelField, LabelKeys } from "./label_keys.js";
import { correctDigit, labelOfDigit } from "./labels.js";
import { createModal, openModal } from "./modal.js";
import { fetchExplanation, fetchRecord, fetchStrokes, imageUrl } from "./prediction_client.js";
import { Replay } from "./replay.js";

/**
 * @import {
 *   CorrectionResponse, Explanation, PredictionRecordResponse, PredictionResponse
 * } from "./history_types.d.ts"
 */
/** @import { Stroke, Texts } from "./types.d.ts" */
/** @import { ShownPrediction } from "./facts.js" */

/**
 * @typedef {Pick<PredictionResponse, "id" | "label" | "labelled_by" | "labelled_at">
 *   & { corrections?: CorrectionResponse[] }} LabelUpdate corrections: only if the server has saved the label
 */

/**
 * @typedef {object} DialogActions
 * @property {(item: PredictionResponse) => void} onDelete
 * @property {(step: -1 | 1) => void} onMove to the prediction before or after this one
 * @property {(step: -1 | 1) => boolean} canMove whether there is such a prediction
 * @property {() => void} onClose
 * @property {(label: string, item: PredictionResponse) => void} onLabel
 * @property {() => void} onUndo
 * @property {() => boolean} canUndo
 * @property {(ids: string[], choice: import("./conflict_list.js").Choice) => void} onChoose a label of two
 * @property {(record: PredictionRecordResponse, requestedAt: number) => PredictionRecordResponse} applyTo returns a
 *   record, requested at a time by performance.now(), with its unsaved label
 * @property {(item: PredictionResponse) => string} [refusal] returns why the item's label may not be changed; "" if
 *   it may
 */

/**
 * @typedef {object} DialogExtension what a page adds to the dialog
 * @property {HTMLElement[]} buttons in the header
 * @property {HTMLElement | null} tools below the header
 * @property {HTMLElement[]} sections shown once a prediction is known
 * @property {(texts: Texts) => void} setTexts
 * @property {(item: ShownPrediction | null) => void} show the prediction, which may not be loaded completely
 * @property {(id: string | null) => void} load what the extension has to load itself; null: nothing is open any longer
 * @property {(strokes: Stroke[]) => void} drawn the strokes are loaded; none for an image
 */

export class PredictionDialog {
  /**
   * @param {DialogActions} actions
   * @param {DialogExtension} extension
   * @param {AbortSignal} signal
   */
  constructor(actions, extension, signal) {
    this.actions = actions;
    this.extension = extension;
    /** @type {Texts} */
    this.texts = {};
    /** @type {string | null} of the prediction that is shown */
    this.id = null;
    /** @type {ShownPrediction | null} null while it is not loaded */
    this.item = null;
    /** @type {Explanation | null} null while it is not loaded */
    this.explanation = null;
    this.heading = createElement("h1");
    this.previousButton = createButton("button step", "‹", () => actions.onMove(-1));
    this.nextButton = createButton("button step", "›", () => actions.onMove(1));
    this.deleteButton = createButton("button delete", "", () => this.deleteShown());
    this.closeButton = createButton("button close", "×", () => this.dialog.close());
    this.note = createElement("p", "note");
    this.note.setAttribute("role", "status");
    this.replay = new Replay();
    this.image = createElement("img", "picture");
    this.image.alt = "";
    this.drawing = new Section(this.replay.root, this.image);
    this.digitView = new DigitView(() => this.showCorrection());
    this.conflicts = new ConflictList({ onChoose: actions.onChoose });
    this.correctionHeading = createElement("p", "correction-heading");
    this.correctionHeading.setAttribute("role", "status");
    this.keys = new LabelKeys({
      onLabel: (label) => this.labelDigit(label),
      onConfirm: () => this.item && this.label(this.item.text),
    });
    this.labelField = new LabelField({
      onLabel: (label) => this.label(label),
      onLeave: () => this.dialog.focus(),
      onInvalid: (message) => this.setNote(message),
    });
    this.undoButton = createButton("button", "", () => actions.onUndo());
    const tools = createElement("div", "tools", this.labelField.input, this.undoButton);
    this.correction = createElement("footer", "correction", this.correctionHeading, this.keys.root, tools);
    this.facts = new Facts();
    this.dialog = this.createDialog();
    // The element that had the focus may have been replaced: then keys go to the document.
    const isLost = (/** @type {Event} */ event) => this.open && !event.composedPath().includes(this.dialog);
    window.addEventListener("keydown", (event) => isLost(event) && this.keyDown(event), { signal });
    signal.addEventListener("abort", () => this.replay.stop());
  }

  createDialog() {
    const { extension } = this;
    const buttons = [this.previousButton, this.nextButton, ...extension.buttons, this.deleteButton, this.closeButton];
    const parts = [
      this.drawing.root,
      this.digitView.figures,
      this.digitView.probabilities.root,
      this.facts.section.root,
      this.facts.corrections.root,
      ...extension.sections,
    ];
    const header = createElement("header", "", this.heading, ...buttons);
    const content = createElement("div", "parts", ...parts);
    const above = [header, this.note, ...(extension.tools ? [extension.tools] : []), this.conflicts.root];
    const dialog = createModal("prediction", ...above, content, this.correction);
    dialog.tabIndex = -1;
    dialog.addEventListener("close", () => this.closed());
    dialog.addEventListener("keydown", (event) => this.keyDown(event));
    return dialog;
  }

  /**
   * @param {Texts} texts
   * @param {Intl.DateTimeFormat} timeFormat
   */
  setTexts(texts, timeFormat) {
    this.texts = texts;
    for (const part of [this.replay, this.digitView, this.keys, this.labelField, this.extension]) part.setTexts(texts);
    this.facts.setTexts(texts, timeFormat);
    this.conflicts.setTexts(texts, timeFormat);
    setText(this.undoButton, texts.undo);
    this.undoButton.title = texts.undo_key;
    setTooltip(this.previousButton, texts.previous);
    setTooltip(this.nextButton, texts.next);
    setTooltip(this.closeButton, texts.close);
    setText(this.deleteButton, texts.delete);
    if (this.dialog.open && this.item) this.showItem();
  }

  get open() {
    return this.dialog.open;
  }

  /** @param {string} message "" for none */
  setNote(message) {
    setText(this.note, message);
  }

  /**
   * Load and show a prediction.
   * @param {string} id
   * @param {PredictionResponse | undefined} known shown until it is loaded
   */
  async show(id, known) {
    this.id = id;
    this.item = known ?? null;
    this.explanation = null;
    this.setNote("");
    this.labelField.input.value = "";
    if (!this.dialog.open) {
      openModal(this.dialog);
      this.dialog.focus(); // and not its first button, which would look chosen
    }
    this.replay.stop();
    this.digitView.clear();
    this.showItem();
    const requestedAt = performance.now();
    const [recordRequest, strokesRequest, explanationRequest] = [
      fetchRecord(id),
      fetchStrokes(id),
      fetchExplanation(id),
    ];
    this.extension.load(id);
    const [record, drawing] = await Promise.all([recordRequest, strokesRequest]);
    if (this.id !== id) return; // a different prediction was opened
    if (!record || record === "gone") {
      this.setNote(record ? this.texts.gone : this.texts.not_loaded);
      this.extension.load(null);
      return;
    }
    this.item = this.actions.applyTo(record, requestedAt);
    this.showItem();
    this.showDrawing(id, drawing?.strokes ?? []);
    const explanation = await explanationRequest;
    if (this.id !== id) return;
    this.explanation = explanation;
    this.showItem();
  }

  /**
   * Show a new label if its prediction is the one that is shown.
   * @param {LabelUpdate} update
   */
  showLabel({ id, label, labelled_by, labelled_at, corrections }) {
    if (id !== this.id || !this.item) return;
    this.item = { ...this.item, label, labelled_by, labelled_at, corrections: corrections ?? this.item.corrections };
    this.facts.show(this.item, this.explanation);
    this.showCorrection();
  }

  /** Show which digit a key corrects, and the label so far, or why it may not be corrected. */
  showCorrection() {
    const { item, texts } = this;
    this.correction.hidden = !item;
    if (!item) return;
    const count = item.digits.length;
    const which = count > 1 ? fillIn(texts.correct_digit, { index: this.digitView.index + 1, count }) : texts.correct;
    const label = item.label === null ? texts.fact_no_label : item.label === "?" ? texts.not_a_digit : item.label;
    const refusal = this.actions.refusal?.(item) ?? "";
    setText(this.correctionHeading, `${refusal || which} ${fillIn(texts.correct_label, { label })}`);
    this.keys.setDisabled(refusal !== "");
    this.labelField.input.disabled = refusal !== "";
    if (item.text === "") this.keys.confirmButton.disabled = true;
    this.keys.setPressed(labelOfDigit(item, this.digitView.index));
  }

  /** Enable only what does something: the steps to other predictions, and undo. */
  showActions() {
    const { actions } = this;
    if (!this.dialog.open) return;
    this.previousButton.disabled = !actions.canMove(-1);
    this.nextButton.disabled = !actions.canMove(1);
    this.undoButton.disabled = !actions.canUndo();
    // A disabled button would swallow the keys.
    const buttons = [this.previousButton, this.nextButton, this.undoButton];
    if (buttons.some((button) => button.disabled && button.matches(":focus"))) this.dialog.focus();
  }

  /**
   * Show the conflict of the prediction that is shown.
   * @param {ReadonlyMap<string, import("./correction_queue.js").Conflict>} conflicts by id
   */
  showConflicts(conflicts) {
    const conflict = this.id ? conflicts.get(this.id) : undefined;
    this.conflicts.show(this.id && conflict ? [[this.id, conflict]] : []);
  }

  /** @param {string} label of the whole prediction */
  label(label) {
    if (this.item && !this.actions.refusal?.(this.item)) this.actions.onLabel(label, this.item);
  }

  /** @param {string} label of the chosen digit */
  labelDigit(label) {
    if (this.item) this.label(correctDigit(this.item, this.digitView.index, label));
  }

  showItem() {
    const { item, texts, explanation, extension } = this;
    const title = item ? fillIn(texts.one, { text: item.text || "–" }) : "…";
    setText(this.heading, title);
    this.dialog.setAttribute("aria-label", title);
    this.digitView.show(item, explanation);
    this.showCorrection();
    this.showActions();
    const { section, corrections } = this.facts;
    for (const root of [this.drawing.root, section.root, corrections.root, ...extension.sections]) root.hidden = !item;
    extension.show(item);
    if (item) this.facts.show(item, explanation);
  }

  /**
   * @param {string} id
   * @param {Stroke[]} strokes empty for an image
   */
  showDrawing(id, strokes) {
    const drawn = strokes.length > 0;
    this.drawing.setHeading(drawn ? this.texts.pen : this.texts.image);
    this.replay.root.hidden = !drawn;
    this.image.hidden = drawn;
    this.image.src = imageUrl(id);
    if (drawn) this.replay.load(strokes);
    this.extension.drawn(strokes);
  }

  deleteShown() {
    if (this.item) this.actions.onDelete(this.item);
  }

  /** @param {KeyboardEvent} event */
  keyDown(event) {
    if (event.isComposing || event.target instanceof HTMLInputElement) return;
    const key = keyOf(event);
    if (event.altKey || ((event.ctrlKey || event.metaKey) && key !== "z")) return;
    if (!this.runKey(key, event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * Run what a key does; return whether it did something.
   * @param {string} key
   * @param {KeyboardEvent} event
   */
  runKey(key, { ctrlKey, metaKey, shiftKey, repeat }) {
    const step = key === "ArrowLeft" ? -1 : key === "ArrowRight" ? 1 : 0;
    if (ctrlKey || metaKey) this.actions.onUndo();
    else if (step && shiftKey) this.digitView.choose(this.digitView.index + step);
    else if (step) this.actions.onMove(step);
    else if (key === "Delete" || key === "Backspace") this.deleteShown();
    else if (key === "e") this.labelField.startTyping("");
    else if (!this.item || repeat) return false;
    else return this.runLabelKey(key, this.item);
    return true;
  }

  /**
   * @param {string} key
   * @param {PredictionResponse} item
   */
  runLabelKey(key, item) {
    const label = labelForKey(key, item);
    if (key === "u") this.actions.onUndo();
    else if (label === null) {
      if (isCharacter(key)) this.setNote(fillIn(this.texts.unknown_key, { key }));
      return false;
    } else if (key === "y") this.label(label);
    else this.labelDigit(label);
    return true;
  }

  hide() {
    if (this.dialog.open) this.dialog.close();
  }

  closed() {
    this.id = null;
    this.replay.stop();
    this.extension.load(null);
    this.actions.onClose();
  }
}
