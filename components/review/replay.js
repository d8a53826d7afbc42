// Pen strokes drawn again, one after the other, as fast as a hand does.

import { createElement } from "../shared/dom.js";

const SPEED = 1.4; // widths of the drawing a second
const LIFT = 0.15; // widths of the drawing that lifting the pen takes as long as
const PEN = 0.045; // of the drawing's longer side
const SVG = "http://www.w3.org/2000/svg";

export class Replay {
  constructor() {
    this.picture = document.createElementNS(SVG, "svg");
    this.picture.setAttribute("role", "img");
    this.slider = createElement("input");
    Object.assign(this.slider, { type: "range", min: 0, max: 1000, value: 1000 });
    this.slider.addEventListener("input", () => this.show(this.slider.value / 1000, true));
    this.again = createElement("button", "button");
    this.again.type = "button";
    this.again.addEventListener("click", () => this.play());
    this.root = createElement("div", "replay", this.picture, createElement("div", "tools", this.again, this.slider));
  }

  speak(texts) {
    this.again.textContent = texts.replay;
    this.slider.setAttribute("aria-label", texts.progress);
    this.picture.setAttribute("aria-label", texts.pen);
  }

  load(strokes) {
    this.stop();
    const points = strokes.flat();
    const [left, top] = [0, 1].map((axis) => Math.min(...points.map((point) => point[axis])));
    const [right, bottom] = [0, 1].map((axis) => Math.max(...points.map((point) => point[axis])));
    this.size = Math.max(right - left, bottom - top, 1);
    const room = this.size * PEN * 2;
    const box = [left - room, top - room, right - left + 2 * room, bottom - top + 2 * room];
    this.picture.setAttribute("viewBox", box.map((value) => value.toFixed(1)).join(" "));
    this.paths = strokes.map((stroke) => this.path(stroke));
    this.picture.replaceChildren(...this.paths.map(({ path }) => path));
    this.whole = this.paths.reduce((length, path) => length + path.length + LIFT * this.size, 0);
    this.show(1);
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) this.play();
  }

  path(stroke) {
    const path = document.createElementNS(SVG, "path");
    const [start, ...rest] = stroke;
    // A dot is a line of no length: round ends make it visible.
    path.setAttribute("d", `M${start}${(rest.length ? rest : [start]).map((point) => `L${point}`).join("")}`);
    path.setAttribute("stroke-width", this.size * PEN);
    const length = stroke
      .slice(1)
      .reduce((sum, [x, y], place) => sum + Math.hypot(x - stroke[place][0], y - stroke[place][1]), 0);
    return { path, length };
  }

  // share: 0 for no ink to 1 for all of it.
  show(share, byHand = false) {
    if (byHand) this.stop();
    this.slider.value = Math.round(share * 1000);
    let left = share * this.whole;
    for (const { path, length } of this.paths) {
      path.style.visibility = left > 0 || share === 1 ? "" : "hidden";
      path.style.strokeDasharray = share === 1 || left >= length ? "" : `${Math.max(left, 0)} ${length + 1}`;
      left -= length + LIFT * this.size;
    }
  }

  play() {
    this.stop();
    const seconds = this.whole / this.size / SPEED;
    const begun = performance.now();
    const step = (now) => {
      const share = Math.min(Math.max(now - begun, 0) / 1000 / seconds, 1);
      this.show(share);
      if (share < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  stop() {
    cancelAnimationFrame(this.frame);
  }
}
