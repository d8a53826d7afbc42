// One prediction in full, in a dialog: its drawing, the network's input, alternatives, and similar drawings.

import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { fetchExplanation, fetchRecord, fetchSimilar, fetchStrokes, imageUrl } from "./api_client.js";
import { rankTexts } from "./candidates.js";
import { Section, setTooltip } from "./controls.js";
import { DigitView } from "./digit_view.js";
import { Facts } from "./facts.js";
import { Replay } from "./replay.js";
import { SimilarDrawings } from "./similar.js";

/** @import { CorrectionResponse, Explanation, PredictionResponse } from "../shared/types.d.ts" */
/** @import { Stroke, Texts } from "../shared/types.d.ts" */
/** @import { ShownPrediction } from "./facts.js" */

const CANDIDATES_SHOWN = 4;
const SMALLEST_PROBABILITY = 0.0005; // candidates below it would be shown as 0%

/**
 * @typedef {Pick<PredictionResponse, "id" | "label" | "labelled_by" | "labelled_at">
 *   & { corrections?: CorrectionResponse[] }} LabelUpdate corrections: only if the server has saved the label
 */

/**
 * @typedef {object} DetailActions
 * @property {(id: string) => void} onDelete
 * @property {(step: -1 | 1) => void} onMove to the prediction before or after this one
 * @property {(id: string) => void} onOpen
 * @property {() => void} onClose
 * @property {(id: string) => string} href the URL of a prediction
 * @property {(key: string, item: PredictionResponse) => boolean} onKey returns whether the key did something
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
    this.digitView = new DigitView();
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
    const dialog = createElement("dialog", "", header, this.note, createElement("div", "parts", ...parts));
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
    if (!this.dialog.open) this.dialog.showModal();
    this.replay.stop();
    this.digitView.clear();
    this.showItem();
    const [recordRequest, strokesRequest] = [fetchRecord(id), fetchStrokes(id)];
    const [explanationRequest, similarRequest] = [fetchExplanation(id), fetchSimilar(id)];
    const [record, drawing] = await Promise.all([recordRequest, strokesRequest]);
    if (this.id !== id) return; // a different prediction was opened
    if (!record) {
      setText(this.note, this.texts.gone);
      return;
    }
    this.item = record;
    this.showItem();
    this.showDrawing(id, drawing?.strokes ?? []);
    const [explanation, similar] = await Promise.all([explanationRequest, similarRequest]);
    if (this.id !== id) return;
    this.explanation = explanation;
    this.showItem();
    this.similar.show(similar?.items ?? []);
  }

  /**
   * Show a new label if its prediction is the one that is shown.
   * @param {LabelUpdate} update
   */
  showLabel({ id, label, labelled_by, labelled_at, corrections }) {
    if (id !== this.id || !this.item) return;
    this.item = { ...this.item, label, labelled_by, labelled_at, corrections: corrections ?? this.item.corrections };
    this.facts.show(this.item, this.explanation);
  }

  showItem() {
    const { item, texts, explanation } = this;
    setText(this.heading, item ? fillIn(texts.one, { text: item.text || "–" }) : "…");
    this.digitView.show(item, explanation);
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
    if (this.id) this.actions.onDelete(this.id);
  }

  /** @param {KeyboardEvent} event */
  keyDown(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target instanceof HTMLInputElement) return;
    if (key === "ArrowLeft") this.actions.onMove(-1);
    else if (key === "ArrowRight") this.actions.onMove(1);
    else if (key === "Delete") this.deleteShown();
    else if (!this.item || !this.actions.onKey(key, this.item)) return;
    event.preventDefault();
    event.stopPropagation();
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
