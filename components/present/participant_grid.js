// All participants as tiles, each with its drawing and its prediction; the tiles are as large as the space allows.

import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { DrawingSurface } from "../shared/drawing_surface.js";
import { OUTCOMES } from "../shared/probabilities.js";
import { withTeam } from "../shared/teams.js";
import { countColumns } from "./tiling.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { Theme } from "./layout.js" */
/** @import { Member } from "./presenter_room.js" */

const GAP = 8; // CSS pixels between tiles
const TILE_ASPECT = 1.3; // height over width: a square drawing, its name and its prediction below
const SMALLEST_TILE = 24; // CSS pixels
const BAR_WIDTH = 4; // canvas pixels from one bar of a tile's chart to the next
const CHART_HEIGHT = 24; // canvas pixels
const OTHER_BARS = "#767d96";

/**
 * @typedef {object} Tile
 * @property {HTMLElement} node
 * @property {DrawingSurface} surface
 * @property {HTMLCanvasElement} chart
 * @property {HTMLElement} text the prediction
 * @property {HTMLElement} name
 * @property {number} revision of the drawing that is shown
 */

/**
 * @typedef {object} TileState state that all tiles share
 * @property {string} focus id of the member that is shown large
 * @property {string} pen id of the only member who may draw, "all" or "nobody"
 * @property {ReadonlyMap<string, number>} recognized the members whose digit was recognized in a race
 * @property {Texts} texts
 */

export class ParticipantGrid {
  /**
   * @param {(id: string) => void} onChoose a tile was chosen
   * @param {Theme} theme
   */
  constructor(onChoose, theme) {
    this.onChoose = onChoose;
    this.theme = theme;
    /** @type {Map<string, Tile>} by member */
    this.tiles = new Map();
    this.node = createElement("section", "participant-grid");
    this.resizeObserver = new ResizeObserver(() => this.arrange());
    this.resizeObserver.observe(this.node);
  }

  /**
   * Add a tile for a member who has none.
   * @param {string} id
   */
  add(id) {
    if (this.tiles.has(id)) return;
    const surface = new DrawingSurface();
    surface.setColor(this.theme.drawing);
    const text = createElement("b");
    const name = createElement("span", "name");
    const chart = createElement("canvas", "chart");
    chart.width = OUTCOMES.length * BAR_WIDTH;
    chart.height = CHART_HEIGHT;
    const node = createButton("tile", "", () => this.onChoose(id));
    node.replaceChildren(surface.canvas, createElement("span", "foot", name, chart, text));
    this.tiles.set(id, { node, surface, chart, text, name, revision: 0 });
    this.node.append(node);
    this.arrange();
  }

  /** @param {string} id */
  remove(id) {
    const tile = this.tiles.get(id);
    if (!tile) return;
    tile.surface.destroy();
    tile.node.remove();
    this.tiles.delete(id);
    this.arrange();
  }

  clear() {
    for (const id of [...this.tiles.keys()]) this.remove(id);
  }

  /**
   * Show a member's drawing and prediction.
   * @param {Member} member
   * @param {TileState & { sign: string }} state sign: of the member's team, "" without one
   */
  paint(member, { focus, pen, recognized, sign, texts }) {
    const tile = this.tiles.get(member.id);
    if (!tile) return;
    const { node, surface, chart, text, name } = tile;
    const { prediction } = member;
    if (tile.revision !== member.revision || surface.strokes !== member.strokes) surface.setStrokes(member.strokes);
    tile.revision = member.revision;
    surface.paint();
    this.paintChart(chart, prediction?.shares ?? null);
    setText(text, prediction?.text ?? "");
    text.dataset.verdict = prediction?.verdict ?? "none";
    setText(name, withTeam(member.name, sign));
    node.toggleAttribute("data-away", member.away);
    node.toggleAttribute("data-focus", member.id === focus);
    node.toggleAttribute("data-pen", member.id === pen);
    node.toggleAttribute("data-recognized", recognized.has(member.id));
    const label = { name: member.name || texts.participant, text: prediction?.text || texts.nothing };
    node.setAttribute("aria-label", fillIn(texts.tile, label));
  }

  /** @param {Theme} theme the next paint of each tile shows all of it */
  setTheme(theme) {
    this.theme = theme;
    for (const { chart, surface } of this.tiles.values()) {
      surface.setColor(theme.drawing);
      delete chart.dataset.shares;
    }
  }

  /**
   * Draw eleven bars, the last for "not a digit". They are a canvas, because fifty times eleven elements would be
   * too many to move.
   * @param {HTMLCanvasElement} chart
   * @param {number[] | null} shares percent of each digit; null for no bars
   */
  paintChart(chart, shares) {
    const shown = shares?.join() ?? "";
    const context = chart.getContext("2d");
    if (!context || chart.dataset.shares === shown) return;
    chart.dataset.shares = shown;
    context.clearRect(0, 0, chart.width, chart.height);
    if (!shares) return;
    const none = 100 - shares.reduce((sum, share) => sum + share, 0);
    const outcomes = [...shares, Math.max(0, none)];
    const largest = Math.max(...outcomes);
    outcomes.forEach((share, outcome) => {
      const height = Math.max(1, (share / 100) * CHART_HEIGHT);
      context.fillStyle = share === largest ? this.theme.accent : OTHER_BARS;
      context.fillRect(outcome * BAR_WIDTH, CHART_HEIGHT - height, BAR_WIDTH - 1, height);
    });
  }

  arrange() {
    const { clientWidth, clientHeight } = this.node;
    if (!clientWidth) return; // the scene does not show the grid
    const count = Math.max(1, this.tiles.size);
    const height = Math.max(clientHeight, 1) / TILE_ASPECT;
    const columns = countColumns(count, clientWidth, height);
    const side = Math.min(clientWidth / columns, height / Math.ceil(count / columns)) - GAP;
    this.node.style.setProperty("--columns", String(columns));
    this.node.style.setProperty("--tile", `${Math.max(SMALLEST_TILE, Math.floor(side))}px`);
  }

  destroy() {
    this.resizeObserver.disconnect();
    for (const { surface } of this.tiles.values()) surface.destroy();
  }
}
