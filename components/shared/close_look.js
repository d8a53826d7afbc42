// One feature map, enlarged over the drawing.

import { createElement, setText } from "./dom.js";
import { drawGlyph, drawLevels, HEAT } from "./glyph.js";

export class CloseLook {
  constructor() {
    this.glyph = createElement("canvas", "glyph");
    this.map = createElement("canvas", "glyph heat");
    this.caption = createElement("figcaption");
    this.caption.setAttribute("aria-live", "polite");
    const overlay = createElement("div", "overlay", this.glyph, this.map);
    this.node = createElement("figure", "close-look", overlay, this.caption);
    this.clear();
  }

  /**
   * @param {string} glyph base64
   * @param {Uint8Array} levels of the map, row by row
   * @param {string} caption
   */
  show(glyph, levels, caption) {
    drawGlyph(this.glyph, glyph);
    drawLevels(this.map, levels, HEAT);
    setText(this.caption, caption);
    this.node.toggleAttribute("data-empty", false);
  }

  clear() {
    setText(this.caption, "");
    this.node.toggleAttribute("data-empty", true);
  }
}
