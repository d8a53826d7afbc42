// One drawing on the big screen: its ink, the digit in very large type, ten bars.

import { createElement, fillIn, setText } from "../shared/dom.js";
import { DrawingSurface } from "../shared/drawing_surface.js";
import { formatPercent } from "../shared/format.js";
import { DIGITS, jointProbabilities, rankDigits } from "../shared/probabilities.js";

export class View {
  constructor() {
    this.paper = new DrawingSurface();
    this.paper.color = "#fff";
    this.over = createElement("canvas", "over");
    this.over.width = this.over.height = 700;
    this.name = createElement("figcaption", "who");
    this.hint = createElement("p", "hint");
    this.sheet = createElement("figure", "sheet", this.paper.canvas, this.over, this.hint, this.name);
    this.text = createElement("div", "digit");
    this.sure = createElement("p", "sure");
    this.bars = DIGITS.map((value) => {
      const length = createElement("i");
      const share = createElement("span");
      const votes = createElement("em");
      const row = createElement(
        "li",
        "",
        createElement("b", "", String(value)),
        createElement("div", "track", length),
        share,
        votes,
      );
      return { row, length, share, votes };
    });
    this.list = createElement("ul", "bars", ...this.bars.map((bar) => bar.row));
    this.answer = createElement("div", "answer", this.text, this.sure, this.list);
    this.node = createElement("section", "view", this.sheet, this.answer);
  }

  // reading: as a room tells it, in full; null for none. hidden: the answer is not to be seen yet.
  show(reading, texts, hidden = false) {
    this.answer.toggleAttribute("data-hidden", hidden);
    const digits = hidden ? [] : (reading?.digits ?? []);
    this.digit = digits.length === 1 ? digits[0] : null;
    const text = hidden ? "?" : reading?.text || "–";
    setText(this.text, text);
    this.text.dataset.length = String(Math.min(9, text.length));
    this.text.dataset.verdict = digits.length ? reading.verdict : "none";
    setText(this.sure, digits.length ? this.sentence(reading, texts) : "");
    const shares = this.digit ? jointProbabilities(this.digit) : DIGITS.map(() => 0);
    this.bars.forEach(({ row, length, share }, value) => {
      length.style.transform = `scaleX(${shares[value].toFixed(3)})`;
      setText(share, this.digit ? formatPercent(shares[value]) : "");
      row.classList.toggle("first", this.digit?.value === value && reading.verdict !== "not_a_digit");
    });
    this.list.classList.toggle("still", digits.length > 1);
  }

  sentence(reading, texts) {
    if (reading.verdict === "not_a_digit" && this.digit) return texts.not_a_digit;
    if (reading.verdict === "unsure" && this.digit) {
      const [first, second] = rankDigits(this.digit.probabilities);
      return fillIn(texts.unsure, { first, second });
    }
    return fillIn(texts.sure, { percent: formatPercent(reading.confidence) });
  }

  // counts: how many people said each digit, null for no votes at all.
  showVotes(counts) {
    this.list.toggleAttribute("data-votes", Boolean(counts));
    this.bars.forEach(({ votes }, value) =>
      setText(votes, counts?.[value] ? `${"●".repeat(Math.min(5, counts[value]))} ${counts[value]}` : ""),
    );
  }

  wipeOver() {
    this.over.getContext("2d").clearRect(0, 0, this.over.width, this.over.height);
    this.paper.canvas.style.opacity = "";
  }
}
