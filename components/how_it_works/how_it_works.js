// The section "How does it work?": the steps from this drawing to its prediction.

import { CloseLook } from "../shared/close_look.js";
import { defineComponent } from "../shared/component.js";
import { createButton, createElement, fillIn, setHidden, setText } from "../shared/dom.js";
import { evidenceFor, fetchFeatureMaps, mostImportant, toLevels } from "../shared/feature_maps.js";
import { drawGlyph, drawLevels, HEAT } from "../shared/glyph.js";
import { NOT_A_DIGIT, shownOutcome } from "../shared/probabilities.js";
import { MapGrid } from "./map_grid.js";

/** @import { PredictedEvent, ShownDigit, Texts } from "../shared/types.d.ts" */
/** @import { FeatureMaps } from "../shared/feature_maps.js" */

const IMPORTANT_MAPS = 16; // of the last stage
const STAGE_STEPS = /** @type {const} */ (["lines", "corners", "parts", "shapes"]); // of all stages but the last

/**
 * @typedef {object} HowItWorksData from components/how_it_works/panel.py
 * @property {Texts} texts
 * @property {string} language
 */

class HowItWorks {
  /** @param {Node} root */
  constructor(root) {
    /** @type {Texts} */
    this.texts = {};
    /** @type {ShownDigit[]} those with a glyph */
    this.digits = [];
    this.index = 0; // of the digit that is explained
    /** @type {FeatureMaps | null} of that digit */
    this.maps = null;
    this.request = new AbortController();
    this.summary = createElement("summary");
    this.note = createElement("p", "note");
    this.steps = createElement("ol", "steps");
    this.tour = createElement("a", "button");
    this.inside = createElement("a", "button");
    const links = createElement("p", "links", this.tour, this.inside);
    this.details = createElement("details", "card", this.summary, this.note, this.steps, links);
    this.details.addEventListener("toggle", () => this.refresh());
    this.createSteps();
    root.appendChild(this.details);
    this.stop = new AbortController();
    document.addEventListener(
      "inkling:predicted",
      (event) => this.predicted(/** @type {CustomEvent<PredictedEvent>} */ (event).detail),
      { signal: this.stop.signal },
    );
  }

  createSteps() {
    this.choice = createElement("div", "segments");
    this.glyph = createElement("canvas", "glyph");
    this.grids = STAGE_STEPS.map((step) => new MapGrid((map) => this.lookAt(step, map)));
    this.importantGrid = new MapGrid((map) => this.lookAt("answer", map));
    this.heatGlyph = createElement("canvas", "glyph");
    this.heat = createElement("canvas", "glyph heat");
    /** @type {Record<string, { look: CloseLook, heading: HTMLElement, text: HTMLElement }>} */
    this.parts = {};
    this.addStep("segments", this.choice);
    this.addStep("normalized", this.glyph);
    for (const [index, step] of STAGE_STEPS.entries()) this.addStep(step, this.grids[index].node);
    this.addStep("answer", this.importantGrid.node);
    this.addStep("heat", createElement("div", "overlay", this.heatGlyph, this.heat));
  }

  /**
   * @param {string} name
   * @param {HTMLElement} figure
   */
  addStep(name, figure) {
    const heading = createElement("h3");
    const text = createElement("p");
    const look = new CloseLook();
    this.parts[name] = { heading, text, look };
    const body = createElement("div", "figure", figure, look.node);
    this.steps.append(createElement("li", "", heading, text, body));
  }

  /** @param {HowItWorksData} data */
  update({ texts, language }) {
    const isFirst = this.texts.heading === undefined;
    this.texts = texts;
    setText(this.summary, texts.heading);
    setText(this.tour, texts.tour);
    this.tour.href = `present?lang=${language}&scene=tour1`;
    setText(this.inside, texts.inside);
    this.inside.href = `present?lang=${language}&scene=inside`;
    for (const [name, { heading, text }] of Object.entries(this.parts)) {
      setText(heading, texts[`${name}_title`]);
      setText(text, texts[name]);
    }
    this.show();
    // Not before there are texts: the answer comes at once.
    if (isFirst) document.dispatchEvent(new Event("inkling:prediction-wanted"));
  }

  /** @param {PredictedEvent} detail */
  predicted({ prediction }) {
    this.digits = (prediction?.digits ?? []).filter(({ glyph }) => glyph);
    this.index = Math.min(this.index, Math.max(0, this.digits.length - 1));
    this.refresh();
  }

  /** @param {number} index */
  choose(index) {
    this.index = index;
    this.refresh();
  }

  /** Fetch what the network computes for the chosen digit, while somebody looks. */
  async refresh() {
    this.request.abort();
    this.maps = null;
    this.show();
    const glyph = this.digits[this.index]?.glyph;
    if (!this.details.open || !glyph) return;
    this.request = new AbortController();
    const { signal } = this.request;
    try {
      this.maps = await fetchFeatureMaps(glyph, signal);
      this.show();
    } catch {
      if (signal.aborted) return;
      setText(this.note, this.texts.failed);
      setHidden(this.note, false);
    }
  }

  show() {
    const { texts, digits, index } = this;
    const digit = digits[index];
    const isOther = this.maps !== null && !this.maps.isServed;
    setText(this.note, digit ? (isOther ? texts.other_model : "") : texts.empty);
    setHidden(this.note, Boolean(digit) && !isOther);
    setHidden(this.steps, !digit);
    if (!digit) return;
    this.showChoice();
    drawGlyph(this.glyph, digit.glyph ?? "");
    this.showMaps(digit);
  }

  showChoice() {
    const buttons = this.digits.map((digit, index) => {
      const canvas = createElement("canvas");
      drawGlyph(canvas, digit.glyph ?? "");
      const button = createButton("segment", "", () => this.choose(index));
      button.setAttribute("aria-pressed", String(index === this.index));
      const values = { index: index + 1, count: this.digits.length };
      button.setAttribute("aria-label", fillIn(this.texts.segment, values));
      button.append(canvas);
      return button;
    });
    this.choice.replaceChildren(...buttons);
  }

  /** @param {ShownDigit} digit */
  showMaps(digit) {
    const { maps, texts } = this;
    this.steps.toggleAttribute("data-loading", maps === null);
    for (const { look } of Object.values(this.parts)) look.clear();
    if (!maps) return;
    const output = shownOutcome(digit);
    const name = output === NOT_A_DIGIT ? texts.not_a_digit : String(output);
    for (const [stage, grid] of this.grids.entries()) {
      const order = maps.stages[stage].maps.map((_, map) => map);
      grid.show(maps.stages[stage], order, fillIn(texts.maps, { count: order.length }));
      grid.reset();
    }
    const important = mostImportant(maps, output, IMPORTANT_MAPS);
    this.importantGrid.show(
      maps.stages[STAGE_STEPS.length],
      important,
      fillIn(texts.maps, { count: important.length }),
    );
    this.importantGrid.reset();
    setText(this.parts.answer.text, fillIn(texts.answer, { name, count: important.length }));
    setText(this.parts.heat.text, fillIn(texts.heat, { name }));
    drawGlyph(this.heatGlyph, digit.glyph ?? "");
    drawLevels(this.heat, toLevels(evidenceFor(maps, output)), HEAT);
  }

  /**
   * Show one map over the drawing: where it responds.
   * @param {string} step
   * @param {number} map its index in the stage
   */
  lookAt(step, map) {
    const { maps, texts } = this;
    const digit = this.digits[this.index];
    if (!maps || !digit) return;
    const stage = step === "answer" ? STAGE_STEPS.length : STAGE_STEPS.indexOf(/** @type {any} */ (step));
    const { maps: all } = maps.stages[stage];
    const caption = fillIn(texts.map, { map: map + 1, count: all.length });
    this.parts[step].look.show(digit.glyph ?? "", all[map], `${caption} ${this.describe(stage, map, digit)}`);
  }

  /**
   * Return how strongly a map responds, and in the last stage what it adds.
   * @param {number} stage
   * @param {number} map
   * @param {ShownDigit} digit
   */
  describe(stage, map, digit) {
    const { maps, texts } = this;
    if (!maps) return "";
    const levels = maps.stages[stage].maps[map];
    if (levels.every((level) => level === 0)) return texts.silent;
    if (stage < STAGE_STEPS.length) return texts.responds;
    const output = shownOutcome(digit);
    const points = maps.contributions[output][map];
    const name = output === NOT_A_DIGIT ? texts.not_a_digit : String(output);
    return fillIn(texts.adds, { points: `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(2)}`, name });
  }

  destroy() {
    this.stop.abort();
    this.request.abort();
  }
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<HowItWorksData>} */ { parentElement }) =>
    new HowItWorks(parentElement),
);
