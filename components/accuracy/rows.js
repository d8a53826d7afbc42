// The data of the accuracy page's charts and tables, from the server's report.

import { dayOf, startOfDay } from "../shared/dates.js";
import { wilsonInterval } from "../shared/interval.js";

/**
 * @import {
 *   AccuracyReportResponse, AccuracyResponse, ConfusionResponse, SummaryResponse
 * } from "../shared/history_types.d.ts"
 */

const CHART_DAYS = 60;
const DAY = 86_400_000; // ms

export const LABELS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "?"];

/** @typedef {{ name: string, labelled: number, right: number, share: number, low: number, high: number }} ShareRow */
/** @typedef {{ confidence: number, share: number, low: number, high: number, digits: number }} ReliabilityRow */
/**
 * @typedef {object} DigitRow
 * @property {string} digit
 * @property {number} predicted how often it was predicted
 * @property {number} labelled how often it was the label
 * @property {number} right
 * @property {number | null} precision right / predicted; null without any
 * @property {number | null} recall right / labelled
 */

/**
 * @param {string} name
 * @param {Pick<AccuracyResponse, "labelled" | "right">} accuracy
 * @returns {ShareRow}
 */
export function shareRow(name, { labelled, right }) {
  const [low, high] = wilsonInterval(right, labelled);
  return { name, labelled, right, share: right / labelled, low, high };
}

/** @param {AccuracyReportResponse["by_model"]} accuracies */
export const modelRows = (accuracies) =>
  Object.entries(accuracies).map(([model, accuracy]) => shareRow(model, accuracy));

/**
 * Return the accuracy of each day of the viewer's time zone, the newest CHART_DAYS of them.
 * @param {AccuracyReportResponse["by_slot"]} accuracies
 */
export function dayRows(accuracies) {
  /** @type {Map<string, { labelled: number, right: number }>} */
  const days = new Map();
  for (const [slot, { labelled, right }] of Object.entries(accuracies)) {
    const day = dayOf(new Date(slot));
    const sum = days.get(day) ?? { labelled: 0, right: 0 };
    days.set(day, { labelled: sum.labelled + labelled, right: sum.right + right });
  }
  const rows = [...days].map(([day, accuracy]) => shareRow(day, accuracy));
  return rows.sort((a, b) => a.name.localeCompare(b.name)).slice(-CHART_DAYS);
}

/** @param {AccuracyReportResponse["reliability"]["bins"]} bins */
export const reliabilityRows = (bins) =>
  bins.flatMap(({ digits, right, confidence }) => {
    if (confidence === null) return [];
    const { share, low, high } = shareRow("", { labelled: digits, right });
    return [{ confidence, share, low, high, digits }];
  });

/**
 * Return precision and recall of each label that occurs.
 * @param {ConfusionResponse[]} cells
 * @returns {DigitRow[]}
 */
export function digitRows(cells) {
  const sum = (/** @type {(cell: ConfusionResponse) => boolean} */ included) =>
    cells.filter(included).reduce((total, { count }) => total + count, 0);
  return LABELS.map((digit) => {
    const predicted = sum((cell) => cell.read === digit);
    const labelled = sum((cell) => cell.true === digit);
    const right = sum((cell) => cell.true === digit && cell.read === digit);
    const precision = predicted ? right / predicted : null;
    return { digit, predicted, labelled, right, precision, recall: labelled ? right / labelled : null };
  }).filter(({ predicted, labelled }) => predicted + labelled > 0);
}

/**
 * Return how many predictions each UTC day has that overlaps days of the viewer's time zone.
 * @param {SummaryResponse} summary
 * @param {{ from: string | null, to: string | null, model: string | null }} filters
 */
export function countRows({ days, days_by_model }, { from, to, model }) {
  return daysWithin(Object.keys(days), from, to)
    .map((day) => ({ name: day, count: model === null ? days[day] : (days_by_model[day]?.[model] ?? 0) }))
    .filter(({ count }) => count > 0)
    .slice(-CHART_DAYS);
}

/**
 * Return how many predictions each source has on these days.
 * @param {SummaryResponse} summary
 * @param {{ from: string | null, to: string | null }} filters
 */
export function sourceRows({ days_by_source }, { from, to }) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const day of daysWithin(Object.keys(days_by_source), from, to)) {
    for (const [source, count] of Object.entries(days_by_source[day])) counts[source] = (counts[source] ?? 0) + count;
  }
  return Object.entries(counts).map(([source, count]) => ({ source, count }));
}

/**
 * @param {string[]} days UTC, ascending
 * @param {string | null} from
 * @param {string | null} to
 */
function daysWithin(days, from, to) {
  const since = startOfDay(from)?.getTime() ?? Number.NEGATIVE_INFINITY;
  const until = startOfDay(to, 1)?.getTime() ?? Number.POSITIVE_INFINITY;
  return days.filter((day) => Date.parse(day) + DAY > since && Date.parse(day) < until);
}
