// Shows a prediction: its text, the confidence, a bar for each digit and one for "not a digit" or, for a number,
// a row for each of its symbols, and the glyph that the network sees.

import { describeConfidence } from "../shared/confidence.js";
import { createElement, fillIn, setHidden, setText } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { drawGlyph } from "../shared/glyph.js";
import { NOT_A_DIGIT, OUTCOMES, outcomeName, outcomeProbabilities } from "../shared/probabilities.js";

/** @import { ShownDigit, ShownPrediction, Texts, Verdict } from "../shared/types.d.ts" */

/** @typedef {ReturnType<typeof createRow>} Row */

export class PredictionBars {
  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    /** @type {Texts} */
    this.texts = {};
    this.blankImage = false;
    this.heading = createElement("h2");
    this.origin = createElement("span", "origin");
    this.text = createElement("div", "text");
    this.text.setAttribute("aria-hidden", "true");
    this.confidence = createElement("p", "sure");
    this.note = createElement("p", "note");
    this.image = createElement("img", "picture");
    this.image.alt = "";
    this.glyph = createElement("canvas", "glyph");
    this.glyph.setAttribute("role", "img");
    this.glyphCaption = createElement("figcaption");
    this.glyphFigure = createElement("figure", "seen", this.glyph, this.glyphCaption);
    const sentences = createElement("div", "summary-text", this.confidence, this.note);
    this.summary = createElement("div", "hero", this.text, sentences, this.glyphFigure, this.image);
    this.barsHeading = createElement("h2");
    this.bars = OUTCOMES.map(createBar);
    this.barList = createElement("ul", "bars", ...this.bars.map(({ item }) => item));
    /** @type {Row[]} */
    this.rows = [];
    this.rowList = createElement("ul", "rows");
    this.announcement = createElement("div", "visually-hidden");
    this.announcement.setAttribute("aria-live", "polite");
    this.error = createElement("p", "error");
    this.error.setAttribute("role", "alert");
    this.error.hidden = true;
    this.connectionNote = createElement("p", "sign");
    this.connectionNote.setAttribute("role", "status");
    const header = createElement("header", "", this.heading, this.origin);
    const parts = [header, this.error, this.summary, this.barsHeading, this.barList, this.rowList, this.connectionNote];
    this.panel = createElement("section", "panel card", ...parts);
    root.append(this.panel, this.announcement);
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    setText(this.heading, texts.heading);
    setText(this.barsHeading, texts.probabilities);
    setText(this.bars[NOT_A_DIGIT].note, texts.not_a_digit);
    setText(this.glyphCaption, texts.glyph);
    this.glyph.setAttribute("aria-label", texts.glyph);
  }

  /**
   * Show a prediction; null is an empty pad, or one whose prediction waits for the connection.
   *
   * eased: animate the bars. Those that follow the pen need no easing, and each of its frames would delay
   * the bars of other pages on the same machine.
   * @param {ShownPrediction | null} prediction
   * @param {{ blankImage: boolean, eased: boolean, waiting: boolean }} options
   */
  show(prediction, { blankImage, eased, waiting }) {
    this.panel.toggleAttribute("data-eased", eased);
    this.blankImage = blankImage;
    const digits = prediction?.digits ?? [];
    const { texts } = this;
    const single = digits.length <= 1;
    const text = prediction?.text || "–";
    const longestLine = Math.max(...text.split("\n").map((line) => line.length));
    setText(this.text, text);
    this.text.dataset.length = String(Math.min(9, longestLine)); // the style sheet's font sizes
    this.text.dataset.verdict = digits.length ? worstVerdict(digits) : "none";
    let sentences = [texts.empty, texts.empty_more];
    if (digits.length) sentences = describeConfidence(digits, texts);
    else if (blankImage) sentences = [texts.blank, texts.blank_more];
    else if (waiting) sentences = [texts.waiting, texts.link_lost];
    const hasOnlyError = !this.error.hidden && !prediction && !waiting; // it says why there is nothing to see
    setHidden(this.summary, hasOnlyError);
    const [confidence, note] = sentences;
    setText(this.confidence, confidence);
    setText(this.note, note);
    setHidden(this.barList, !single);
    setHidden(this.rowList, single);
    setHidden(this.glyphFigure, !single || !digits.at(0)?.glyph);
    if (single) this.showBars(digits.at(0));
    else this.showRows(digits);
  }

  /** @param {ShownDigit | undefined} digit */
  showBars(digit) {
    const probabilities = digit ? outcomeProbabilities(digit) : OUTCOMES.map(() => 0);
    const first = digit && shownOutcome(digit);
    for (const [outcome, { item, length, percent }] of this.bars.entries()) {
      const probability = probabilities[outcome];
      length.style.transform = `scaleX(${probability.toFixed(4)})`;
      setText(percent, digit ? formatPercent(probability) : "");
      item.dataset.share = digit ? String(probability) : "";
      item.classList.toggle("first", outcome === first);
    }
    if (digit?.glyph) drawGlyph(this.glyph, digit.glyph);
  }

  /** @param {ShownDigit[]} digits */
  showRows(digits) {
    while (this.rows.length < digits.length) this.rows.push(createRow());
    const shown = this.rows.slice(0, digits.length);
    this.rowList.replaceChildren(...shown.map(({ item }) => item));
    for (const [index, digit] of digits.entries()) this.showRow(shown[index], digit, index, digits.length);
  }

  /**
   * @param {Row} row
   * @param {ShownDigit} digit
   * @param {number} index
   * @param {number} count
   */
  showRow(row, digit, index, count) {
    const notDigit = digit.verdict === "not_a_digit";
    const percent = formatPercent(digit.confidence);
    const label = notDigit ? this.texts.symbol_row : this.texts.digit_row;
    row.item.dataset.verdict = digit.verdict;
    row.item.setAttribute("aria-label", fillIn(label, { index: index + 1, count, value: digit.value, percent }));
    setText(row.value, notDigit ? "?" : String(digit.value));
    setText(row.percent, notDigit ? "–" : percent);
    const probabilities = outcomeProbabilities(digit);
    for (const [outcome, { column, height }] of row.columns.entries()) {
      height.style.transform = `scaleY(${probabilities[outcome].toFixed(4)})`;
      column.classList.toggle("first", outcome === shownOutcome(digit));
    }
    row.glyph.style.visibility = digit.glyph ? "" : "hidden";
    if (digit.glyph) drawGlyph(row.glyph, digit.glyph);
  }

  /**
   * Announce the prediction to screen readers.
   * @param {ShownPrediction | null} prediction
   */
  announce(prediction) {
    const digits = prediction?.digits ?? [];
    const { texts } = this;
    let sentence = this.blankImage ? texts.blank : texts.announce_nothing;
    if (prediction && digits.length) {
      sentence = describeConfidence(digits, texts).filter(Boolean).join(" ");
      const hasText = digits.length > 1 || digits[0].verdict === "digit";
      if (hasText) sentence = fillIn(texts.announce, { text: prediction.text, sentence });
    }
    this.announcement.textContent = sentence; // a new text node: some readers miss a changed one
  }
}

/**
 * Return the outcome that is shown as the answer.
 * @param {ShownDigit} digit
 */
const shownOutcome = ({ value, verdict }) => (verdict === "not_a_digit" ? NOT_A_DIGIT : value);

/** @param {number} outcome */
function createBar(outcome) {
  const length = createElement("i");
  const percent = createElement("span");
  const track = createElement("div", "track", length);
  const note = createElement("small");
  const item = createElement("li", "", createElement("b", "", outcomeName(outcome)), track, percent);
  if (outcome === NOT_A_DIGIT) item.append(note);
  return { item, length, percent, note };
}

function createRow() {
  const glyph = createElement("canvas", "glyph");
  const value = createElement("b");
  const columns = OUTCOMES.map((outcome) => {
    const height = createElement("i");
    const label = createElement("small", "", outcomeName(outcome));
    return { height, column: createElement("div", "", createElement("span", "", height), label) };
  });
  const chart = createElement("div", "columns", ...columns.map(({ column }) => column));
  chart.setAttribute("aria-hidden", "true");
  const percent = createElement("span", "percent");
  return { item: createElement("li", "", glyph, value, chart, percent), glyph, value, columns, percent };
}

/** @type {Verdict[]} */
const WORST_FIRST = ["not_a_digit", "unsure", "digit"];

/** @param {ShownDigit[]} digits */
const worstVerdict = (digits) =>
  WORST_FIRST.find((verdict) => digits.some((digit) => digit.verdict === verdict)) ?? "digit";
