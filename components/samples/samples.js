// Sample images to try: a button each, cut from one sheet of 28×28 tiles, ten in a row.

import { ChoiceSender } from "../shared/choice.js";
import { defineComponent } from "../shared/component.js";
import { createElement, fillIn, isTyping, setText } from "../shared/dom.js";
import { isModalOpen } from "../shared/modal.js";

/** @import { DrawingEvent, ImageEvent, Texts } from "../shared/types.d.ts" */

const COLUMNS = 10;

/**
 * @typedef {object} SamplesData from components/samples/panel.py
 * @property {Texts} texts
 * @property {string} sheet data URL of all samples
 * @property {number[]} digits what each sample shows
 * @property {string | null} received id of the newest choice that the page has received
 */

class Samples {
  /**
   * @param {HTMLElement | ShadowRoot} root
   * @param {(name: "sample", value: import("../shared/choice.js").Choice) => void} sendTrigger
   */
  constructor(root, sendTrigger) {
    this.sender = new ChoiceSender((value) => sendTrigger("sample", value));
    this.lastIndex = -1;
    /** @type {HTMLButtonElement[]} */
    this.tiles = [];
    this.heading = createElement("h2");
    this.strip = createElement("div", "strip");
    this.strip.setAttribute("aria-keyshortcuts", "N");
    root.append(createElement("section", "", this.heading, this.strip));
    this.stop = new AbortController();
    const { signal } = this.stop;
    window.addEventListener("keydown", (event) => this.keyDown(event), { capture: true, signal });
    document.addEventListener("inkling:ink", (event) => this.drawingChanged(event), { signal });
    document.addEventListener("inkling:image", (event) => this.imageShown(event), { signal });
  }

  /** @param {SamplesData} data */
  update({ texts, sheet, digits, received }) {
    this.sender.confirm(received);
    if (this.tiles.length === 0) {
      this.tiles = digits.map((_, index) => this.createTile(sheet, index));
      this.strip.append(...this.tiles);
    }
    setText(this.heading, texts.heading);
    this.heading.title = texts.next;
    for (const [index, tile] of this.tiles.entries()) {
      tile.setAttribute("aria-label", fillIn(texts.sample, { number: index + 1, digit: digits[index] }));
      tile.title = index === 0 ? texts.next : "";
    }
  }

  /**
   * @param {string} sheet
   * @param {number} index
   */
  createTile(sheet, index) {
    const image = createElement("i");
    image.style.backgroundImage = `url(${sheet})`;
    const left = ((index % COLUMNS) / (COLUMNS - 1)) * 100;
    image.style.backgroundPosition = `${left}% ${Math.floor(index / COLUMNS) * 100}%`; // there are two rows
    const tile = createElement("button", "tile", image);
    tile.addEventListener("click", () => this.choose(index));
    return tile;
  }

  /** @param {number} index */
  choose(index) {
    this.lastIndex = index;
    this.sender.send({ index });
    this.mark(index);
    const tile = this.tiles[index];
    const { activeElement } = /** @type {ShadowRoot} */ (this.strip.getRootNode());
    if (this.strip.contains(activeElement)) tile.focus({ preventScroll: true }); // the outline goes along with N
    // On a phone the strip scrolls; the page must not.
    const middle = (/** @type {Element} */ element) => element.getBoundingClientRect().left + element.clientWidth / 2;
    this.strip.scrollBy({ left: middle(tile) - middle(this.strip) });
  }

  /** @param {Event} event */
  drawingChanged(event) {
    const { phase } = /** @type {CustomEvent<DrawingEvent>} */ (event).detail;
    if (phase !== "replaced") this.mark(null); // the drawing is shown
  }

  /** @param {Event} event */
  imageShown(event) {
    if (/** @type {CustomEvent<ImageEvent>} */ (event).detail !== "sample") this.mark(null);
  }

  /** @param {number | null} chosen index of the sample that is shown */
  mark(chosen) {
    for (const [index, tile] of this.tiles.entries()) {
      if (index === chosen) tile.setAttribute("aria-current", "true");
      else tile.removeAttribute("aria-current");
    }
  }

  /** @param {KeyboardEvent} event */
  keyDown(event) {
    if (event.key.toLowerCase() !== "n" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event) || isModalOpen()) return;
    event.preventDefault();
    this.choose((this.lastIndex + 1) % this.tiles.length);
  }

  destroy() {
    this.sender.destroy();
    this.stop.abort();
  }
}

export default defineComponent(
  (
    /** @type {import("../shared/component.js").ComponentArguments<SamplesData>} */ { parentElement, setTriggerValue },
  ) => new Samples(parentElement, setTriggerValue),
);
