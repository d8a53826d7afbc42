// What else can be done with a model: predict beside the served one, predict the history, see where it differs.

import { createButton, createElement, fillIn } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { wilsonInterval } from "../shared/interval.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { VersionAccuracyResponse, VersionPredictionsResponse } from "./models_types.d.ts" */

/**
 * @typedef {object} Actions
 * @property {() => void} onShadow starts it, or ends it where it runs
 * @property {() => void} onHistory predicts the history with the model
 */

/**
 * @param {string} version
 * @param {VersionPredictionsResponse | null} predictions null while they are not known
 * @param {Texts} texts
 * @param {string} language
 * @param {(time: string) => string} when
 * @param {Actions} actions
 */
export function createActions(version, predictions, texts, language, when, { onShadow, onHistory }) {
  const shadow = predictions?.shadow?.version === version ? predictions.shadow : null;
  const accuracy = predictions?.accuracy.find((item) => item.version === version);
  const parts = createElement("div", "actions");
  if (shadow) {
    const text = fillIn(shadow.by ? texts.shadow_by : texts.shadow, { when: when(shadow.until), by: shadow.by });
    parts.append(createElement("p", "note in-shadow", text));
  }
  if (accuracy) parts.append(createElement("p", "note on-history", describeAccuracy(accuracy, texts)));
  const shadowButton = createButton("button", shadow ? texts.shadow_end : texts.shadow_start, onShadow);
  shadowButton.title = texts.shadow_more;
  const historyButton = createButton("button", texts.history, onHistory);
  historyButton.title = texts.history_more;
  const link = createElement("a", "button", texts.differ);
  link.href = `review?${new URLSearchParams({ lang: language, differs: version, labelled: "false" })}`;
  parts.append(createElement("div", "buttons", shadowButton, historyButton, link));
  return parts;
}

/**
 * Return how often a model and the stored predictions are right on the same drawings, with 95% intervals.
 * @param {VersionAccuracyResponse} accuracy
 * @param {Texts} texts
 */
export function describeAccuracy({ drawings, right, stored_right, won, lost }, texts) {
  const share = (/** @type {number} */ count) => {
    const [lowest, highest] = wilsonInterval(count, drawings);
    return `${formatPercent(count / drawings)} (${formatPercent(lowest)}–${formatPercent(highest)})`;
  };
  const values = { count: drawings, after: share(right), before: share(stored_right), won, lost };
  return fillIn(texts.on_history, values);
}
