// A session's drawings as one image.

import { createElement, fillIn, setText } from "../shared/dom.js";
import { drawStroke, SURFACE_SIDE } from "../shared/drawing_surface.js";
import { countColumns } from "./tiling.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { DrawingListResponse } from "../shared/room_types.d.ts" */

/** @typedef {DrawingListResponse["items"][number]} SessionDrawing */

const WIDTH = 2400; // pixels
const HEIGHT = 1500;
const MARGIN = 90;
const HEADER = 190;
const LARGEST_TILE = 640;

export class Poster {
  constructor() {
    this.canvas = createElement("canvas", "poster");
    this.canvas.setAttribute("role", "img");
    this.download = createElement("a", "button");
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
 * @param {HTMLCanvasElement} canvas
 * @param {SessionDrawing[]} drawings
 * @param {string} caption
 */
function paintPoster(canvas, drawings, caption) {
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "#f6f5f1";
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = "#1a1d29";
  context.textBaseline = "alphabetic";
  context.font = "700 84px system-ui, sans-serif";
  context.fillText("Inkling", MARGIN, MARGIN + 70);
  context.font = "400 44px system-ui, sans-serif";
  context.textAlign = "right";
  context.fillText(caption, WIDTH - MARGIN, MARGIN + 70);
  context.textAlign = "left";
  const [width, height] = [WIDTH - 2 * MARGIN, HEIGHT - HEADER - MARGIN];
  const columns = countColumns(drawings.length, width, height);
  const rows = Math.max(1, Math.ceil(drawings.length / columns));
  const side = Math.min(width / columns, height / rows, LARGEST_TILE);
  const left = (WIDTH - side * Math.min(columns, drawings.length || 1)) / 2;
  drawings.forEach((drawing, index) => {
    paintTile(context, drawing, left + (index % columns) * side, HEADER + Math.floor(index / columns) * side, side);
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {SessionDrawing} drawing
 * @param {number} x of the tile's left edge
 * @param {number} y of its top edge
 * @param {number} side
 */
function paintTile(context, { strokes, text, label }, x, y, side) {
  const margin = side * 0.05;
  const inner = side - 2 * margin;
  context.fillStyle = "#fff";
  context.strokeStyle = "#dedcd3";
  context.lineWidth = 2;
  context.beginPath();
  context.roundRect(x + margin, y + margin, inner, inner, side * 0.08);
  context.fill();
  context.stroke();
  context.save();
  context.clip();
  context.translate(x + margin, y + margin);
  context.scale(inner / SURFACE_SIDE, inner / SURFACE_SIDE);
  for (const stroke of strokes) drawStroke(context, stroke, 0, "#1a1d29");
  context.restore();
  const wrong = label !== null && label !== text;
  context.fillStyle = wrong ? "#b3401a" : "#2f45c5";
  context.font = `650 ${Math.round(side * 0.13)}px system-ui, sans-serif`;
  const shown = wrong ? `${text} ≠ ${label}` : text;
  context.fillText(shown.replace("\n", " "), x + margin * 1.8, y + side - margin * 1.8);
}
