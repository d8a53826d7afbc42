// The accuracy page: how often labelled predictions are right, over a range of days and for a version of the model.

import { defineComponent } from "../shared/component.js";
import { timeZone } from "../shared/dates.js";
import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { countChart, reliabilityChart, shareChart } from "./charts.js";
import { FilterBar } from "./filter_bar.js";
import { LabelTable } from "./label_table.js";
import { countRows, dayRows, digitRows, modelRows, reliabilityRows, shareRow, sourceRows } from "./rows.js";
import { createMatrix, createScroller, createTable } from "./tables.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { AccuracyReportResponse, CountResponse, SummaryResponse } from "../shared/history_types.d.ts" */
/** @import { ShareRow } from "./rows.js" */

const SMALL_SAMPLE = 30; // labelled predictions below which the page warns
const MANY_ROWS = 10; // above which a chart has the width of the page

/**
 * @typedef {object} AccuracyData from components/accuracy/page.py
 * @property {Texts} texts
 * @property {string} language
 */
/** @typedef {{ report: AccuracyReportResponse, count: CountResponse, summary: SummaryResponse }} Answers */

class AccuracyPage {
  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    this.stop = new AbortController();
    /** @type {AbortController | null} of the newest request */
    this.request = null;
    /** @type {Texts} */
    this.texts = {};
    this.language = "";
    this.numberFormat = new Intl.NumberFormat();
    /** @type {Answers | null} */
    this.answers = null;
    this.filters = new FilterBar(() => this.load(), this.stop.signal);
    this.heading = createElement("h2");
    this.modelsLink = createElement("a", "button models-link");
    this.status = createElement("p", "status");
    this.status.setAttribute("role", "status");
    this.retryButton = createButton("button", "", () => this.load());
    this.retryButton.hidden = true;
    this.content = createElement("div", "content");
    root.append(this.heading, this.modelsLink, this.filters.root, this.status, this.retryButton, this.content);
  }

  /** @param {AccuracyData} data */
  update({ texts, language }) {
    this.filters.restore();
    if (language === this.language) return;
    const isFirst = this.language === "";
    Object.assign(this, { texts, language });
    this.numberFormat = new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en-GB");
    setText(this.heading, texts.heading);
    setText(this.modelsLink, texts.models);
    this.modelsLink.href = `models?lang=${language}`;
    setText(this.retryButton, texts.retry);
    this.filters.setTexts(texts);
    if (isFirst) this.load();
    else this.show();
  }

  async load() {
    this.request?.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    this.stop.signal.addEventListener("abort", () => this.request?.abort(), { once: true, signal });
    this.retryButton.hidden = true;
    setText(this.status, this.texts.loading);
    const query = this.filters.query();
    const [report, count, summary] = await Promise.all([
      fetchJson(`api/review/accuracy?${query}`, signal),
      fetchJson(`api/review/count?${query}`, signal),
      fetchJson("api/history/summary", signal),
    ]);
    if (signal.aborted) return;
    const complete = report && count && summary;
    setText(this.status, complete ? "" : this.texts.failed);
    this.retryButton.hidden = complete;
    if (!complete) return;
    this.answers = { report, count, summary };
    this.filters.setModels(Object.keys(summary.models).sort().reverse());
    this.show();
  }

  show() {
    if (!this.answers) return;
    const { texts } = this;
    const { report, summary } = this.answers;
    const { labelled } = report.accuracy;
    /** @type {HTMLElement[]} */
    const sections = [this.createFigures()];
    if (labelled === 0) sections.push(this.createEmpty());
    else sections.push(...this.createAccuracySections(report));
    const days = countRows(summary, this.filters.values);
    const hasModel = this.filters.values.model !== null;
    const sources = hasModel ? [] : sourceRows(summary, this.filters.values);
    const named = sources.map(({ source, count }) => ({ name: texts[source] ?? source, count }));
    if (named.length) sections.push(this.createCounts(texts.sources, texts.source, named));
    if (days.length) sections.push(this.createCounts(texts.days, texts.day, days));
    // Wide ones first: each ends the columns before it.
    const isWide = (/** @type {HTMLElement} */ section) => section.matches(".figures, .wide");
    this.content.replaceChildren(...sections.filter(isWide), ...sections.filter((section) => !isWide(section)));
  }

  createFigures() {
    const { texts } = this;
    if (!this.answers) return createElement("div");
    const { report, count } = this.answers;
    const { labelled, right } = report.accuracy;
    const figures = createElement("dl");
    const section = createElement("section", "figures card", figures);
    const add = (/** @type {string} */ name, /** @type {string} */ value, note = "") => {
      const parts = [createElement("b", "", value), ...(note ? [createElement("span", "", note)] : [])];
      figures.append(createElement("div", "", createElement("dt", "", name), createElement("dd", "", ...parts)));
    };
    if (labelled) {
      const { share, low, high } = shareRow("", { labelled, right });
      const [from, to] = [formatPercent(low), formatPercent(high)];
      add(texts.share, formatPercent(share), fillIn(texts.interval, { low: from, high: to }));
    }
    add(texts.labelled, this.format(labelled), report.all ? "" : texts.part);
    add(
      texts.predictions,
      count.all ? this.format(count.count) : fillIn(texts.more_than, { count: this.format(count.count) }),
    );
    if (labelled && labelled < SMALL_SAMPLE) section.append(createElement("p", "note", texts.small));
    return section;
  }

  createEmpty() {
    const { texts } = this;
    const link = createElement("a", "button", texts.review);
    link.href = this.filters.reviewUrl({});
    const text = this.filters.filtered ? texts.none_match : texts.none;
    return createElement("section", "card", createElement("p", "", text), link);
  }

  /** @param {AccuracyReportResponse} report */
  createAccuracySections(report) {
    const { texts } = this;
    const labels = new LabelTable(texts, this.language, (id) => this.filters.reviewUrl({ id }));
    const note = fillIn(texts.by_day_note, { zone: timeZone() });
    return [
      this.createShares(texts.by_model, texts.model, modelRows(report.by_model)),
      this.createShares(texts.by_day, texts.day, dayRows(report.by_slot), note),
      this.createSection(
        texts.confusion,
        texts.confusion_note,
        createMatrix(texts, report.confusion, (label, predicted) =>
          this.filters.reviewUrl({ confused: `${label}>${predicted}` }),
        ),
      ),
      this.createDigits(report),
      this.createReliability(report),
      this.createSection(texts.newest, texts.newest_note, labels.create(report.newest_labels)),
    ];
  }

  /**
   * @param {string} heading
   * @param {string} column
   * @param {ShareRow[]} rows
   */
  createShares(heading, column, rows, note = "") {
    const { texts } = this;
    const columns = [column, texts.labelled, texts.right, texts.share, texts.interval_column];
    const cells = rows.map(({ name, labelled, right, share, low, high }) => [
      name,
      this.format(labelled),
      this.format(right),
      formatPercent(share),
      formatInterval(low, high),
    ]);
    return this.createChartSection(heading, note, () => shareChart(heading, rows), columns, cells);
  }

  /**
   * @param {string} heading
   * @param {string} column
   * @param {{ name: string, count: number }[]} rows
   */
  createCounts(heading, column, rows) {
    const columns = [column, this.texts.predictions];
    const cells = rows.map(({ name, count }) => [name, this.format(count)]);
    return this.createChartSection(heading, "", () => countChart(heading, rows, this.numberFormat), columns, cells);
  }

  /** @param {AccuracyReportResponse} report */
  createDigits(report) {
    const { texts } = this;
    const columns = [texts.digit, texts.precision, texts.recall, texts.predicted, texts.labelled, texts.right];
    const rows = digitRows(report.confusion).map(({ digit, predicted, labelled, right, precision, recall }) => [
      digit === "?" ? texts.not_a_digit : digit,
      precision === null ? "–" : formatPercent(precision),
      recall === null ? "–" : formatPercent(recall),
      this.format(predicted),
      this.format(labelled),
      this.format(right),
    ]);
    return this.createSection(texts.by_digit, texts.by_digit_note, createTable(texts.by_digit, columns, rows));
  }

  /** @param {AccuracyReportResponse} report */
  createReliability({ reliability }) {
    const { texts } = this;
    const rows = reliabilityRows(reliability.bins);
    const columns = [texts.confidence, texts.share, texts.interval_column, texts.digits];
    const cells = rows.map(({ confidence, share, low, high, digits }) => [
      formatPercent(confidence),
      formatPercent(share),
      formatInterval(low, high),
      this.format(digits),
    ]);
    const part = reliability.all
      ? ""
      : ` ${fillIn(texts.reliability_part, { count: this.format(reliability.digits) })}`;
    const axes = { confidence: texts.confidence, share: texts.share };
    const chart = () => reliabilityChart(texts.reliability, rows, axes);
    return this.createChartSection(texts.reliability, texts.reliability_note + part, chart, columns, cells);
  }

  /**
   * Create a section with a chart and its table; a single point has no chart.
   * @param {string} heading
   * @param {string} note
   * @param {() => SVGSVGElement} createChart
   * @param {string[]} columns
   * @param {string[][]} rows
   */
  createChartSection(heading, note, createChart, columns, rows) {
    const table = createTable(heading, columns, rows);
    if (rows.length < 2) return this.createSection(heading, note, table);
    const details = createElement("details", "", createElement("summary", "", this.texts.table), table);
    const section = this.createSection(heading, note, createScroller(heading, createChart()), details);
    if (rows.length > MANY_ROWS) section.classList.add("wide");
    return section;
  }

  /**
   * @param {string} heading
   * @param {string} note "" for none
   * @param {...Node} content
   */
  createSection(heading, note, ...content) {
    const section = createElement("section", "card", createElement("h3", "", heading));
    if (note) section.append(createElement("p", "note", note));
    section.append(...content);
    return section;
  }

  /** @param {number} count */
  format(count) {
    return this.numberFormat.format(count);
  }

  destroy() {
    this.stop.abort();
    this.request?.abort();
  }
}

/**
 * @param {number} low 0 to 1
 * @param {number} high
 */
const formatInterval = (low, high) => `${formatPercent(low)} – ${formatPercent(high)}`;

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<any>} null on any failure
 */
async function fetchJson(url, signal) {
  try {
    const response = await fetch(url, { signal });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<AccuracyData>} */ { parentElement }) =>
    new AccuracyPage(parentElement),
);
