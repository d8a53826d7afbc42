// What is known about a prediction, and every label it was given.

import { formatConfidence } from "./confidence.js";
import { Section } from "./controls.js";
import { createElement, fillIn } from "./dom.js";

/** @import { Texts } from "./types.d.ts" */
/** @import { CorrectionResponse, Explanation, PredictionResponse } from "./history_types.d.ts" */

/** @typedef {PredictionResponse & { corrections?: CorrectionResponse[] }} ShownPrediction */

export class Facts {
  constructor() {
    /** @type {Texts} */
    this.texts = {};
    this.timeFormat = new Intl.DateTimeFormat();
    this.list = createElement("dl");
    this.section = new Section(this.list);
    this.labels = createElement("ol", "said");
    this.corrections = new Section(this.labels);
  }

  /**
   * @param {Texts} texts
   * @param {Intl.DateTimeFormat} timeFormat
   */
  setTexts(texts, timeFormat) {
    Object.assign(this, { texts, timeFormat });
    this.section.setHeading(texts.facts);
    this.corrections.setHeading(texts.corrections);
  }

  /**
   * @param {ShownPrediction} item
   * @param {Explanation | null} explanation
   */
  show(item, explanation) {
    const { texts } = this;
    const facts = [
      [texts.fact_time, this.formatTime(item.created)],
      [texts.fact_source, texts[item.source]],
      [texts.fact_model, item.model],
      [texts.fact_sure, this.confidence(item)],
      [texts.fact_label, this.currentLabel(item)],
    ];
    if (explanation) facts.push(["", this.explanationSentence(item, explanation)]);
    this.list.replaceChildren(
      ...facts.flatMap(([name, value]) => [createElement("dt", "", name), createElement("dd", "", value)]),
    );
    this.showCorrections(item.corrections ?? []);
  }

  /**
   * Return the confidence in what is taken for digits, and the verdict.
   * @param {PredictionResponse} item
   */
  confidence({ digits, verdict }) {
    const percent = formatConfidence(digits);
    if (digits.length === 0) return "–";
    if (percent === "") return this.texts.verdict_not_a_digit;
    return `${percent}, ${this.texts[verdict === "not_a_digit" ? "verdict_some" : `verdict_${verdict}`]}`;
  }

  /** @param {CorrectionResponse[]} corrections the oldest first */
  showCorrections(corrections) {
    this.corrections.root.hidden = corrections.length === 0;
    const sentences = corrections.map((correction) => this.labelSentence(correction));
    this.labels.replaceChildren(...sentences.reverse().map((sentence) => createElement("li", "", sentence)));
  }

  /**
   * Return whether today's network predicts the same.
   * @param {PredictionResponse} item
   * @param {Explanation} explanation
   */
  explanationSentence(item, { model, text }) {
    const { texts } = this;
    return text === item.text ? texts.today_same : fillIn(texts.today, { model, text: text || "–" });
  }

  /** @param {PredictionResponse} item */
  currentLabel({ label, labelled_by, labelled_at }) {
    if (label === null) return this.texts.fact_no_label;
    return this.labelSentence({ text: label, by: labelled_by, at: labelled_at });
  }

  /**
   * Return a label with who gave it and when, if these are known.
   * @param {{ text: string | null, by: string | null, at: string | null }} label
   */
  labelSentence({ text, by, at }) {
    const { texts } = this;
    const label = text === null ? texts.label_removed : text === "?" ? texts.not_a_digit : text;
    if (!at) return label;
    return fillIn(by ? texts.labelled_by : texts.labelled, { label, name: by, time: this.formatTime(at) });
  }

  /** @param {string} time ISO 8601 */
  formatTime(time) {
    return this.timeFormat.format(new Date(time));
  }
}
