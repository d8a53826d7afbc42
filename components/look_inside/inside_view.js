// Inside the network: its input, the feature maps of each stage, their averages, and the eleven outputs.

import { CloseLook } from "../shared/close_look.js";
import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { fetchFeatureMaps } from "../shared/feature_maps.js";
import { formatPercent } from "../shared/format.js";
import { encodeBytes, GRAYSCALE } from "../shared/glyph.js";
import { NewestWins } from "../shared/newest_wins.js";
import { NOT_A_DIGIT, OUTCOMES, outcomeName } from "../shared/probabilities.js";
import { ContributionLines } from "./contribution_lines.js";
import { CoveredGlyph } from "./covered_glyph.js";
import { MapSheet } from "./map_sheet.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { FeatureMaps } from "../shared/feature_maps.js" */

/** The stages of the network, with the number of columns in which their maps are shown. */
const STAGES = /** @type {const} */ ([
  ["lines", 4],
  ["corners", 4],
  ["parts", 6],
  ["shapes", 6],
  ["whole", 4],
]);
const TIMEOUT = 4000; // ms without an answer, after which a request counts as lost

export class InsideView {
  constructor() {
    /** @type {Texts} */
    this.texts = {};
    /** @type {FeatureMaps | null} of what is shown */
    this.maps = null;
    /** @type {number | null} output whose lines are shown; null: the likeliest */
    this.chosen = null;
    /** @type {number | null} output that has the pointer */
    this.previewed = null;
    /** @type {{ stage: number, map: number } | null} the map that is looked at */
    this.looked = null;
    this.feed = new NewestWins(
      (/** @type {string} */ glyph) => fetchFeatureMaps(glyph, AbortSignal.timeout(TIMEOUT)),
      (maps) => this.showMaps(maps),
      (failed) => this.setFailed(failed),
    );
    this.input = new CoveredGlyph(() => this.request());
    this.sheets = STAGES.map(([, columns], stage) => new MapSheet(columns, (map) => this.lookAt(stage, map)));
    this.averages = createElement("canvas", "averages");
    this.averages.setAttribute("aria-hidden", "true");
    this.lines = new ContributionLines();
    this.outputs = OUTCOMES.map((outcome) => this.createOutput(outcome));
    this.outputCaption = createElement("figcaption");
    this.averageCaption = createElement("figcaption");
    this.look = new CloseLook();
    this.note = createElement("p", "inside-note");
    this.note.setAttribute("role", "status");
    const list = createElement("div", "outputs", ...this.outputs.map(({ button }) => button));
    const sum = createElement("div", "sum", this.averages, this.lines.canvas, list);
    const output = createElement("figure", "output", this.averageCaption, this.outputCaption, sum);
    const sheets = this.sheets.map(({ node }) => node);
    const flow = createElement("div", "flow", this.input.node, ...sheets, output);
    this.node = createElement("section", "inside", flow, createElement("div", "below", this.look.node, this.note));
  }

  /** @param {number} outcome */
  createOutput(outcome) {
    const length = createElement("i");
    const share = createElement("span");
    const button = createButton("output-row", "", () => this.choose(this.chosen === outcome ? null : outcome));
    button.append(createElement("b", "", outcomeName(outcome)), createElement("div", "track", length), share);
    button.addEventListener("pointerenter", () => this.preview(outcome));
    button.addEventListener("pointerleave", () => this.preview(null));
    return { button, length, share };
  }

  /** @param {Texts} texts of "inside" */
  setTexts(texts) {
    this.texts = texts;
    this.input.setTexts(texts.input, texts.cover);
    STAGES.forEach(([name], stage) => {
      this.sheets[stage].setTexts(texts[name], fillIn(texts.maps, { name: texts[name] }));
    });
    this.setFailed(this.feed.failed);
    setText(this.averageCaption, texts.averages);
    setText(this.outputCaption, texts.outputs);
    this.outputs[NOT_A_DIGIT].button.title = texts.not_a_digit;
    this.describe();
  }

  /** @param {string | null} glyph base64 of the digit to look into; null for none */
  show(glyph) {
    this.node.toggleAttribute("data-empty", !glyph);
    if (!glyph) this.hide();
    else if (glyph !== this.input.encoded) {
      this.input.show(glyph);
      this.request();
    }
  }

  /** There is nothing to look into, or the scene is not shown any more: the same glyph is requested again. */
  hide() {
    this.feed.cancel();
    this.input.encoded = "";
  }

  /** @param {boolean} failed whether the server does not answer */
  setFailed(failed) {
    const { texts, maps } = this;
    if (failed) setText(this.note, texts.failed);
    else setText(this.note, maps && !maps.isServed ? `${texts.other_model} ${texts.look}` : texts.look);
  }

  request() {
    this.feed.want(encodeBytes(this.input.content));
  }

  /** @param {FeatureMaps} maps */
  showMaps(maps) {
    this.maps = maps;
    this.setFailed(false);
    maps.stages.forEach((stage, index) => this.sheets[index].show(stage));
    this.paintAverages(maps);
    const best = maps.outcomes.indexOf(Math.max(...maps.outcomes));
    this.outputs.forEach(({ button, length, share }, outcome) => {
      length.style.transform = `scaleX(${maps.outcomes[outcome]})`;
      setText(share, formatPercent(maps.outcomes[outcome]));
      button.classList.toggle("first", outcome === best);
    });
    this.showLines();
    this.describe();
    this.node.dispatchEvent(new CustomEvent("inkling:inside", { bubbles: true, composed: true })); // bench/look_inside.py
  }

  /** @param {FeatureMaps} maps */
  paintAverages({ stages }) {
    const averages = stages[stages.length - 1].maps.map(
      (map) => map.reduce((sum, level) => sum + level, 0) / map.length,
    );
    const largest = Math.max(1, ...averages);
    if (this.averages.height !== averages.length) Object.assign(this.averages, { width: 1, height: averages.length });
    const context = /** @type {CanvasRenderingContext2D} */ (this.averages.getContext("2d"));
    const image = context.createImageData(1, averages.length);
    const pixels = new Uint32Array(image.data.buffer);
    averages.forEach((average, index) => {
      pixels[index] = GRAYSCALE[Math.round((average / largest) * 255)];
    });
    context.putImageData(image, 0, 0);
  }

  /** The output whose lines stand out. */
  get shownOutput() {
    const { outcomes } = this.maps ?? { outcomes: [0] };
    return this.previewed ?? this.chosen ?? outcomes.indexOf(Math.max(...outcomes));
  }

  /** @param {number | null} outcome that has the pointer */
  preview(outcome) {
    this.previewed = outcome;
    this.showLines();
    this.describe();
  }

  /** @param {number | null} outcome whose lines stay */
  choose(outcome) {
    this.chosen = outcome;
    this.showLines();
    this.describe();
  }

  showLines() {
    if (!this.maps) return;
    const { shownOutput } = this;
    this.lines.show(this.maps.contributions, shownOutput);
    this.outputs.forEach(({ button }, outcome) => {
      button.toggleAttribute("data-lines", outcome === shownOutput);
      button.setAttribute("aria-pressed", String(outcome === this.chosen));
    });
  }

  /**
   * @param {number} stage
   * @param {number | null} map
   */
  lookAt(stage, map) {
    this.looked = map === null ? null : { stage, map };
    this.describe();
  }

  /** Show the map that is looked at over the drawing, and say what it does. */
  describe() {
    const { look, looked, maps, texts } = this;
    if (!looked || !maps) {
      look.clear();
      return;
    }
    const { stage, map } = looked;
    const levels = maps.stages[stage].maps[map];
    const parts = [
      fillIn(texts.map, { name: texts[STAGES[stage][0]], map: map + 1, count: maps.stages[stage].maps.length }),
    ];
    if (levels.every((level) => level === 0)) parts.push(texts.silent);
    else if (stage < STAGES.length - 1) parts.push(texts.responds);
    else parts.push(this.contribution(maps, map));
    look.show(encodeBytes(this.input.content), levels, parts.join(" "));
  }

  /**
   * @param {FeatureMaps} maps
   * @param {number} map of the last stage
   */
  contribution({ contributions }, map) {
    const points = contributions[this.shownOutput][map];
    const name = this.shownOutput === NOT_A_DIGIT ? this.texts.not_a_digit : String(this.shownOutput);
    return fillIn(this.texts.adds, { points: `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(2)}`, name });
  }
}
