// The confusion matrix: a table whose counts link to their predictions in the review.

import { defineComponent } from "../shared/component.js";
import { createElement, fillIn } from "../shared/dom.js";

/** @import { Texts } from "../shared/types.d.ts" */

const LABELS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "?"];

/**
 * @typedef {object} MatrixData from components/accuracy/page.py
 * @property {Texts} texts
 * @property {{ true: string, predicted: string, count: number }[]} cells those that are not 0
 */

class ConfusionMatrix {
  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    this.scroller = createElement("div", "scroller");
    this.scroller.tabIndex = 0; // so that keys can scroll it
    this.scroller.setAttribute("role", "region");
    root.append(this.scroller);
  }

  /** @param {MatrixData} data */
  update({ texts, cells }) {
    const counts = new Map(cells.map((cell) => [cell.true + cell.predicted, cell.count]));
    const table = createElement("table");
    table.setAttribute("aria-label", texts.confusion);
    const header = table.createTHead().insertRow();
    header.append(createHeading("col", texts.confusion_corner), ...LABELS.map((label) => createHeading("col", label)));
    table.createTBody().append(...LABELS.map((label) => createRow(label, counts, texts)));
    this.scroller.setAttribute("aria-label", texts.confusion);
    this.scroller.replaceChildren(table);
  }

  destroy() {}
}

/**
 * @param {"row" | "col"} scope
 * @param {string} text
 */
function createHeading(scope, text) {
  const cell = createElement("th", "", text);
  cell.scope = scope;
  return cell;
}

/**
 * Create the row of a true label; its wrong predictions are colored by their share of the most frequent.
 * @param {string} label
 * @param {Map<string, number>} counts by true label and prediction, "17"
 * @param {Texts} texts
 */
function createRow(label, counts, texts) {
  const row = createElement("tr", "", createHeading("row", label));
  const countOf = (/** @type {string} */ predicted) => counts.get(label + predicted) ?? 0;
  const most = Math.max(1, ...LABELS.filter((predicted) => predicted !== label).map(countOf));
  for (const predicted of LABELS) {
    const cell = row.insertCell();
    const count = countOf(predicted);
    if (predicted === label) cell.className = "right";
    if (!count) continue;
    const link = createElement("a", "", String(count));
    link.href = reviewUrl(label, predicted);
    link.setAttribute("aria-label", fillIn(texts.cell, { true: label, predicted, count }));
    if (predicted !== label) link.style.setProperty("--share", `${Math.round((100 * count) / most)}%`);
    cell.append(link);
  }
  return row;
}

/**
 * @param {string} label
 * @param {string} predicted
 */
function reviewUrl(label, predicted) {
  const query = new URLSearchParams();
  const language = new URLSearchParams(window.location.search).get("lang");
  if (language) query.set("lang", language);
  query.set("confused", `${label}>${predicted}`);
  return `review?${query}`;
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<MatrixData>} */ { parentElement }) =>
    new ConfusionMatrix(parentElement),
);
