// A model: where it comes from, how it compares, and a button to adopt it.

import { createButton, createElement, fillIn } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { setName, signed } from "./comparison_changes.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { FigureResponse, ModelListResponse, ModelResponse } from "./models_types.d.ts" */

/**
 * @param {ModelResponse} model
 * @param {ModelListResponse} models
 * @param {Texts} texts
 * @param {(time: string) => string} when
 * @param {{ onAdopt: () => void, onCompare: () => void }} handlers
 * @param {HTMLElement} actions what else can be done with it
 */
export function createVersion(model, { served, committed }, texts, when, { onAdopt, onCompare }, actions) {
  const { version, adoptions, figures } = model;
  const head = createElement("div", "head", createElement("b", "", version));
  if (version === served) head.append(createElement("span", "badge", texts.is_served));
  if (version === committed) head.append(createElement("span", "badge quiet", texts.is_committed));
  const card = createElement("article", "card version", head);
  card.dataset.version = version;
  for (const line of describeOrigin(model, committed, texts, when)) card.append(createElement("p", "note", line));
  for (const { at, by } of adoptions) {
    const text = fillIn(by ? texts.adopted_by : texts.adopted, { when: when(at), by });
    card.append(createElement("p", "note", text));
  }
  if (figures.length) card.append(createTable(figures, texts));
  const buttons = createElement("div", "buttons");
  /** @type {[string, string, () => void][]} */
  const choices = [];
  if (version !== served) choices.push(["adopt", texts.adopt, onAdopt]);
  if (version !== committed) choices.push(["compare", texts.compare, onCompare]);
  for (const [name, text, onClick] of choices) {
    const button = createButton(`button ${name}`, text, onClick);
    button.setAttribute("aria-label", `${text}: ${version}`);
    buttons.append(button);
  }
  if (choices.length) card.append(buttons);
  if (version !== served) card.append(actions);
  return card;
}

/**
 * @param {ModelResponse} model
 * @param {string} committed
 * @param {Texts} texts
 * @param {(time: string) => string} when
 */
function describeOrigin({ version, by, corrections, created, is_custom, note, parent }, committed, texts, when) {
  if (version === committed) return [];
  const lines = [fillIn(by ? texts.created_by : texts.created, { when: when(created), by })];
  if (parent) lines.push(fillIn(texts.lineage, { parent, count: corrections }));
  if (is_custom && note) lines.push(note);
  return lines;
}

/**
 * Return how a figure has changed.
 * @param {FigureResponse} figure
 * @returns {"better" | "same" | "worse"}
 */
export function verdictOf({ before, after, noise, worse }) {
  if (worse) return "worse";
  return after - before > noise ? "better" : "same";
}

/**
 * @param {FigureResponse[]} figures
 * @param {Texts} texts
 */
function createTable(figures, texts) {
  const names = ["set", "examples", "before", "after", "verdict"];
  const header = createElement("tr", "", ...names.map((name) => createElement("th", "", texts[name])));
  const rows = figures.map((figure) => {
    const { examples, before, after } = figure;
    const name = setName(figure.name, texts);
    const verdict = verdictOf(figure);
    const change = `${signed(after - before)} · ${texts[verdict]}`;
    const cells = [name, String(examples), formatPercent(before / examples), formatPercent(after / examples), change];
    const row = createElement("tr", "", ...cells.map((cell) => createElement("td", "", cell)));
    row.dataset.verdict = verdict;
    return row;
  });
  const table = createElement("table", "", createElement("thead", "", header), createElement("tbody", "", ...rows));
  const scroller = createElement("div", "scroller", table);
  scroller.tabIndex = 0; // so that keys scroll it
  return scroller;
}
