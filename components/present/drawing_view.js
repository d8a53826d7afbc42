// A member's drawing on the big screen: its strokes, the digit in very large type, a bar for each possibility.

import { describeConfidence } from "../shared/confidence.js";
import { createElement, setText } from "../shared/dom.js";
import { DrawingSurface, SurfacePen } from "../shared/drawing_surface.js";
import { formatPercent } from "../shared/format.js";
import { NOT_A_DIGIT, OUTCOMES, outcomeName, outcomeProbabilities } from "../shared/probabilities.js";
import { isPad } from "./presenter_room.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { AddedPoints, Vote } from "../shared/room_types.d.ts" */
/** @import { Member, MemberPrediction } from "./presenter_room.js" */

const OVERLAY_SIDE = 700; // canvas pixels

export class DrawingView {
  /**
   * @param {object} callbacks
   * @param {() => boolean} callbacks.canDraw called only if the view shows one of the presenter's pads
   * @param {(update: AddedPoints) => void} callbacks.onPoints
   * @param {() => void} callbacks.onPalm called to remove the last stroke
   * @param {() => void} callbacks.onRefused somebody tried to draw where it is not possible
   */
  constructor({ canDraw, onPoints, onPalm, onRefused }) {
    /** @type {string | null} id of the member whose drawing it shows; null for none */
    this.memberId = null;
    this.revision = 0;
    this.surface = new DrawingSurface();
    this.pen = new SurfacePen(this.surface, { canDraw: () => this.showsPad && canDraw(), onPoints, onPalm });
    this.surface.canvas.addEventListener("pointerdown", () => {
      if (!this.showsPad || !canDraw()) onRefused();
    });
    this.overlay = createElement("canvas", "over");
    this.overlay.width = this.overlay.height = OVERLAY_SIDE;
    this.overlay.setAttribute("aria-hidden", "true");
    this.surface.canvas.setAttribute("role", "img");
    this.name = createElement("figcaption", "member-name");
    this.hint = createElement("p", "hint");
    this.text = createElement("div", "digit");
    this.confidence = createElement("p", "sure");
    this.bars = OUTCOMES.map(createBar);
    this.list = createElement("ul", "bars", ...this.bars.map((bar) => bar.row));
    this.prediction = createElement("div", "answer", this.text, this.confidence, this.list);
    const sheet = createElement("figure", "sheet", this.surface.canvas, this.overlay, this.hint, this.name);
    this.node = createElement("section", "view", sheet, this.prediction);
  }

  get showsPad() {
    return this.memberId !== null && isPad(this.memberId);
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.surface.canvas.setAttribute("aria-label", texts.pad);
    this.bars[NOT_A_DIGIT].label.title = texts.not_a_digit;
  }

  /** @param {Member | null} member whose drawing is shown from now on */
  setMember(member) {
    this.memberId = member?.id ?? null;
    this.revision = member?.revision ?? 0;
    this.surface.setStrokes(member?.strokes ?? []);
    this.node.toggleAttribute("data-own", this.showsPad);
  }

  /**
   * Apply new strokes of the member's drawing; the next paint shows them.
   * @param {Member} member
   */
  updateStrokes({ strokes, revision }) {
    if (this.revision === revision) this.surface.strokes = strokes;
    else this.surface.setStrokes(strokes);
    this.revision = revision;
  }

  /**
   * @param {MemberPrediction | null} prediction
   * @param {Texts} texts
   * @param {boolean} hidden whether the prediction must not be shown yet
   */
  showPrediction(prediction, texts, hidden = false) {
    this.prediction.toggleAttribute("data-hidden", hidden);
    const digits = hidden ? [] : (prediction?.digits ?? []);
    const digit = digits.length === 1 ? digits[0] : null;
    const verdict = digits.length && prediction ? prediction.verdict : "none";
    const text = hidden ? "?" : prediction?.text || "–";
    setText(this.text, text);
    this.text.dataset.length = String(Math.min(9, text.length));
    this.text.dataset.verdict = verdict;
    const sentences = digits.length ? describeConfidence(digits, texts) : [];
    setText(this.confidence, sentences.filter(Boolean).join(" · "));
    const shares = digit ? outcomeProbabilities(digit) : OUTCOMES.map(() => 0);
    const first = verdict === "not_a_digit" ? NOT_A_DIGIT : digit?.value;
    this.bars.forEach(({ row, length, share }, outcome) => {
      length.style.transform = `scaleX(${shares[outcome].toFixed(3)})`;
      setText(share, digit ? formatPercent(shares[outcome]) : "");
      row.classList.toggle("first", digit !== null && outcome === first);
    });
    this.list.classList.toggle("dimmed", digits.length > 1);
  }

  /** @param {Record<Vote, number> | null} counts number of votes for each digit, and "x"; null hides them */
  showVotes(counts) {
    this.list.toggleAttribute("data-votes", counts !== null);
    this.bars.forEach(({ votes }, outcome) => {
      const count = counts?.[outcome === NOT_A_DIGIT ? "x" : outcome] ?? 0;
      setText(votes, count > 0 ? `${"●".repeat(Math.min(5, count))} ${count}` : "");
    });
  }

  /** Show the drawing without an overlay. */
  clearOverlay() {
    this.overlay.getContext("2d")?.clearRect(0, 0, this.overlay.width, this.overlay.height);
    this.surface.canvas.style.opacity = "";
  }

  /** Show the overlay instead of the drawing. */
  hideDrawing() {
    this.surface.canvas.style.opacity = "0";
  }

  destroy() {
    this.surface.destroy();
  }
}

/** @param {number} outcome */
function createBar(outcome) {
  const length = createElement("i");
  const share = createElement("span");
  const votes = createElement("em");
  const label = createElement("b", "", outcomeName(outcome));
  const row = createElement("li", "", label, createElement("div", "track", length), share, votes);
  return { row, label, length, share, votes };
}
