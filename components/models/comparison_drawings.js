// The drawings that two models read differently: a filter by outcome, and a tile for each.

import { createButton, createElement, fillIn } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { drawGlyph } from "../shared/glyph.js";
import { countOutcome, filterDrawings, OUTCOMES, setName, showText } from "./comparison_changes.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { ComparedDrawing, ComparisonResponse, Outcome } from "./models_types.d.ts" */

/**
 * @param {ComparisonResponse} comparison
 * @param {Texts} texts
 * @param {string} language
 */
export function createDrawings({ drawings, missing, outcomes }, texts, language) {
  const list = createElement("ul", "differences");
  const note = createElement("p", "note");
  note.setAttribute("role", "status");
  const filters = createElement("div", "outcomes");
  filters.setAttribute("role", "group");
  filters.setAttribute("aria-label", texts.drawings);
  /** @param {Outcome | "all"} outcome */
  const show = (outcome) => {
    const shown = filterDrawings(drawings, outcome);
    const count = countOutcome(outcomes, outcome);
    for (const button of filters.children) {
      button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.outcome === outcome));
    }
    note.textContent = describeShown(shown.length, count, outcome === "all" ? missing : 0, texts);
    list.replaceChildren(...shown.map((drawing) => createTile(drawing, texts, language)));
  };
  for (const outcome of /** @type {const} */ (["all", ...OUTCOMES])) {
    const text = fillIn(texts[`outcome_${outcome}`], { count: countOutcome(outcomes, outcome) });
    const button = createButton("button", text, () => show(outcome));
    button.dataset.outcome = outcome;
    filters.append(button);
  }
  show("all");
  return createElement("div", "drawings", filters, note, list);
}

/**
 * @param {number} shown
 * @param {number} count
 * @param {number} missing
 * @param {Texts} texts
 */
export function describeShown(shown, count, missing, texts) {
  if (!count) return texts.drawings_none;
  const sentences = [];
  if (shown + missing < count) sentences.push(fillIn(texts.drawings_shown, { shown, count }));
  if (missing) sentences.push(fillIn(texts.drawings_missing, { count: missing }));
  return sentences.join(" ");
}

/**
 * Create a tile: that of a stored prediction opens it in the review, others grow.
 * @param {ComparedDrawing} drawing
 * @param {Texts} texts
 * @param {string} language
 */
function createTile(drawing, texts, language) {
  const { confidence, id, outcome, picture } = drawing;
  const values = {
    label: showText(drawing.label),
    served: showText(drawing.served),
    candidate: showText(drawing.candidate),
    outcome: texts[outcome],
    set: setName(drawing.set, texts),
    confidence: formatPercent(confidence),
  };
  const canvas = createElement("canvas");
  drawGlyph(canvas, picture);
  const content = [
    canvas,
    createElement("b", "", fillIn(texts.drawing_true, values)),
    createElement("span", "reads", `${values.served} → ${values.candidate}${id ? " ↗" : ""}`),
    createElement("span", "more", fillIn(texts.drawing_more, values)),
  ];
  const tile = id ? createElement("a", "tile", ...content) : createElement("button", "tile", ...content);
  tile.dataset.outcome = outcome;
  tile.setAttribute("aria-label", fillIn(id ? texts.drawing_opens : texts.drawing_label, values));
  tile.title = fillIn(texts.drawing_label, values);
  if (tile instanceof HTMLAnchorElement) {
    tile.href = `review?${new URLSearchParams({ lang: language, id: id ?? "" })}`;
  } else {
    tile.type = "button";
    tile.setAttribute("aria-expanded", "false");
    tile.addEventListener("click", () => {
      tile.setAttribute("aria-expanded", String(tile.getAttribute("aria-expanded") !== "true"));
    });
  }
  return createElement("li", "", tile);
}
