// A prediction in the grid.

import { formatConfidence } from "../shared/confidence.js";
import { createElement, fillIn, setText } from "../shared/dom.js";
import { describeReasons } from "./most_useful.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { ThumbnailResponse, UsefulPrediction } from "../shared/history_types.d.ts" */

export class Tile {
  /** @param {ThumbnailResponse} item */
  constructor(item) {
    const image = createElement("img");
    image.src = `data:image/png;base64,${item.image}`;
    image.alt = "";
    image.decoding = "async";
    this.text = createElement("b");
    this.confidence = createElement("span", "sure");
    this.label = createElement("span", "label");
    this.detail = createElement("span", "detail");
    this.other = createElement("span", "other");
    this.root = createElement("li", "", image, this.text, this.confidence, this.other, this.label, this.detail);
    this.root.setAttribute("role", "option");
    this.root.dataset.id = item.id;
    this.root.tabIndex = -1;
    this.setSelected(false);
  }

  /** @param {boolean} selected */
  setSelected(selected) {
    this.root.setAttribute("aria-selected", String(selected));
  }

  /**
   * @param {ThumbnailResponse} item
   * @param {Texts} texts
   * @param {Intl.DateTimeFormat} timeFormat
   */
  show(item, texts, timeFormat) {
    setText(this.text, item.text || "–");
    this.text.dataset.verdict = item.verdict;
    setText(this.confidence, formatConfidence(item.digits));
    setText(this.other, describeOther(item, texts));
    this.showLabel(item, texts);
    const time = timeFormat.format(new Date(item.created));
    setText(this.detail, [texts[item.source], time, item.model, item.labelled_by].filter(Boolean).join(" · "));
  }

  /**
   * @param {ThumbnailResponse} item
   * @param {Texts} texts
   */
  showLabel({ label, text }, texts) {
    if (label === null) {
      this.root.dataset.label = "none";
      this.label.replaceChildren();
      return;
    }
    this.root.dataset.label = label === text ? "right" : "wrong";
    const [shown, spoken] = label === "?" ? ["×", texts.not_a_digit] : [label, label];
    this.label.replaceChildren(createElement("span", "visually-hidden", `${texts.label} ${spoken}`), shown);
  }
}

/**
 * Return why a prediction is useful, or what another version predicts; "" where neither is known.
 * @param {ThumbnailResponse | UsefulPrediction} item
 * @param {Texts} texts
 */
function describeOther(item, texts) {
  if ("reasons" in item) return describeReasons(item, texts);
  const other = item.other_text ?? null;
  return other === null ? "" : fillIn(texts.other_text, { text: other || "–" });
}
