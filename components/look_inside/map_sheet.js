// The feature maps of one stage, side by side on one canvas; one of them can be looked at closely.

import { createElement, setText } from "../shared/dom.js";
import { BRIGHTENED } from "../shared/glyph.js";

/** @import { FeatureStage } from "../shared/feature_maps.js" */

const GAP = 1; // pixels between maps

/**
 * Return the index of the map that an arrow key leads to.
 * @param {number} index
 * @param {string} key
 * @param {number} columns
 * @param {number} count of maps
 */
export function indexAfterKey(index, key, columns, count) {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key] ?? 0;
  return index + step >= 0 && index + step < count ? index + step : index;
}

export class MapSheet {
  /**
   * @param {number} columns of maps
   * @param {(index: number | null) => void} onLook a map has the pointer or the keyboard's cursor; null: none has
   */
  constructor(columns, onLook) {
    this.columns = columns;
    this.onLook = onLook;
    /** @type {FeatureStage | null} */
    this.stage = null;
    /** @type {number | null} */
    this.index = null;
    this.canvas = createElement("canvas");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "img");
    this.cursor = createElement("i", "cursor");
    this.cursor.hidden = true;
    this.caption = createElement("figcaption");
    this.node = createElement(
      "figure",
      "stage-maps",
      this.caption,
      createElement("div", "maps", this.canvas, this.cursor),
    );
    for (const type of ["pointermove", "pointerdown"]) {
      this.canvas.addEventListener(type, (event) => this.pointed(/** @type {PointerEvent} */ (event)));
    }
    for (const type of ["pointerleave", "blur"]) this.canvas.addEventListener(type, () => this.look(null));
    this.canvas.addEventListener("keydown", (event) => this.keyPressed(event));
  }

  /**
   * @param {string} title
   * @param {string} label for people who cannot see the maps
   */
  setTexts(title, label) {
    setText(this.caption, title);
    this.canvas.setAttribute("aria-label", label);
  }

  get rows() {
    return Math.ceil((this.stage?.maps.length ?? 0) / this.columns);
  }

  /** @param {FeatureStage} stage */
  show(stage) {
    this.stage = stage;
    const { canvas, columns } = this;
    const cell = stage.side + GAP;
    const [width, height] = [columns * cell - GAP, this.rows * cell - GAP];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const image = context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    stage.maps.forEach((levels, index) => {
      const left = (index % columns) * cell;
      const top = Math.floor(index / columns) * cell;
      levels.forEach((level, position) => {
        const x = left + (position % stage.side);
        const y = top + Math.floor(position / stage.side);
        pixels[y * width + x] = BRIGHTENED[level];
      });
    });
    context.putImageData(image, 0, 0);
  }

  /** @param {PointerEvent} event */
  pointed({ offsetX, offsetY }) {
    const { canvas, columns, rows, stage } = this;
    const column = Math.floor((offsetX / canvas.clientWidth) * columns);
    const row = Math.floor((offsetY / canvas.clientHeight) * rows);
    const index = row * columns + column;
    if (column >= 0 && column < columns && row >= 0 && index < (stage?.maps.length ?? 0)) this.look(index);
  }

  /** @param {KeyboardEvent} event */
  keyPressed(event) {
    if (!event.key.startsWith("Arrow") || !this.stage) return;
    event.preventDefault();
    event.stopPropagation();
    const { length } = this.stage.maps;
    this.look(this.index === null ? 0 : indexAfterKey(this.index, event.key, this.columns, length));
  }

  /** @param {number | null} index */
  look(index) {
    this.index = index;
    this.cursor.hidden = index === null;
    if (index !== null) {
      const { columns, rows } = this;
      this.cursor.style.left = `${((index % columns) / columns) * 100}%`;
      this.cursor.style.top = `${(Math.floor(index / columns) / rows) * 100}%`;
      this.cursor.style.width = `${100 / columns}%`;
      this.cursor.style.height = `${100 / rows}%`;
    }
    this.onLook(index);
  }
}
