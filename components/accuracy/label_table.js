// The labels that were given last, and how each changed the accuracy.

import { createElement } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { createTable } from "./tables.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { LabelEffectResponse } from "../shared/history_types.d.ts" */

export class LabelTable {
  /**
   * @param {Texts} texts
   * @param {string} language
   * @param {(id: string) => string} href of a prediction in the review
   */
  constructor(texts, language, href) {
    this.texts = texts;
    this.href = href;
    const locale = language === "zh" ? "zh-CN" : "en-GB";
    this.timeFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  }

  /** @param {LabelEffectResponse[]} labels the newest first */
  create(labels) {
    const { texts } = this;
    const columns = [texts.time, texts.by, texts.prediction, texts.label, texts.effect];
    return createTable(
      texts.newest,
      columns,
      labels.map((label) => this.createRow(label)),
    );
  }

  /** @param {LabelEffectResponse} label */
  createRow({ id, text, label, by, at, before, after }) {
    const link = createElement("a", "", this.timeFormat.format(new Date(at)));
    link.href = this.href(id);
    const shown = label === "?" ? "×" : label;
    const chip = createElement("span", `chip ${label === text ? "right" : "wrong"}`, shown);
    if (label === "?") chip.title = this.texts.not_a_digit;
    return [link, by ?? "–", text || "–", chip, describeEffect(before, after)];
  }
}

/**
 * Return how a label changed the accuracy, such as "50% → 67%".
 * @param {number | null} before null: it was the first label
 * @param {number} after
 */
function describeEffect(before, after) {
  if (before === null) return formatPercent(after);
  const [from, to] = [formatPercent(before), formatPercent(after)];
  const arrow = after > before ? "↑" : after < before ? "↓" : "=";
  return from === to ? `${to} ${arrow}` : `${from} → ${to} ${arrow}`;
}
