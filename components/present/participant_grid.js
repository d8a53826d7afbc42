// All phones as tiles, each with its ink and what is read in it; they grow as the room allows.

import { createElement, fillIn, setText } from "../shared/dom.js";
import { DrawingSurface } from "../shared/drawing_surface.js";
import { DIGITS } from "../shared/probabilities.js";
import { columnsFor } from "./poster.js";

const GAP = 8; // CSS pixels between tiles
const BAR = 4; // pixels of a tile's chart from one bar to the next
const CHART_HEIGHT = 24; // its pixels

export class Crowd {
  // chosen(id): called when a tile is chosen.
  constructor(chosen) {
    this.chosen = chosen;
    this.accent = "#93a5ff";
    this.tiles = new Map();
    this.node = createElement("section", "crowd");
    this.watcher = new ResizeObserver(() => this.arrange());
    this.watcher.observe(this.node);
  }

  tile(id) {
    if (!this.tiles.has(id)) {
      const paper = new DrawingSurface();
      paper.color = "#fff";
      const text = createElement("b");
      const name = createElement("span");
      const chart = createElement("canvas", "chart");
      chart.width = DIGITS.length * BAR;
      chart.height = CHART_HEIGHT;
      const node = createElement("button", "tile", paper.canvas, chart, text, name);
      node.addEventListener("click", () => this.chosen(id));
      this.tiles.set(id, { node, paper, chart, text, name });
      this.node.append(node);
      this.arrange();
    }
    return this.tiles.get(id);
  }

  drop(id) {
    const tile = this.tiles.get(id);
    tile?.paper.destroy();
    tile?.node.remove();
    this.tiles.delete(id);
    this.arrange();
  }

  describe(id, { name, away, reading }, { focus, pen, texts, hush }) {
    const { node, text, chart, name: label } = this.tile(id);
    this.paintChart(chart, hush ? null : reading?.shares);
    setText(text, hush ? "" : (reading?.text ?? ""));
    text.dataset.verdict = reading?.verdict ?? "none";
    setText(label, name);
    node.toggleAttribute("data-away", away);
    node.toggleAttribute("data-focus", id === focus);
    node.toggleAttribute("data-pen", id === pen);
    node.setAttribute(
      "aria-label",
      fillIn(texts.tile, { name: name || texts.guest, text: reading?.text || texts.nothing }),
    );
  }

  accentuate(accent) {
    this.accent = accent;
    for (const { chart } of this.tiles.values()) delete chart.dataset.shares;
  }

  // shares: percent of each digit; null or undefined for no single digit. A canvas, because fifty
  // times ten elements would be too many to move.
  paintChart(chart, shares) {
    const shown = shares ? shares.join() : "";
    if (chart.dataset.shares === shown) return;
    chart.dataset.shares = shown;
    const context = chart.getContext("2d");
    context.clearRect(0, 0, chart.width, chart.height);
    const most = Math.max(...(shares ?? []));
    (shares ?? []).forEach((share, value) => {
      context.fillStyle = share === most ? this.accent : "#767d96";
      const height = Math.max(1, (share / 100) * CHART_HEIGHT);
      context.fillRect(value * BAR, CHART_HEIGHT - height, BAR - 1, height);
    });
  }

  arrange() {
    const { clientWidth, clientHeight } = this.node;
    if (!clientWidth) return;
    const count = Math.max(1, this.tiles.size);
    const columns = columnsFor(count, clientWidth, Math.max(clientHeight, 1));
    const side = Math.min(clientWidth / columns, clientHeight / Math.ceil(count / columns)) - GAP;
    this.node.style.setProperty("--columns", columns);
    this.node.style.setProperty("--tile", `${Math.max(24, Math.floor(side))}px`);
  }

  destroy() {
    this.watcher.disconnect();
    for (const { paper } of this.tiles.values()) paper.destroy();
  }
}
