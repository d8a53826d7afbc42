// A session's drawings as one image.

import { formatCsv } from "../shared/csv.js";
import { createElement, fillIn, setText } from "../shared/dom.js";
import { drawStroke, SURFACE_SIDE } from "../shared/drawing_surface.js";
import { TEAM_SIGNS, withTeam } from "../shared/teams.js";
import { countColumns } from "./tiling.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { DrawingListResponse, SessionDrawing } from "../shared/room_types.d.ts" */

const LONG_SIDE = 2400; // pixels
const SHORT_SIDE = 1500;
const MARGIN = 90;
const HEADER = 190;
const TILE_ASPECT = 1.24; // height over width: a square drawing, its prediction and its name below

export class Poster {
  constructor() {
    this.canvas = createElement("canvas", "poster");
    this.canvas.setAttribute("role", "img");
    this.download = createElement("a", "button");
    this.table = createElement("a", "button");
  }

  /**
   * Fetch a session's drawings, paint them and offer the image for download.
   * @param {string} session
   * @param {Texts} texts
   * @param {string} language
   * @returns {Promise<string | null>} when the session began, ISO 8601; null if there is no such session
   */
  async show(session, texts, language) {
    const [code] = session.split("-");
    const response = await fetch(`api/rooms/${code}/drawings?session=${encodeURIComponent(session)}`);
    if (!response.ok) return null;
    /** @type {DrawingListResponse} */
    const { began, items } = await response.json();
    const locale = language === "zh" ? "zh-CN" : "en-GB";
    const date = new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(new Date(began));
    paintPoster(this.canvas, items, `${fillIn(texts.poster_count, { count: items.length })} · ${date}`);
    const label = fillIn(texts.poster, { texts: items.map((item) => item.text).join(", ") });
    this.canvas.setAttribute("aria-label", label);
    this.table.href = URL.createObjectURL(new Blob([drawingTable(items)], { type: "text/csv" }));
    this.table.download = `inkling-${code}.csv`;
    setText(this.table, texts.table);
    /** @type {Blob | null} */
    const file = await new Promise((resolve) => this.canvas.toBlob(resolve, "image/png"));
    if (file) this.download.href = URL.createObjectURL(file);
    this.download.download = `inkling-${code}.png`;
    setText(this.download, texts.download);
    this.canvas.dataset.drawings = String(items.length);
    return began;
  }
}

/**
 * Return a session's drawings as CSV, a row for each, for the teacher.
 * @param {SessionDrawing[]} drawings
 */
export function drawingTable(drawings) {
  const rows = drawings.map(({ id, created, name, team, text, label, confidence }) => [
    created,
    name,
    team === null ? "" : String(team + 1),
    text.replaceAll("\n", " "),
    label ?? "",
    confidence.toFixed(3),
    id,
  ]);
  return formatCsv([["created", "name", "team", "prediction", "label", "confidence", "id"], ...rows]);
}

/**
 * Paint a poster in the format of the window: upright on a phone.
 * @param {HTMLCanvasElement} canvas
 * @param {SessionDrawing[]} drawings
 * @param {string} caption
 */
function paintPoster(canvas, drawings, caption) {
  const isUpright = window.innerHeight > window.innerWidth;
  canvas.width = isUpright ? SHORT_SIDE : LONG_SIDE;
  canvas.height = isUpright ? LONG_SIDE : SHORT_SIDE;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "#f6f5f1";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#1a1d29";
  context.textBaseline = "alphabetic";
  context.font = "700 84px system-ui, sans-serif";
  context.fillText("Inkling", MARGIN, MARGIN + 70);
  context.font = "400 44px system-ui, sans-serif";
  context.textAlign = "right";
  context.fillText(caption, canvas.width - MARGIN, MARGIN + 70);
  context.textAlign = "left";
  const [width, height] = [canvas.width - 2 * MARGIN, canvas.height - HEADER - MARGIN];
  const columns = countColumns(drawings.length, width, height / TILE_ASPECT);
  const rows = Math.max(1, Math.ceil(drawings.length / columns));
  const side = Math.min(width / columns, height / rows / TILE_ASPECT);
  const top = HEADER + (height - rows * side * TILE_ASPECT) / 2;
  drawings.forEach((drawing, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, drawings.length - row * columns); // the last row is centered
    const left = (canvas.width - side * inRow) / 2;
    paintTile(context, drawing, left + (index % columns) * side, top + row * side * TILE_ASPECT, side);
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {SessionDrawing} drawing
 * @param {number} x of the tile's left edge
 * @param {number} y of its top edge
 * @param {number} side the tile's width
 */
function paintTile(context, { strokes, text, label, name, team }, x, y, side) {
  const margin = side * 0.04;
  const inner = side - 2 * margin;
  const height = side * TILE_ASPECT - 2 * margin;
  context.fillStyle = "#fff";
  context.strokeStyle = "#dedcd3";
  context.lineWidth = 2;
  context.beginPath();
  context.roundRect(x + margin, y + margin, inner, height, side * 0.06);
  context.fill();
  context.stroke();
  context.save();
  context.clip();
  context.translate(x + margin, y + margin);
  context.scale(inner / SURFACE_SIDE, inner / SURFACE_SIDE);
  for (const stroke of strokes) drawStroke(context, stroke, 0, "#1a1d29");
  context.restore();
  const wrong = label !== null && label !== text;
  const shown = (wrong ? `${text} ≠ ${label}` : text).replaceAll("\n", " ");
  const baseline = y + side * TILE_ASPECT - 2.6 * margin;
  context.fillStyle = wrong ? "#b3401a" : "#2f45c5";
  context.font = `650 ${Math.round(side * 0.15)}px system-ui, sans-serif`;
  context.fillText(shown, x + 2.5 * margin, baseline, inner / 2);
  const taken = Math.min(context.measureText(shown).width, inner / 2) + 5 * margin;
  context.fillStyle = "#4d5263";
  context.font = `400 ${Math.round(side * 0.075)}px system-ui, sans-serif`;
  context.textAlign = "right";
  const author = withTeam(name, team === null ? "" : TEAM_SIGNS[team]);
  if (author) context.fillText(author, x + side - 2.5 * margin, baseline, side - taken - 2.5 * margin);
  context.textAlign = "left";
}
