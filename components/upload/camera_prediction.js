// What the live camera reads: a box around each digit on the picture, the text, and a small chart for each digit.

import { createElement, fillIn, setHidden, setText } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { DIGITS, jointProbabilities } from "../shared/probabilities.js";

/** @import { FrameResponse, Texts } from "../shared/types.d.ts" */
/** @import { DigitResponse } from "../shared/history_types.d.ts" */
/** @import { Frame } from "./frame_reader.js" */

const MAX_CHARTS = 8; // of the digits of a frame; a page of text has more, and no room for them
const ANNOUNCE_DELAY = 1500; // ms for which a text is read before it is announced

/** @typedef {ReturnType<typeof createChart>} Chart */

export class CameraPrediction {
  constructor() {
    /** @type {Texts} */
    this.texts = {};
    this.boxes = createElement("div", "boxes");
    this.boxes.setAttribute("aria-hidden", "true");
    this.text = createElement("b", "text");
    this.confidence = createElement("span", "confidence");
    this.charts = createElement("div", "charts");
    /** @type {Chart[]} */
    this.chartList = [];
    this.announcement = createElement("p", "visually-hidden");
    this.announcement.setAttribute("role", "status");
    const line = createElement("p", "line", this.text, this.confidence);
    for (const part of [line, this.charts]) part.setAttribute("aria-hidden", "true");
    this.root = createElement("div", "reading", line, this.charts, this.announcement);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.announceTimer = undefined;
    this.shownText = "";
    this.clear();
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    if (this.shownText === "") setText(this.confidence, texts.camera_nothing);
  }

  clear() {
    clearTimeout(this.announceTimer);
    this.announceTimer = undefined;
    this.shownText = "";
    setText(this.announcement, "");
    this.boxes.replaceChildren();
    this.showCharts([]);
    setText(this.text, "–");
    setText(this.confidence, this.texts.camera_nothing ?? "");
  }

  /**
   * @param {FrameResponse} prediction
   * @param {Pick<Frame, "width" | "height">} frame
   */
  show({ text, digits }, frame) {
    const { texts } = this;
    this.placeBoxes(frame);
    this.boxes.replaceChildren(...digits.map((digit) => createBox(digit, frame)));
    this.showCharts(digits.slice(0, MAX_CHARTS));
    const lowest = Math.min(...digits.map(({ confidence }) => confidence));
    const sentence = fillIn(texts.confidence, { percent: formatPercent(lowest) });
    setText(this.text, text.replaceAll("\n", " ") || "–");
    setText(this.confidence, digits.length > 0 ? sentence : texts.camera_nothing);
    if (text !== this.shownText) this.announceLater(text);
    this.shownText = text;
  }

  /**
   * Lay the boxes over the picture, which does not fill its element if their proportions differ.
   * @param {Pick<Frame, "width" | "height">} frame
   */
  placeBoxes({ width, height }) {
    const view = this.boxes.parentElement;
    if (!view) return;
    const scale = Math.min(view.clientWidth / width, view.clientHeight / height);
    const { style } = this.boxes;
    style.width = `${width * scale}px`;
    style.height = `${height * scale}px`;
    style.left = `${(view.clientWidth - width * scale) / 2}px`;
    style.top = `${(view.clientHeight - height * scale) / 2}px`;
  }

  /** @param {string} text */
  announceLater(text) {
    clearTimeout(this.announceTimer);
    this.announceTimer = setTimeout(() => setText(this.announcement, text), ANNOUNCE_DELAY);
  }

  /** @param {DigitResponse[]} digits */
  showCharts(digits) {
    // One is always there, empty or not, so that the dialog does not change its size with each frame.
    const count = Math.max(1, digits.length);
    while (this.chartList.length < count) {
      const chart = createChart();
      this.chartList.push(chart);
      this.charts.append(chart.root);
    }
    for (const [index, { root, columns }] of this.chartList.entries()) {
      const digit = digits.at(index);
      setHidden(root, index >= count);
      const probabilities = digit ? jointProbabilities(digit) : DIGITS.map(() => 0);
      for (const [value, { column, height }] of columns.entries()) {
        height.style.transform = `scaleY(${probabilities[value].toFixed(4)})`;
        column.dataset.share = probabilities[value].toFixed(4);
        column.classList.toggle("first", value === digit?.value);
      }
    }
  }
}

/**
 * @param {DigitResponse} digit
 * @param {Pick<Frame, "width" | "height">} frame
 */
function createBox({ box: [x, y, width, height], value, verdict }, frame) {
  const label = createElement("b", "", verdict === "not_a_digit" ? "?" : String(value));
  const box = createElement("div", "", label);
  box.dataset.verdict = verdict;
  box.style.left = `${(100 * x) / frame.width}%`;
  box.style.top = `${(100 * y) / frame.height}%`;
  box.style.width = `${(100 * width) / frame.width}%`;
  box.style.height = `${(100 * height) / frame.height}%`;
  return box;
}

function createChart() {
  const columns = DIGITS.map((digit) => {
    const height = createElement("i");
    const label = createElement("small", "", String(digit));
    return { height, column: createElement("div", "", createElement("span", "", height), label) };
  });
  return { columns, root: createElement("div", "columns", ...columns.map(({ column }) => column)) };
}
