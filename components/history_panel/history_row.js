// Rows of the history: a prediction, which opens when it is pressed, or what is left of one that was deleted.

import { formatConfidence } from "../shared/confidence.js";
import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { describeAge } from "../shared/format.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { PredictionResponse } from "../shared/history_types.d.ts" */

/**
 * @param {PredictionResponse} item
 * @param {Texts} texts
 * @param {Intl.DateTimeFormat} exactTime
 * @param {() => void} onOpen
 */
export function createRow(item, texts, exactTime, onOpen) {
  const state = JSON.stringify(item);
  const image = createElement("img");
  image.src = `api/history/${item.id}/image.png?state=${hashText(state)}`;
  image.alt = "";
  image.loading = "lazy";
  const text = createElement("b", "", item.text || "–");
  text.dataset.verdict = item.verdict;
  const time = createElement("time");
  time.dateTime = item.created;
  time.title = exactTime.format(new Date(item.created));
  const detail = createElement("span", "detail", `${texts[item.source]} · `, time);
  if (item.label !== null) {
    const label = item.label === "?" ? texts.labelled_none : fillIn(texts.labelled_as, { label: item.label });
    detail.append(" · ", createElement("span", "label", label));
  }
  const button = createButton("open", "", onOpen);
  button.append(image, text, createElement("span", "sure", formatConfidence(item.digits)), detail);
  button.title = texts.open_row;
  const row = createElement("li", "", button);
  row.dataset.state = state;
  row.dataset.id = item.id;
  return row;
}

/**
 * @param {PredictionResponse} item
 * @param {Texts} texts
 * @param {() => void} onUndo
 */
export function createDeletedRow(item, texts, onUndo) {
  const sentence = createElement("span", "", fillIn(texts.deleted_row, { text: item.text || "–" }));
  sentence.setAttribute("role", "status");
  const row = createElement("li", "deleted", sentence, createButton("button", texts.undo_delete, onUndo));
  row.dataset.state = "deleted";
  row.dataset.id = item.id;
  return row;
}

/**
 * Show how old the predictions of a list are.
 * @param {HTMLElement} list
 * @param {Texts} texts
 */
export function showAges(list, texts) {
  for (const time of list.querySelectorAll("time")) {
    setText(time, describeAge(Date.now() - Date.parse(time.dateTime), texts));
  }
}

/**
 * Return a short hash of a text, so that a changed image has a new URL.
 * @param {string} text
 */
function hashText(text) {
  let hash = 5381; // djb2
  for (const character of text) hash = (hash * 33 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash.toString(36);
}
