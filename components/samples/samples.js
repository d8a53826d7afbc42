// Samples to try: a button each, cut from one sheet of 28×28 tiles, ten to a row.

import { defineComponent } from "../shared/component.js";

class Gallery {
  constructor(root, send) {
    this.root = root;
    this.send = send;
    this.last = -1;
    this.stop = new AbortController();
    const options = { capture: true, signal: this.stop.signal };
    window.addEventListener("keydown", (event) => this.key(event), options);
  }

  update({ texts, sheet, digits }) {
    if (!this.heading) this.build(sheet, digits);
    this.heading.textContent = texts.heading;
    this.heading.title = texts.next;
    this.tiles.forEach((tile, place) => {
      const name = texts.sample.replace("{number}", place + 1).replace("{digit}", digits[place]);
      tile.setAttribute("aria-label", name);
      tile.title = place === 0 ? texts.next : "";
    });
  }

  build(sheet, digits) {
    this.heading = document.createElement("h2");
    const strip = document.createElement("div");
    strip.className = "strip";
    strip.setAttribute("aria-keyshortcuts", "N");
    this.tiles = digits.map((_, place) => {
      const tile = document.createElement("button");
      tile.className = "tile";
      const picture = document.createElement("i");
      picture.style.backgroundImage = `url(${sheet})`;
      picture.style.backgroundPosition = `${((place % 10) / 9) * 100}% ${Math.floor(place / 10) * 100}%`;
      tile.append(picture);
      tile.addEventListener("click", () => this.choose(place));
      return tile;
    });
    strip.append(...this.tiles);
    const section = document.createElement("section");
    section.append(this.heading, strip);
    this.root.append(section);
  }

  // The time makes choosing the same sample again a new choice.
  choose(place) {
    this.last = place;
    this.send("sample", { place, at: performance.now() });
  }

  destroy() {
    this.stop.abort();
  }

  key(event) {
    const path = event.composedPath();
    if (event.key.toLowerCase() !== "n" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (path.some((one) => one.matches?.("input:not([type=radio]), textarea, select, [contenteditable]"))) return;
    event.preventDefault();
    this.choose((this.last + 1) % this.tiles.length);
  }
}

export default defineComponent(({ parentElement, setTriggerValue }) => new Gallery(parentElement, setTriggerValue));
