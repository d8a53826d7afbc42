// Lines from the averages of the last maps to the eleven outputs, as strong as what each contributes.

import { createElement } from "../shared/dom.js";

const SIZE = 400; // canvas pixels, in both directions
const FAINT = 0.2; // opacity of the strongest line to an output that is not chosen
const WEAKEST = 0.04; // of the strongest contribution; what is weaker is left out
/** Orange and blue differ for people with any kind of color blindness. */
const FOR = "255 150 40";
const AGAINST = "70 140 255";

/**
 * @typedef {object} Line
 * @property {number} map
 * @property {number} output
 * @property {number} strength -1 to 1: the contribution as a share of the largest one
 */

/**
 * Return the lines worth drawing, the weakest first.
 * @param {number[][]} contributions of each map to each output
 * @returns {Line[]}
 */
export function strongestLines(contributions) {
  const largest = Math.max(1e-9, ...contributions.flat().map(Math.abs));
  return contributions
    .flatMap((row, output) => row.map((value, map) => ({ map, output, strength: value / largest })))
    .filter(({ strength }) => Math.abs(strength) >= WEAKEST)
    .sort((a, b) => Math.abs(a.strength) - Math.abs(b.strength));
}

export class ContributionLines {
  constructor() {
    this.canvas = createElement("canvas", "lines");
    this.canvas.width = this.canvas.height = SIZE;
    this.canvas.setAttribute("aria-hidden", "true");
  }

  /**
   * @param {number[][]} contributions
   * @param {number} chosen output whose lines stand out
   */
  show(contributions, chosen) {
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    context.clearRect(0, 0, SIZE, SIZE);
    const outputs = contributions.length;
    const maps = contributions[0].length;
    const lines = strongestLines(contributions);
    for (const { map, output, strength } of lines.sort(
      (a, b) => Number(a.output === chosen) - Number(b.output === chosen),
    )) {
      const opacity = output === chosen ? 0.3 + 0.7 * Math.abs(strength) : FAINT * Math.abs(strength);
      context.strokeStyle = `rgb(${strength > 0 ? FOR : AGAINST} / ${opacity})`;
      context.lineWidth = output === chosen ? 1 + 3 * Math.abs(strength) : 1;
      context.setLineDash(strength > 0 ? [] : [6, 5]);
      const [start, end] = [((map + 0.5) / maps) * SIZE, ((output + 0.5) / outputs) * SIZE];
      context.beginPath();
      context.moveTo(0, start);
      context.bezierCurveTo(SIZE / 2, start, SIZE / 2, end, SIZE, end);
      context.stroke();
    }
  }
}
