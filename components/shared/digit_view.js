// One digit of a prediction: the network's input, the evidence for its value, the probability of each possibility.

import { Section } from "./controls.js";
import { createButton, createElement, fillIn, setText } from "./dom.js";
import { formatPercent } from "./format.js";
import { drawGlyph, HEAT } from "./glyph.js";
import { NOT_A_DIGIT, outcomeName, outcomeProbabilities } from "./probabilities.js";

/** @import { DigitExplanationResponse, DigitResponse, Explanation } from "./history_types.d.ts" */
/** @import { Texts } from "./types.d.ts" */
/** @import { PredictionResponse } from "./history_types.d.ts" */

export class DigitView {
  /** @param {() => void} onChoose a digit was chosen */
  constructor(onChoose) {
    this.onChoose = onChoose;
    /** @type {Texts} */
    this.texts = {};
    /** @type {DigitResponse[]} */
    this.digits = [];
    /** @type {Explanation | null} */
    this.explanation = null;
    this.index = 0; // index of the shown digit
    this.choice = createElement("div", "digit-choice");
    this.choice.setAttribute("role", "group");
    this.glyph = createGlyphCanvas();
    this.glyphCaption = createElement("figcaption");
    this.glyphFigure = createElement("figure", "", this.glyph, this.glyphCaption);
    this.todaysGlyph = createGlyphCanvas();
    this.heat = createGlyphCanvas();
    this.heatCaption = createElement("figcaption");
    const overlay = createElement("div", "overlay", this.todaysGlyph, this.heat);
    this.heatFigure = createElement("figure", "", overlay, this.heatCaption);
    this.figures = createElement(
      "section",
      "",
      this.choice,
      createElement("div", "figures", this.glyphFigure, this.heatFigure),
    );
    this.bars = createElement("ol", "bars");
    this.probabilities = new Section(this.bars);
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    this.probabilities.setHeading(texts.probabilities);
    this.choice.replaceChildren(); // created again in these texts
  }

  /** Forget the prediction; the next one's first digit is shown. */
  clear() {
    this.index = 0;
    this.choice.replaceChildren();
  }

  /**
   * @param {PredictionResponse | null} item null while it is not loaded
   * @param {Explanation | null} explanation null while it is not loaded
   */
  show(item, explanation) {
    Object.assign(this, { digits: item?.digits ?? [], explanation });
    this.figures.hidden = this.probabilities.root.hidden = this.digits.length === 0;
    if (this.digits.length) this.showDigit(this.index);
  }

  /** @param {number} index */
  showDigit(index) {
    this.index = index;
    const { digits } = this;
    this.choice.hidden = digits.length < 2;
    if (this.choice.children.length !== digits.length) this.createChoice();
    [...this.choice.children].forEach((button, other) => button.setAttribute("aria-pressed", String(other === index)));
    this.showBars(digits[index]);
    const { explanation } = this;
    this.showGlyph(explanation?.stored[index]);
    const sameDigits = explanation?.current.length === digits.length; // the current network may find other digits
    this.showHeat(sameDigits ? explanation.current[index] : undefined);
  }

  /**
   * Show another digit because a person wants to see or correct it.
   * @param {number} index
   */
  choose(index) {
    if (index < 0 || index >= this.digits.length) return;
    this.showDigit(index);
    this.onChoose();
  }

  createChoice() {
    const count = this.digits.length;
    const buttons = this.digits.map((digit, index) => {
      const name = digit.verdict === "not_a_digit" ? "?" : String(digit.value);
      const button = createButton("button", name, () => this.choose(index));
      button.setAttribute("aria-label", fillIn(this.texts.which, { index: index + 1, count }));
      return button;
    });
    this.choice.replaceChildren(...buttons);
  }

  /** @param {DigitExplanationResponse | undefined} stored */
  showGlyph(stored) {
    this.glyphFigure.hidden = !stored;
    if (!stored) return;
    setText(this.glyphCaption, this.texts.seen);
    this.glyph.setAttribute("aria-label", this.texts.seen);
    drawGlyph(this.glyph, stored.glyph);
  }

  /** @param {DigitExplanationResponse | undefined} today */
  showHeat(today) {
    this.heatFigure.hidden = !today;
    if (!today) return;
    const { heat } = today;
    this.heat.hidden = heat === null;
    const caption = heat === null ? this.texts.no_heat : fillIn(this.texts.heat, { value: today.value });
    setText(this.heatCaption, caption);
    this.heat.setAttribute("aria-label", caption);
    this.todaysGlyph.setAttribute("aria-label", this.texts.seen);
    drawGlyph(this.todaysGlyph, today.glyph);
    if (heat !== null) drawGlyph(this.heat, heat, HEAT);
  }

  /** @param {DigitResponse} digit */
  showBars(digit) {
    const first = digit.verdict === "not_a_digit" ? NOT_A_DIGIT : digit.value;
    const rows = outcomeProbabilities(digit).map((probability, outcome) => {
      const bar = createElement("i");
      bar.style.transform = `scaleX(${probability.toFixed(4)})`;
      const name = createElement("b", "", outcomeName(outcome));
      const percent = createElement("span", "", formatPercent(probability));
      const row = createElement("li", "", name, createElement("div", "track", bar), percent);
      if (outcome === NOT_A_DIGIT) row.append(createElement("small", "", this.texts.not_a_digit));
      row.classList.toggle("first", outcome === first);
      row.dataset.share = String(probability);
      return row;
    });
    this.bars.replaceChildren(...rows);
  }
}

function createGlyphCanvas() {
  const canvas = createElement("canvas", "glyph");
  canvas.setAttribute("role", "img");
  return canvas;
}
