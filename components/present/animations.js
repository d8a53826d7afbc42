// Moves for a talk, painted over the ink: what the network sees, its first filters, where it looked.

import { drawStroke, PEN_WIDTH, SURFACE_SIDE } from "../shared/drawing_surface.js";
import { createPalette, decodeBytes, drawLevels, GLYPH_SIDE } from "../shared/glyph.js";

const HEAT_EDGE = 4; // cells
const FILTERS = [
  [-1, -1, -1, 2, 2, 2, -1, -1, -1], // strokes that lie
  [-1, 2, -1, -1, 2, -1, -1, 2, -1], // that stand
  [-1, -1, 2, -1, 2, -1, 2, -1, -1], // that rise
  [2, -1, -1, -1, 2, -1, -1, -1, 2], // that fall
];

const HEAT_MAP = createPalette((level) => [
  Math.min(255, 60 + level * 1.6),
  Math.max(0, level - 90) * 1.4,
  Math.max(20, 150 - level * 1.5),
  255,
]);
const BLUE = createPalette((level) => [level * 0.55, level * 0.75, level, 255]);

const eased = (share) => share * share * (3 - 2 * share);
const between = (start, end, share) => start + (end - start) * share;

// Left, top, right and bottom of what is not 0 in a glyph, in cells.
function inked(cells) {
  let box = [GLYPH_SIDE, GLYPH_SIDE, 0, 0];
  cells.forEach((level, place) => {
    if (!level) return;
    const [x, y] = [place % GLYPH_SIDE, Math.floor(place / GLYPH_SIDE)];
    box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x + 1), Math.max(box[3], y + 1)];
  });
  return box;
}

// The ink flies into its place among 28×28 cells and becomes their numbers. time: 0 to 1.
export function paintMorph(canvas, strokes, digit, time) {
  const context = canvas.getContext("2d");
  const side = canvas.width;
  const cell = side / GLYPH_SIDE;
  const cells = decodeBytes(digit.glyph);
  const [left, top, right, bottom] = inked(cells);
  const flight = eased(Math.min(1, time / 0.4));
  const [x, y, width, height] = digit.box;
  const unit = side / SURFACE_SIDE;
  const target = Math.max(right - left, bottom - top) * cell;
  const scale = between(unit, target / Math.max(width, height, 1), flight);
  const middle = [
    between((x + width / 2) * unit, ((left + right) / 2) * cell, flight),
    between((y + height / 2) * unit, ((top + bottom) / 2) * cell, flight),
  ];
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, side, side);
  const squares = Math.min(1, Math.max(0, (time - 0.35) / 0.5));
  if (squares < 1) {
    context.globalAlpha = 1 - squares ** 2;
    context.setTransform(scale, 0, 0, scale, middle[0] - (x + width / 2) * scale, middle[1] - (y + height / 2) * scale);
    for (const stroke of strokes) if (stroke.length) drawStroke(context, stroke, 0, "#fff");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
  }
  const rows = squares * (GLYPH_SIDE + 4);
  cells.forEach((level, place) => {
    const row = Math.floor(place / GLYPH_SIDE);
    const there = Math.min(1, Math.max(0, (rows - row) / 4));
    if (there === 0) return;
    context.globalAlpha = there;
    context.fillStyle = `rgb(${level},${level},${level})`;
    context.fillRect((place % GLYPH_SIDE) * cell + 0.5, row * cell + 0.5, cell - 1, cell - 1);
  });
  context.globalAlpha = 1;
  if (time >= 0.95) paintNumbers(context, cells, cell);
}

function paintNumbers(context, cells, cell) {
  context.font = `${Math.round(cell * 0.42)}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  cells.forEach((level, place) => {
    if (!level) return;
    context.fillStyle = level > 120 ? "#333" : "#bbb";
    context.fillText(level, ((place % GLYPH_SIDE) + 0.5) * cell, (Math.floor(place / GLYPH_SIDE) + 0.5) * cell);
  });
}

// Where the network looked, as a glow of the ink it looked at.
export function paintHeat(canvas, strokes, digits) {
  const context = canvas.getContext("2d");
  const unit = canvas.width / SURFACE_SIDE;
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (const digit of digits) {
    const [left, top, right, bottom] = inked(decodeBytes(digit.glyph));
    const [x, y, width, height] = digit.box;
    const cell = Math.max(width / Math.max(1, right - left), height / Math.max(1, bottom - top)) * unit;
    const edge = HEAT_EDGE * cell;
    const start = [
      (x + width / 2) * unit - ((left + right) / 2) * cell,
      (y + height / 2) * unit - ((top + bottom) / 2) * cell,
    ];
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    const corner = [start[0] - edge, start[1] - edge];
    context.drawImage(
      heatPicture(decodeBytes(digit.heat)),
      ...corner,
      cell * GLYPH_SIDE + 2 * edge,
      cell * GLYPH_SIDE + 2 * edge,
    );
  }
  context.globalCompositeOperation = "destination-in";
  context.setTransform(unit, 0, 0, unit, 0, 0);
  context.filter = "blur(8px)";
  context.beginPath();
  for (const stroke of strokes) {
    stroke.forEach((point, place) => (place ? context.lineTo(...point) : context.moveTo(...point)));
  }
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = PEN_WIDTH * 2.4;
  context.strokeStyle = "#000";
  context.stroke();
  context.filter = "none";
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = "source-over";
}

// The heat with its rim repeated around it, because ink may reach the rim and glows beyond.
function heatPicture(heat) {
  const side = GLYPH_SIDE + 2 * HEAT_EDGE;
  const inside = (place) => Math.min(GLYPH_SIDE - 1, Math.max(0, place - HEAT_EDGE));
  const wide = Array.from(
    { length: side * side },
    (_, place) => heat[inside(Math.floor(place / side)) * GLYPH_SIDE + inside(place % side)],
  );
  return picture(wide, HEAT_MAP);
}

export function picture(levels, palette) {
  const canvas = document.createElement("canvas");
  drawLevels(canvas, levels, palette);
  return canvas;
}

// What four small patterns find in the glyph, in four quarters.
export function paintFilters(canvas, digit) {
  const context = canvas.getContext("2d");
  const cells = decodeBytes(digit.glyph);
  const half = canvas.width / 2;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  FILTERS.forEach((filter, place) => {
    const [x, y] = [(place % 2) * half, Math.floor(place / 2) * half];
    const found = filtered(cells, filter);
    context.drawImage(picture(found, BLUE), x + 6, y + 6, half - 12, half - 12);
    filter.forEach((weight, spot) => {
      context.fillStyle = weight > 0 ? "#fff" : "#3a4160";
      context.fillRect(x + 18 + (spot % 3) * 20, y + 18 + Math.floor(spot / 3) * 20, 18, 18);
    });
  });
}

function filtered(cells, filter) {
  const found = new Float32Array(GLYPH_SIDE * GLYPH_SIDE);
  for (let y = 1; y < GLYPH_SIDE - 1; y += 1) {
    for (let x = 1; x < GLYPH_SIDE - 1; x += 1) {
      let sum = 0;
      filter.forEach((weight, spot) => {
        sum += weight * cells[(y + Math.floor(spot / 3) - 1) * GLYPH_SIDE + x + (spot % 3) - 1];
      });
      found[y * GLYPH_SIDE + x] = Math.max(0, sum);
    }
  }
  const most = Math.max(1, ...found);
  return found.map((level) => (level / most) * 255);
}

// The first `share` (0 to 1) of the ink's points.
export function beginning(strokes, share) {
  let left = Math.round(strokes.reduce((sum, stroke) => sum + stroke.length, 0) * share);
  const kept = [];
  for (const stroke of strokes) {
    if (left <= 0) break;
    kept.push(stroke.slice(0, left));
    left -= stroke.length;
  }
  return kept;
}
