// Paints one reading: the text, how sure, ten bars or a row a digit, what the network sees.

import { createElement, fillIn, setHidden, setText } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { drawGlyph } from "../shared/glyph.js";
import { DIGITS, jointProbabilities, rankDigits } from "../shared/probabilities.js";

export class Painter {
  constructor(root) {
    this.heading = createElement("h2");
    this.origin = createElement("span", "origin");
    this.text = createElement("div", "text");
    this.text.setAttribute("aria-hidden", "true");
    this.sure = createElement("p", "sure");
    this.note = createElement("p", "note");
    this.picture = createElement("img", "picture");
    this.picture.alt = "";
    this.glyph = createElement("canvas", "glyph");
    this.glyph.setAttribute("role", "img");
    this.seen = createElement("figure", "seen", this.glyph, createElement("figcaption"));
    const words = createElement("div", "words", this.sure, this.note);
    this.hero = createElement("div", "hero", this.text, words, this.seen, this.picture);
    this.barsHeading = createElement("h2");
    this.bars = DIGITS.map((value) => this.bar(value));
    this.barList = createElement("ul", "bars", ...this.bars.map((bar) => bar.row));
    this.rowList = createElement("ul", "rows");
    this.spoken = createElement("div", "spoken");
    this.spoken.setAttribute("aria-live", "polite");
    this.error = createElement("p", "error");
    this.error.setAttribute("role", "alert");
    this.sign = createElement("p", "sign");
    this.sign.setAttribute("role", "status");
    const head = createElement("header", "", this.heading, this.origin);
    const ways = [this.hero, this.barsHeading, this.barList, this.rowList];
    this.panel = createElement("section", "panel card", head, this.error, ...ways, this.sign);
    root.append(this.panel, this.spoken);
    this.rows = [];
  }

  bar(value) {
    const label = createElement("b", "", String(value));
    const length = createElement("i");
    const share = createElement("span");
    const row = createElement("li", "", label, createElement("div", "track", length), share);
    return { row, length, share };
  }

  setTexts(texts) {
    this.texts = texts;
    this.heading.textContent = texts.heading;
    this.barsHeading.textContent = texts.chances;
    this.seen.lastElementChild.textContent = texts.sees;
    this.glyph.setAttribute("aria-label", texts.sees);
  }

  // reading: { text, digits }, or null for an empty pad. Bars that follow the pen need no easing, and each
  // frame of it would keep other pages' bars waiting.
  paint(reading, { blank, eased }) {
    this.panel.toggleAttribute("data-eased", eased);
    const digits = reading?.digits ?? [];
    const { texts } = this;
    const single = digits.length <= 1;
    const text = reading?.text || "–";
    const longest = Math.max(...text.split("\n").map((line) => line.length));
    setText(this.text, text);
    this.text.dataset.length = String(Math.min(9, longest));
    this.text.dataset.verdict = digits.length ? worst(digits) : "none";
    const nothing = blank ? [texts.blank, texts.blank_more] : [texts.empty, texts.empty_more];
    const [sure, note] = digits.length ? this.sentences(digits) : nothing;
    setText(this.sure, sure);
    setText(this.note, note);
    setHidden(this.barList, !single);
    setHidden(this.rowList, single);
    setHidden(this.seen, !single || digits.length === 0);
    if (single) this.paintBars(digits[0]);
    else this.paintRows(digits);
  }

  sentences(digits) {
    const { texts } = this;
    const lowest = Math.min(...digits.map((digit) => digit.confidence));
    const sure = fillIn(texts.sure, { percent: formatPercent(lowest) });
    if (digits.length > 1) {
      const odd = digits.some((digit) => digit.verdict === "not_a_digit");
      return [sure, odd ? texts.some_not_digits : ""];
    }
    const [digit] = digits;
    if (digit.verdict === "not_a_digit") return [texts.not_a_digit, ""];
    if (digit.verdict === "unsure") {
      const [first, second] = rankDigits(digit.probabilities);
      return [fillIn(texts.unsure, { first, second }), sure];
    }
    return [sure, ""];
  }

  paintBars(digit) {
    const shares = digit ? jointProbabilities(digit) : DIGITS.map(() => 0);
    this.barList.dataset.verdict = digit?.verdict ?? "none";
    this.bars.forEach(({ row, length, share }, value) => {
      length.style.transform = `scaleX(${shares[value].toFixed(4)})`;
      setText(share, digit ? formatPercent(shares[value]) : "");
      row.dataset.share = digit ? String(shares[value]) : "";
      row.classList.toggle("first", digit?.value === value);
    });
    if (digit) drawGlyph(this.glyph, digit.glyph);
  }

  paintRows(digits) {
    while (this.rows.length < digits.length) this.rows.push(this.row());
    this.rowList.replaceChildren(...this.rows.slice(0, digits.length).map((row) => row.item));
    digits.forEach((digit, index) => this.paintRow(this.rows[index], digit, index, digits.length));
  }

  row() {
    const glyph = createElement("canvas", "glyph");
    const value = createElement("b");
    const columns = DIGITS.map((ten) => {
      const height = createElement("i");
      return {
        height,
        column: createElement("div", "", createElement("span", "", height), createElement("small", "", String(ten))),
      };
    });
    const chart = createElement("div", "columns", ...columns.map((one) => one.column));
    chart.setAttribute("aria-hidden", "true");
    const sure = createElement("span", "percent");
    return { item: createElement("li", "", glyph, value, chart, sure), glyph, value, columns, sure };
  }

  paintRow(row, digit, index, count) {
    const odd = digit.verdict === "not_a_digit";
    const shares = jointProbabilities(digit);
    const values = { place: index + 1, count, value: digit.value, percent: formatPercent(digit.confidence) };
    row.item.dataset.verdict = digit.verdict;
    row.item.setAttribute("aria-label", fillIn(odd ? this.texts.mark_row : this.texts.digit_row, values));
    setText(row.value, odd ? "?" : String(digit.value));
    setText(row.sure, odd ? "–" : values.percent);
    row.columns.forEach(({ height, column }, value) => {
      height.style.transform = `scaleY(${shares[value].toFixed(4)})`;
      column.classList.toggle("first", value === digit.value);
    });
    drawGlyph(row.glyph, digit.glyph);
  }

  announce(reading) {
    const digits = reading?.digits ?? [];
    const { texts } = this;
    let sentence = texts.announce_nothing;
    if (digits.length === 1 && digits[0].verdict === "unsure") {
      const [first, second] = rankDigits(digits[0].probabilities);
      sentence = fillIn(texts.announce_unsure, { first, second });
    } else if (digits.length === 1 && digits[0].verdict === "not_a_digit") {
      sentence = texts.not_a_digit;
    } else if (digits.length) {
      const lowest = Math.min(...digits.map((digit) => digit.confidence));
      sentence = fillIn(texts.announce, { text: reading.text, percent: formatPercent(lowest) });
    }
    this.spoken.textContent = sentence;
  }
}

const worst = (digits) =>
  ["not_a_digit", "unsure", "digit"].find((verdict) => digits.some((digit) => digit.verdict === verdict));
