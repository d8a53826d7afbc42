// A training: who started it, how far it is, its learning curve.

import { createButton, createElement, fillIn } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { CurvePoint, JobResponse } from "./models_types.d.ts" */

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [240, 60];

/**
 * @param {JobResponse} job
 * @param {Texts} texts
 * @param {(time: string) => string} when
 * @param {() => void} onCancel
 */
export function createJob(job, texts, when, onCancel) {
  const { by, created, kind, parent, progress, state } = job;
  const values = { when: when(created), by, parent: parent ?? texts.from_nothing };
  const isHistory = kind === "predict_history";
  const origin = isHistory ? texts[by ? "job_history_by" : "job_history"] : texts[by ? "job_by" : "job"];
  const row = createElement("li", "job", createElement("b", "", describeState(job, texts)));
  row.dataset.state = state;
  row.append(createElement("span", "note", fillIn(origin, values)));
  if (state === "running") {
    const bar = createElement("progress");
    bar.value = progress.fraction;
    bar.setAttribute("aria-label", describeState(job, texts));
    row.append(bar);
    if (isHistory) row.append(createElement("span", "note", progress.log.at(-1) ?? ""));
    if (progress.curve.length > 1) row.append(createCurve(progress.curve, progress.epochs, texts));
  }
  if (state === "queued" || state === "running") row.append(createButton("button", texts.cancel, onCancel));
  return row;
}

/**
 * @param {JobResponse} job
 * @param {Texts} texts
 */
export function describeState({ state, version, error, progress }, texts) {
  const step = texts[`step_${progress.step}`] ?? progress.step;
  return fillIn(texts[`state_${state}`], { version, error, step, percent: `${Math.floor(progress.fraction * 100)}%` });
}

/**
 * Return the points of a line in an SVG of WIDTH by HEIGHT.
 * @param {CurvePoint[]} curve
 * @param {number} epochs
 * @param {(point: CurvePoint) => number} share 0 at the bottom to 1 at the top
 */
export function linePoints(curve, epochs, share) {
  return curve
    .map((point) => {
      const x = (point.epoch / Math.max(epochs, 1)) * WIDTH;
      return `${x.toFixed(1)},${((1 - share(point)) * HEIGHT).toFixed(1)}`;
    })
    .join(" ");
}

/**
 * @param {CurvePoint[]} curve
 * @param {number} epochs
 * @param {Texts} texts
 */
function createCurve(curve, epochs, texts) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("role", "img");
  const accuracy = formatPercent(curve[curve.length - 1].accuracy);
  svg.setAttribute("aria-label", fillIn(texts.curve, { accuracy }));
  const largest = Math.max(...curve.map(({ loss }) => loss));
  for (const [name, share] of /** @type {const} */ ([
    ["loss", (/** @type {CurvePoint} */ { loss }) => loss / largest],
    ["accuracy", (/** @type {CurvePoint} */ point) => point.accuracy],
  ])) {
    const line = document.createElementNS(SVG, "polyline");
    line.setAttribute("points", linePoints(curve, epochs, share));
    line.setAttribute("class", name);
    svg.append(line);
  }
  return createElement("div", "curve", svg, createElement("span", "note", fillIn(texts.curve, { accuracy })));
}
