// Tables, and the confusion matrix, whose counts link to their predictions in the review.

import { createElement, fillIn } from "../shared/dom.js";
import { LABELS } from "./rows.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { ConfusionResponse } from "../shared/history_types.d.ts" */

/**
 * Return a table; the first cell of each row names it.
 * @param {string} caption for screen readers
 * @param {string[]} columns
 * @param {(string | Node)[][]} rows
 */
export function createTable(caption, columns, rows) {
  const table = createElement("table", "data");
  table.setAttribute("aria-label", caption);
  table
    .createTHead()
    .insertRow()
    .append(...columns.map((column) => createHeading("col", column)));
  const body = table.createTBody();
  for (const [name, ...cells] of rows) {
    const row = body.insertRow();
    row.append(createHeading("row", name));
    for (const cell of cells) row.insertCell().append(cell);
  }
  return createScroller(caption, table);
}

/**
 * @param {Texts} texts
 * @param {ConfusionResponse[]} cells those that are not 0
 * @param {(label: string, predicted: string) => string} href of a cell's predictions
 */
export function createMatrix(texts, cells, href) {
  const counts = new Map(cells.map((cell) => [cell.true + cell.read, cell.count]));
  const table = createElement("table", "matrix");
  table.setAttribute("aria-label", texts.confusion);
  const header = table.createTHead().insertRow();
  header.append(createHeading("col", texts.confusion_corner), ...LABELS.map((label) => createHeading("col", label)));
  table.createTBody().append(...LABELS.map((label) => createMatrixRow(label, counts, texts, href)));
  return createScroller(texts.confusion, table);
}

/**
 * Create the row of a true label; its wrong predictions are colored by their share of the most frequent.
 * @param {string} label
 * @param {Map<string, number>} counts by true label and prediction, "17"
 * @param {Texts} texts
 * @param {(label: string, predicted: string) => string} href
 */
function createMatrixRow(label, counts, texts, href) {
  const row = createElement("tr", "", createHeading("row", label));
  const countOf = (/** @type {string} */ predicted) => counts.get(label + predicted) ?? 0;
  const most = Math.max(1, ...LABELS.filter((predicted) => predicted !== label).map(countOf));
  for (const predicted of LABELS) {
    const cell = row.insertCell();
    const count = countOf(predicted);
    if (predicted === label) cell.className = "right";
    if (!count) continue;
    const link = createElement("a", "", String(count));
    link.href = href(label, predicted);
    link.setAttribute("aria-label", fillIn(texts.cell, { true: label, predicted, count }));
    if (predicted !== label) link.style.setProperty("--share", `${Math.round((100 * count) / most)}%`);
    cell.append(link);
  }
  return row;
}

/**
 * Let a wide element scroll by itself.
 * @param {string} label
 * @param {Node} content
 */
export function createScroller(label, content) {
  const scroller = createElement("div", "scroller", content);
  scroller.tabIndex = 0; // so that keys can scroll it
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", label);
  return scroller;
}

/**
 * @param {"row" | "col"} scope
 * @param {string | Node} content
 */
function createHeading(scope, content) {
  const cell = createElement("th", "", content);
  cell.scope = scope;
  return cell;
}
