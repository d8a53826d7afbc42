// The charts of the accuracy page, as SVG in the page's colors and only as wide as their data.

import { formatPercent } from "../shared/format.js";
import { countTicks, shareTicks } from "./chart_scale.js";

/** @import { ReliabilityRow, ShareRow } from "./rows.js" */

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 240; // CSS pixels, as all lengths below
const MARGIN = { left: 58, right: 30, top: 12, bottom: 44 };
const WIDEST_SLOT = 150; // of a group on the x axis
const NARROWEST_SLOT = 18;
const WIDEST_PLOT = 1000;
const CHARACTER_WIDTH = 7.5;
const LONGEST_NAME = 19; // characters

/**
 * @typedef {object} Plot
 * @property {SVGSVGElement} svg
 * @property {(share: number) => number} y of a value of 0 to 1 of the axis
 * @property {number} width of the plot area
 */

/**
 * Return an SVG element.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
function svgElement(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * Create a chart with a y axis.
 * @param {string} label of the chart, for screen readers
 * @param {number} width of the plot area
 * @param {number[]} ticks ascending
 * @param {(value: number) => string} format
 * @returns {Plot}
 */
function createPlot(label, width, ticks, format) {
  const [fullWidth, fullHeight] = [width + MARGIN.left + MARGIN.right, HEIGHT + MARGIN.top + MARGIN.bottom];
  const size = { viewBox: `0 0 ${fullWidth} ${fullHeight}`, width: fullWidth, height: fullHeight };
  const svg = svgElement("svg", { ...size, role: "img", "aria-label": label });
  const [first, last] = [ticks[0], ticks[ticks.length - 1]];
  const y = (/** @type {number} */ value) => MARGIN.top + HEIGHT * (1 - (value - first) / (last - first || 1));
  for (const tick of ticks) {
    const line = { x1: MARGIN.left, x2: MARGIN.left + width, y1: y(tick), y2: y(tick), class: "grid" };
    svg.append(svgElement("line", line));
    svg.append(svgElement("text", { x: MARGIN.left - 8, y: y(tick) + 4, class: "y" }, format(tick)));
  }
  return { svg, y, width };
}

/**
 * Return how much room the names of groups need on the x axis.
 * @param {string[]} names
 */
const nameWidth = (names) =>
  CHARACTER_WIDTH * Math.min(LONGEST_NAME, Math.max(4, ...names.map(({ length }) => length))) + 8;

/**
 * Return the width of a group on the x axis: as much as the names need, if there is room.
 * @param {string[]} names
 */
const slotWidth = (names) =>
  Math.max(NARROWEST_SLOT, Math.min(WIDEST_SLOT, nameWidth(names), WIDEST_PLOT / names.length));

/**
 * Name groups on the x axis, as many as there is room for; the last one always.
 * @param {Plot} plot
 * @param {string[]} names
 */
function nameGroups({ svg, width }, names) {
  const slot = width / names.length;
  const every = Math.ceil(nameWidth(names) / slot - 0.01);
  names.forEach((name, index) => {
    if ((names.length - 1 - index) % every) return;
    const position = { x: MARGIN.left + slot * (index + 0.5), y: MARGIN.top + HEIGHT + 20, class: "x" };
    svg.append(svgElement("text", position, name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name));
  });
}

/**
 * Return a chart of accuracies with their intervals: a dot for each row.
 * @param {string} label
 * @param {ShareRow[]} rows
 */
export function shareChart(label, rows) {
  const ticks = shareTicks(Math.min(...rows.map(({ low }) => low)));
  const names = rows.map(({ name }) => name);
  const slot = slotWidth(names);
  const plot = createPlot(label, slot * rows.length, ticks, formatPercent);
  nameGroups(plot, names);
  rows.forEach(({ name, share, low, high, labelled }, index) => {
    const x = MARGIN.left + slot * (index + 0.5);
    const title = svgElement(
      "title",
      {},
      `${name}: ${formatPercent(share)} (${formatPercent(low)}–${formatPercent(high)}; ${labelled})`,
    );
    const interval = svgElement("line", { x1: x, x2: x, y1: plot.y(low), y2: plot.y(high), class: "interval" });
    const dot = svgElement("circle", { cx: x, cy: plot.y(share), r: 5.5, class: "dot" });
    plot.svg.append(svgElement("g", {}, title, interval, dot));
  });
  return plot.svg;
}

/**
 * Return a bar chart of counts.
 * @param {string} label
 * @param {{ name: string, count: number }[]} rows
 * @param {Intl.NumberFormat} numberFormat
 */
export function countChart(label, rows, numberFormat) {
  const ticks = countTicks(Math.max(1, ...rows.map(({ count }) => count)));
  const names = rows.map(({ name }) => name);
  const slot = slotWidth(names);
  const plot = createPlot(label, slot * rows.length, ticks, (value) => numberFormat.format(value));
  nameGroups(plot, names);
  rows.forEach(({ name, count }, index) => {
    const title = svgElement("title", {}, `${name}: ${numberFormat.format(count)}`);
    const top = plot.y(count);
    const place = { x: MARGIN.left + slot * (index + 0.2), width: slot * 0.6, y: top, height: plot.y(0) - top };
    plot.svg.append(svgElement("rect", { ...place, rx: 3, class: "bar" }, title));
  });
  return plot.svg;
}

/**
 * Return a reliability diagram: accuracy against confidence, with the diagonal dashed.
 * @param {string} label
 * @param {ReliabilityRow[]} rows
 * @param {{ confidence: string, share: string }} axes
 */
export function reliabilityChart(label, rows, axes) {
  const ticks = shareTicks(0);
  const plot = createPlot(label, HEIGHT, ticks, formatPercent);
  const x = (/** @type {number} */ confidence) => MARGIN.left + HEIGHT * confidence;
  for (const tick of ticks) {
    plot.svg.append(svgElement("text", { x: x(tick), y: MARGIN.top + HEIGHT + 18, class: "x" }, formatPercent(tick)));
  }
  const [middle, bottom] = [x(0.5), MARGIN.top + HEIGHT + 38];
  plot.svg.append(svgElement("text", { x: middle, y: bottom, class: "x" }, axes.confidence));
  plot.svg.append(svgElement("line", { x1: x(0), y1: plot.y(0), x2: x(1), y2: plot.y(1), class: "diagonal" }));
  const most = Math.max(1, ...rows.map(({ digits }) => digits));
  for (const { confidence, share, low, high, digits } of rows) {
    const text = `${axes.confidence} ${formatPercent(confidence)}, ${axes.share} ${formatPercent(share)} (${digits})`;
    const line = { x1: x(confidence), x2: x(confidence), y1: plot.y(low), y2: plot.y(high), class: "interval" };
    const dot = { cx: x(confidence), cy: plot.y(share), r: 4 + 6 * Math.sqrt(digits / most), class: "dot" };
    const parts = [svgElement("title", {}, text), svgElement("line", line), svgElement("circle", dot)];
    plot.svg.append(svgElement("g", {}, ...parts));
  }
  return plot.svg;
}
