// The tables of a comparison: accuracy on each set, changed confusions, speed and size.

import { createElement, fillIn } from "../shared/dom.js";
import { wilsonInterval } from "../shared/interval.js";
import { formatRatio, formatShare, listChanges, setName, signed, strengthOf } from "./comparison_changes.js";
import { verdictOf } from "./version_card.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { ComparedModel, ComparedSet, ConfusionChange } from "./models_types.d.ts" */
/** @import { Change } from "./comparison_changes.js" */

const LABELS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "?"];
const SUMMARIZED = 6;
const KIBIBYTE = 1024;

/**
 * @param {ComparedSet[]} sets
 * @param {Texts} texts
 */
export function createAccuracyTable(sets, texts) {
  const columns = [texts.set, texts.examples, texts.before, texts.after, texts.won_lost, texts.verdict];
  const rows = sets.map((set) => {
    const { name, examples, served, candidate, won, lost, noise, worse } = set;
    const verdict = verdictOf({ name, examples, before: served, after: candidate, noise, worse });
    const change = `${signed(candidate - served)} · ${texts[verdict]}`;
    const shares = [served, candidate].map((right) => createShare(right, examples));
    return createRow(columns, [setName(name, texts), String(examples), ...shares, `${won} / ${lost}`, change], verdict);
  });
  return createTable(columns, rows, "stacked accuracies");
}

/**
 * @param {number} right
 * @param {number} examples
 */
function createShare(right, examples) {
  const [lowest, highest] = wilsonInterval(right, examples);
  const interval = `${formatShare(lowest, examples)}–${formatShare(highest, examples)}`;
  return createElement("span", "share", formatShare(right / examples, examples), createElement("small", "", interval));
}

/**
 * @param {ComparedModel} served
 * @param {ComparedModel} candidate
 * @param {Texts} texts
 */
export function createSpeedTable(served, candidate, texts) {
  const columns = ["", texts.before, texts.after, texts.ratio];
  const time = (/** @type {ComparedModel} */ { microseconds }) => `${microseconds.toFixed(0)} µs`;
  const size = (/** @type {ComparedModel} */ { bytes }) => `${(bytes / KIBIBYTE).toFixed(0)} KiB`;
  const rows = [
    [texts.time, time(served), time(candidate), formatRatio(served.microseconds, candidate.microseconds)],
    [texts.size, size(served), size(candidate), formatRatio(served.bytes, candidate.bytes)],
  ];
  const table = createTable(
    columns,
    rows.map((cells) => createRow(columns, cells)),
    "speed",
  );
  return createElement("div", "", table, createElement("p", "note", texts.speed_more));
}

/**
 * Return a summary and the matrix of what has changed on some sets.
 * @param {string} title
 * @param {ConfusionChange[]} confusions
 * @param {Texts} texts
 */
export function createConfusions(title, confusions, texts) {
  const changes = listChanges(confusions);
  const part = createElement("div", "confusions", createElement("h4", "", title));
  if (!changes.length) {
    part.append(createElement("p", "note", texts.confusions_same));
    return part;
  }
  const summary = changes
    .filter((change) => change.true !== change.read)
    .slice(0, SUMMARIZED)
    .map((change) => {
      const item = createElement("li", "", describeChange(change, texts));
      item.dataset.better = String(change.better);
      return item;
    });
  part.append(createElement("ul", "summary", ...summary), createMatrix(title, changes, texts));
  return part;
}

/**
 * @param {ConfusionChange} change
 * @param {Texts} texts
 */
export const describeChange = (change, texts) => fillIn(texts.confusion, { ...change });

/**
 * @param {string} title
 * @param {Change[]} changes
 * @param {Texts} texts
 */
function createMatrix(title, changes, texts) {
  const byPair = new Map(changes.map((change) => [change.true + change.read, change]));
  const most = Math.abs(changes[0].change);
  const table = createElement("table", "matrix");
  table.setAttribute("aria-label", title);
  const corner = createHeading("col", texts.confusions_corner);
  table
    .createTHead()
    .insertRow()
    .append(corner, ...LABELS.map((label) => createHeading("col", label)));
  const body = table.createTBody();
  for (const label of LABELS) {
    const row = body.insertRow();
    row.append(createHeading("row", label));
    for (const read of LABELS) {
      const cell = row.insertCell();
      if (label === read) cell.className = "right";
      const change = byPair.get(label + read);
      if (!change) continue;
      cell.append(signed(change.change));
      cell.title = describeChange(change, texts);
      cell.dataset.better = String(change.better);
      cell.style.setProperty("--strength", `${Math.round(60 * strengthOf(change.change, most))}%`);
    }
  }
  return createScroller(title, table);
}

/**
 * @param {string[]} columns
 * @param {HTMLElement[]} rows
 * @param {string} className
 */
function createTable(columns, rows, className) {
  const header = createElement("tr", "", ...columns.map((column) => createHeading("col", column)));
  const head = createElement("thead", "", header);
  return createElement("table", className, head, createElement("tbody", "", ...rows));
}

/**
 * Create a row whose cells know their column: on a phone they stand below each other.
 * @param {string[]} columns
 * @param {(string | Node)[]} cells
 * @param {string} [verdict]
 */
function createRow(columns, [first, ...cells], verdict = "") {
  const row = createElement("tr", "", createHeading("row", first));
  for (const [index, content] of cells.entries()) {
    const cell = createElement("td", "", content);
    cell.dataset.column = columns[index + 1];
    row.append(cell);
  }
  if (verdict) row.dataset.verdict = verdict;
  return row;
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

/**
 * @param {string} label
 * @param {Node} content
 */
function createScroller(label, content) {
  const scroller = createElement("div", "scroller", content);
  scroller.tabIndex = 0; // so that keys scroll it
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", label);
  return scroller;
}
