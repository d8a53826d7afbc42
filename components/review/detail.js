// One prediction in full, in a dialog: its drawing, the network's input, alternatives, and similar drawings.

import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { fetchExplanation, fetchRecord, fetchSimilar, fetchStrokes, imageUrl } from "./api_client.js";
import { rankTexts } from "./candidates.js";
import { ConflictList } from "./conflict_list.js";
import { Section, setTooltip } from "./controls.js";
import { DigitView } from "./digit_view.js";
import { Facts } from "./facts.js";
import { isCharacter, keyOf } from "./keyboard.js";
import { LabelField, LabelKeys } from "./label_keys.js";
import { Replay } from "./replay.js";
import { SimilarDrawings } from "./similar.js";

/** @import { CorrectionResponse, Explanation, PredictionRecordResponse, PredictionResponse } from "../shared/types.d.ts" */
/** @import { SimilarListResponse, Stroke, Texts } from "../shared/types.d.ts" */
/** @import { ShownPrediction } from "./facts.js" */

const RETRY_PAUSE = 2000; // ms
const CANDIDATES_SHOWN = 4;
const SMALLEST_PROBABILITY = 0.0005; // candidates below it would be shown as 0%

/**
 * @typedef {Pick<PredictionResponse, "id" | "label" | "labelled_by" | "labelled_at">
 *   & { corrections?: CorrectionResponse[] }} LabelUpdate corrections: only if the server has saved the label
 */

/**
 * @typedef {object} DetailActions
 * @property {(item: PredictionResponse) => void} onDelete
 * @property {(step: -1 | 1) => void} onMove to the prediction before or after this one
 * @property {(id: string) => void} onOpen
 * @property {() => void} onClose
 * @property {(id: string) => string} href the URL of a prediction
 * @property {(key: string, item: PredictionResponse, index: number) => boolean} onKey returns whether the key did
 *   something; index: of the chosen digit
 * @property {(label: string, item: PredictionResponse) => void} onLabel the whole label was typed
 * @property {() => void} onUndo
 * @property {(ids: string[], choice: import("./conflict_list.js").Choice) => void} onChoose a label of two
 * @property {(record: PredictionRecordResponse, requestedAt: number) => PredictionRecordResponse} applyTo returns a
 *   record, requested at a time by performance.now(), with its unsaved label
 */

export class DetailDialog {
  /** @param {DetailActions} actions */
  constructor(actions) {
    this.actions = actions;
    /** @type {Texts} */
    this.texts = {};
    /** @type {string | null} of the prediction that is shown */
    this.id = null;
    /** @type {ShownPrediction | null} null while it is not loaded */
    this.item = null;
    /** @type {Explanation | null} null while it is not loaded */
    this.explanation = null;
    this.heading = createElement("h1");
    this.previousButton = createButton("button", "‹", () => actions.onMove(-1));
    this.nextButton = createButton("button", "›", () => actions.onMove(1));
    this.copyButton = createButton("button", "", () => this.copyLink());
    this.deleteButton = createButton("button", "", () => this.deleteShown());
    this.closeButton = createButton("button", "×", () => this.dialog.close());
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
      onLabel: (label) => this.label(label === "?" ? "x" : label),
      onConfirm: () => this.label("y"),
    });
    this.labelField = new LabelField({
      onLabel: (label) => this.item && actions.onLabel(label, this.item),
      onLeave: () => this.dialog.focus(),
      onInvalid: (message) => setText(this.note, message),
    });
    this.undoButton = createButton("button", "", () => actions.onUndo());
    const tools = createElement("div", "tools", this.labelField.input, this.undoButton);
    this.correction = createElement("footer", "correction", this.correctionHeading, this.keys.root, tools);
    this.facts = new Facts();
    this.candidateList = createElement("ol", "candidates");
    this.candidates = new Section(this.candidateList);
    this.similar = new SimilarDrawings(actions);
    this.dialog = this.createDialog();
  }

  createDialog() {
    const buttons = [this.previousButton, this.nextButton, this.copyButton, this.deleteButton, this.closeButton];
    const parts = [
      this.drawing.root,
      this.digitView.figures,
      this.digitView.probabilities.root,
      this.facts.section.root,
      this.candidates.root,
      this.facts.corrections.root,
      this.similar.section.root,
    ];
    const header = createElement("header", "", this.heading, ...buttons);
    const content = createElement("div", "parts", ...parts);
    const dialog = createElement("dialog", "", header, this.note, this.conflicts.root, content, this.correction);
    dialog.tabIndex = -1;
    dialog.addEventListener("close", () => this.closed());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close(); // on the backdrop
    });
    dialog.addEventListener("keydown", (event) => this.keyDown(event));
    return dialog;
  }

  /**
   * @param {Texts} texts
   * @param {Intl.DateTimeFormat} timeFormat
   */
  setTexts(texts, timeFormat) {
    this.texts = texts;
    this.replay.setTexts(texts);
    this.digitView.setTexts(texts);
    this.facts.setTexts(texts, timeFormat);
    this.similar.setTexts(texts);
    this.conflicts.setTexts(texts, timeFormat);
    this.keys.setTexts(texts);
    this.labelField.setTexts(texts);
    setText(this.undoButton, texts.undo);
    this.undoButton.title = texts.undo_key;
    this.candidates.setHeading(texts.candidates);
    setTooltip(this.previousButton, texts.previous);
    setTooltip(this.nextButton, texts.next);
    setTooltip(this.closeButton, texts.close);
    setText(this.copyButton, texts.copy);
    setText(this.deleteButton, texts.delete);
    if (this.dialog.open && this.item) this.showItem();
  }

  get open() {
    return this.dialog.open;
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
    setText(this.note, "");
    this.labelField.input.value = "";
    if (!this.dialog.open) this.dialog.showModal();
    this.replay.stop();
    this.digitView.clear();
    this.showItem();
    const requestedAt = performance.now();
    const [recordRequest, strokesRequest] = [fetchRecord(id), fetchStrokes(id)];
    const [explanationRequest, similarRequest] = [fetchExplanation(id), fetchSimilar(id)];
    const [record, drawing] = await Promise.all([recordRequest, strokesRequest]);
    if (this.id !== id) return; // a different prediction was opened
    if (!record || record === "gone") {
      setText(this.note, record ? this.texts.gone : this.texts.not_loaded);
      return;
    }
    this.item = this.actions.applyTo(record, requestedAt);
    this.showItem();
    this.showDrawing(id, drawing?.strokes ?? []);
    const explanation = await explanationRequest;
    if (this.id !== id) return;
    this.explanation = explanation;
    this.showItem();
    this.showSimilar(id, await similarRequest);
  }

  /**
   * Show the most similar drawings; load them again while the history is busy.
   * @param {string} id
   * @param {SimilarListResponse | null} similar null: they could not be loaded
   */
  async showSimilar(id, similar) {
    if (this.id !== id) return;
    this.similar.show(similar?.items ?? null);
    if (similar) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE));
    if (this.id === id) this.showSimilar(id, await fetchSimilar(id));
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

  /** Show which digit a key corrects, and the label so far. */
  showCorrection() {
    const { item, texts } = this;
    this.correction.hidden = !item;
    if (!item) return;
    const count = item.digits.length;
    const which = count > 1 ? fillIn(texts.correct_digit, { index: this.digitView.index + 1, count }) : texts.correct;
    const label = item.label === null ? texts.fact_no_label : item.label === "?" ? texts.not_a_digit : item.label;
    setText(this.correctionHeading, `${which} ${fillIn(texts.correct_label, { label })}`);
    this.keys.confirmButton.disabled = item.text === "";
  }

  /**
   * Show the conflict of the prediction that is shown.
   * @param {ReadonlyMap<string, import("./correction_queue.js").Conflict>} conflicts by id
   */
  showConflicts(conflicts) {
    const conflict = this.id ? conflicts.get(this.id) : undefined;
    this.conflicts.show(this.id && conflict ? [[this.id, conflict]] : []);
  }

  /** @param {string} key as LabelKeys has a button for it */
  label(key) {
    if (this.item) this.actions.onKey(key, this.item, this.digitView.index);
  }

  showItem() {
    const { item, texts, explanation } = this;
    setText(this.heading, item ? fillIn(texts.one, { text: item.text || "–" }) : "…");
    this.digitView.show(item, explanation);
    this.showCorrection();
    const sections = [this.drawing, this.facts.section, this.facts.corrections, this.candidates, this.similar.section];
    for (const section of sections) section.root.hidden = !item;
    if (!item) return;
    this.facts.show(item, explanation);
    this.showCandidates(item);
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
  }

  /** @param {PredictionResponse} item */
  showCandidates(item) {
    const others = rankTexts(item.digits).filter(
      ({ text, probability }) => text !== "" && text !== item.text && probability >= SMALLEST_PROBABILITY,
    );
    this.candidates.root.hidden = others.length === 0;
    const rows = others
      .slice(0, CANDIDATES_SHOWN)
      .map(({ text, probability }) =>
        createElement("li", "", createElement("b", "", text), createElement("span", "", formatPercent(probability))),
      );
    this.candidateList.replaceChildren(...rows);
  }

  async copyLink() {
    if (!this.id) return;
    try {
      await navigator.clipboard.writeText(new URL(this.actions.href(this.id), window.location.href).href);
      setText(this.note, this.texts.copied);
    } catch {
      setText(this.note, this.texts.copy_failed); // forbidden, or no secure context
    }
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
    else if (!this.actions.onKey(key, this.item, this.digitView.index)) {
      if (isCharacter(key)) setText(this.note, fillIn(this.texts.unknown_key, { key }));
      return false;
    }
    return true;
  }

  hide() {
    if (this.dialog.open) this.dialog.close();
  }

  closed() {
    this.id = null;
    this.replay.stop();
    this.actions.onClose();
  }

  destroy() {
    this.replay.stop();
  }
}
