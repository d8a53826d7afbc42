// The feature maps of one stage as a grid of small images, one of which can be looked at closely.

import { createElement } from "../shared/dom.js";
import { BRIGHTENED, drawLevels } from "../shared/glyph.js";

/** @import { FeatureStage } from "../shared/feature_maps.js" */

/** By how many maps each key moves on; a whole row up or down is found by position. */
const STEPS = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1 });

export class MapGrid {
  /** @param {(index: number) => void} onLook a map is looked at: it has the pointer or the keyboard's cursor */
  constructor(onLook) {
    this.onLook = onLook;
    this.index = 0;
    this.node = createElement("div", "maps");
    this.node.tabIndex = 0;
    this.node.setAttribute("role", "group");
    for (const type of ["pointerover", "pointerdown"]) {
      this.node.addEventListener(type, (event) => this.pointed(event.target));
    }
    this.node.addEventListener("keydown", (event) => this.keyPressed(event));
  }

  /**
   * @param {FeatureStage} stage
   * @param {readonly number[]} order the maps to show, by index
   * @param {string} label
   */
  show(stage, order, label) {
    this.node.setAttribute("aria-label", label);
    this.node.dataset.side = String(stage.side);
    while (this.node.childElementCount > order.length) this.node.lastElementChild?.remove();
    while (this.node.childElementCount < order.length) this.node.append(createElement("canvas"));
    order.forEach((map, position) => {
      const canvas = /** @type {HTMLCanvasElement} */ (this.node.children[position]);
      canvas.dataset.map = String(map);
      drawLevels(canvas, stage.maps[map], BRIGHTENED);
    });
  }

  /** @param {EventTarget | null} target */
  pointed(target) {
    if (target instanceof HTMLCanvasElement) this.lookAt([...this.node.children].indexOf(target));
  }

  /** @param {KeyboardEvent} event */
  keyPressed(event) {
    const step = STEPS[event.key] ?? this.rowStep(event.key);
    if (!step) return;
    event.preventDefault();
    this.lookAt(Math.min(Math.max(this.index + step, 0), this.node.childElementCount - 1));
  }

  /** @param {string} key */
  rowStep(key) {
    if (key !== "ArrowUp" && key !== "ArrowDown") return 0;
    const tops = [...this.node.children].map((canvas) => /** @type {HTMLElement} */ (canvas).offsetTop);
    const columns = tops.filter((top) => top === tops[0]).length;
    return key === "ArrowUp" ? -columns : columns;
  }

  /** @param {number} index position in the grid */
  lookAt(index) {
    this.index = index;
    [...this.node.children].forEach((canvas, other) => canvas.toggleAttribute("data-current", other === index));
    this.onLook(Number(/** @type {HTMLElement} */ (this.node.children[index]).dataset.map));
  }

  /** No map is looked at. */
  reset() {
    this.index = 0;
    for (const canvas of this.node.children) canvas.removeAttribute("data-current");
  }
}
