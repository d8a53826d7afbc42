// The session's drawings as one picture.

import { fillIn } from "../shared/dom.js";
import { drawStroke, SURFACE_SIDE } from "../shared/drawing_surface.js";

const POSTER = [2400, 1500]; // pixels
const EDGE = 90;
const HEAD = 190;

// Paint the poster of these drawings, as GET /rooms/{code}/drawings has them.
export function paintPoster(canvas, drawings, texts, day) {
  [canvas.width, canvas.height] = POSTER;
  const context = canvas.getContext("2d");
  context.fillStyle = "#f6f5f1";
  context.fillRect(0, 0, ...POSTER);
  context.fillStyle = "#1a1d29";
  context.textBaseline = "alphabetic";
  context.font = "700 84px system-ui, sans-serif";
  context.fillText("Inkling", EDGE, EDGE + 70);
  context.font = "400 44px system-ui, sans-serif";
  context.textAlign = "right";
  context.fillText(`${fillIn(texts.poster_count, { count: drawings.length })} · ${day}`, POSTER[0] - EDGE, EDGE + 70);
  context.textAlign = "left";
  const space = [POSTER[0] - 2 * EDGE, POSTER[1] - HEAD - EDGE];
  const columns = columnsFor(drawings.length, space[0], space[1]);
  const tile = Math.min(space[0] / columns, space[1] / Math.max(1, Math.ceil(drawings.length / columns)), 640);
  const left = (POSTER[0] - tile * Math.min(columns, drawings.length || 1)) / 2;
  drawings.forEach((drawing, place) => {
    paintTile(context, drawing, left + (place % columns) * tile, HEAD + Math.floor(place / columns) * tile, tile);
  });
}

function paintTile(context, drawing, x, y, side) {
  const gap = side * 0.05;
  const inner = side - 2 * gap;
  context.fillStyle = "#fff";
  context.strokeStyle = "#dedcd3";
  context.lineWidth = 2;
  context.beginPath();
  context.roundRect(x + gap, y + gap, inner, inner, side * 0.08);
  context.fill();
  context.stroke();
  context.save();
  context.clip();
  context.translate(x + gap, y + gap);
  context.scale(inner / SURFACE_SIDE, inner / SURFACE_SIDE);
  for (const stroke of drawing.strokes) drawStroke(context, stroke, 0, "#1a1d29");
  context.restore();
  const wrong = drawing.label !== null && drawing.label !== drawing.text;
  context.fillStyle = wrong ? "#b3401a" : "#2f45c5";
  context.font = `650 ${Math.round(side * 0.13)}px system-ui, sans-serif`;
  const text = wrong ? `${drawing.text} ≠ ${drawing.label}` : drawing.text;
  context.fillText(text.replace("\n", " "), x + gap * 1.8, y + side - gap * 1.8);
}

// How many columns make the tiles largest.
export function columnsFor(count, width, height) {
  let best = 1;
  let largest = 0;
  for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
    const side = Math.min(width / columns, height / Math.ceil(Math.max(1, count) / columns));
    if (side > largest) [best, largest] = [columns, side];
  }
  return best;
}
