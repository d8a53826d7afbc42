// What is painted over a drawing to explain its prediction: the network's input, a heat map.

import { createElement } from "../shared/dom.js";
import { drawStroke, PEN_WIDTH, SURFACE_SIDE } from "../shared/drawing_surface.js";
import { createPalette, decodeBytes, drawLevels, GLYPH_SIDE } from "../shared/glyph.js";

/** @import { DigitMessage, Stroke } from "../shared/types.d.ts" */
/** @import { RoomPrediction } from "../shared/room_types.d.ts" */

/** @typedef {RoomPrediction["digits"][number]} RoomDigit */
/** @typedef {[left: number, top: number, right: number, bottom: number]} Bounds in glyph pixels */

const HEAT_MARGIN = 4; // glyph pixels

const HEAT_PALETTE = createPalette((level) => [
  Math.min(255, 60 + level * 1.6),
  Math.max(0, level - 90) * 1.4,
  Math.max(20, 150 - level * 1.5),
  255,
]);

/** @param {number} share */
const clamp = (share) => Math.min(1, Math.max(0, share));

/** @param {number} share 0 to 1; slow at both ends (smoothstep) */
const ease = (share) => share * share * (3 - 2 * share);

/**
 * @param {number} start
 * @param {number} end
 * @param {number} share 0 to 1
 */
const interpolate = (start, end, share) => start + (end - start) * share;

/** @param {HTMLCanvasElement} canvas */
const contextOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/**
 * Return the bounds of what is not 0 in a glyph.
 * @param {ArrayLike<number>} glyph
 * @returns {Bounds}
 */
export function glyphBounds(glyph) {
  /** @type {Bounds} */
  let [left, top, right, bottom] = [GLYPH_SIDE, GLYPH_SIDE, 0, 0];
  for (let index = 0; index < glyph.length; index += 1) {
    if (!glyph[index]) continue;
    const x = index % GLYPH_SIDE;
    const y = Math.floor(index / GLYPH_SIDE);
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x + 1), Math.max(bottom, y + 1)];
  }
  return [left, top, right, bottom];
}

/**
 * Paint how a drawing becomes the network's input: it moves and scales into the glyph's 28×28 pixels,
 * which then appear row by row, at the end with their values.
 * @param {HTMLCanvasElement} canvas
 * @param {Stroke[]} strokes
 * @param {DigitMessage} digit
 * @param {number} progress 0 to 1
 */
export function paintMorph(canvas, strokes, digit, progress) {
  const context = contextOf(canvas);
  const cell = canvas.width / GLYPH_SIDE;
  const glyph = decodeBytes(digit.glyph);
  const pixels = clamp((progress - 0.35) / 0.5);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (pixels < 1) {
    context.globalAlpha = 1 - pixels ** 2;
    moveIntoGlyph(context, digit, glyphBounds(glyph), ease(Math.min(1, progress / 0.4)));
    for (const stroke of strokes) if (stroke.length) drawStroke(context, stroke, 0, "#fff");
    context.setTransform(1, 0, 0, 1, 0, 0);
  }
  const rows = pixels * (GLYPH_SIDE + 4);
  glyph.forEach((level, index) => {
    const row = Math.floor(index / GLYPH_SIDE);
    context.globalAlpha = clamp((rows - row) / 4);
    if (context.globalAlpha === 0) return;
    context.fillStyle = `rgb(${level},${level},${level})`;
    context.fillRect((index % GLYPH_SIDE) * cell + 0.5, row * cell + 0.5, cell - 1, cell - 1);
  });
  context.globalAlpha = 1;
  if (progress >= 0.95) paintValues(context, glyph, cell);
}

/**
 * Set the transform from units of the drawing to canvas pixels, on the way from where the digit was
 * drawn to where it is in the glyph.
 * @param {CanvasRenderingContext2D} context
 * @param {DigitMessage} digit
 * @param {Bounds} bounds of the glyph
 * @param {number} share of the way, 0 to 1
 */
function moveIntoGlyph(context, { box: [x, y, width, height] }, [left, top, right, bottom], share) {
  const unit = context.canvas.width / SURFACE_SIDE;
  const cell = context.canvas.width / GLYPH_SIDE;
  const glyphScale = (Math.max(right - left, bottom - top) * cell) / Math.max(width, height, 1);
  const scale = interpolate(unit, glyphScale, share);
  const centerX = interpolate((x + width / 2) * unit, ((left + right) / 2) * cell, share);
  const centerY = interpolate((y + height / 2) * unit, ((top + bottom) / 2) * cell, share);
  context.setTransform(scale, 0, 0, scale, centerX - (x + width / 2) * scale, centerY - (y + height / 2) * scale);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Uint8Array} glyph
 * @param {number} cell canvas pixels of a glyph's pixel
 */
function paintValues(context, glyph, cell) {
  context.font = `${Math.round(cell * 0.42)}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  glyph.forEach((level, index) => {
    if (!level) return;
    context.fillStyle = level > 120 ? "#333" : "#bbb";
    context.fillText(String(level), ((index % GLYPH_SIDE) + 0.5) * cell, (Math.floor(index / GLYPH_SIDE) + 0.5) * cell);
  });
}

/**
 * Paint the heat maps of all digits as a glow of the strokes.
 * @param {HTMLCanvasElement} canvas
 * @param {Stroke[]} strokes
 * @param {RoomDigit[]} digits
 */
export function paintHeat(canvas, strokes, digits) {
  const context = contextOf(canvas);
  const unit = canvas.width / SURFACE_SIDE;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  for (const digit of digits) {
    if (digit.heat === null) continue;
    const [left, top, right, bottom] = glyphBounds(decodeBytes(digit.glyph));
    const [x, y, width, height] = digit.box;
    const cell = Math.max(width / Math.max(1, right - left), height / Math.max(1, bottom - top)) * unit;
    const margin = HEAT_MARGIN * cell;
    const side = cell * GLYPH_SIDE + 2 * margin;
    context.drawImage(
      createHeatImage(decodeBytes(digit.heat)),
      (x + width / 2) * unit - ((left + right) / 2) * cell - margin,
      (y + height / 2) * unit - ((top + bottom) / 2) * cell - margin,
      side,
      side,
    );
  }
  keepNearStrokes(context, strokes, unit);
}

/**
 * Erase what is not on or close to the strokes.
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke[]} strokes
 * @param {number} unit canvas pixels of the drawing's unit
 */
function keepNearStrokes(context, strokes, unit) {
  context.save();
  context.globalCompositeOperation = "destination-in";
  context.setTransform(unit, 0, 0, unit, 0, 0);
  context.filter = "blur(8px)";
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = PEN_WIDTH * 2.4;
  context.strokeStyle = "#000";
  context.beginPath();
  for (const [start, ...points] of strokes) {
    if (start) context.moveTo(...start);
    for (const point of points) context.lineTo(...point);
  }
  context.stroke();
  context.restore();
}

/**
 * Return a heat map with its border repeated around it: strokes may reach the border and glow beyond.
 * @param {Uint8Array} heat
 */
function createHeatImage(heat) {
  const side = GLYPH_SIDE + 2 * HEAT_MARGIN;
  const inside = (/** @type {number} */ index) => Math.min(GLYPH_SIDE - 1, Math.max(0, index - HEAT_MARGIN));
  const levels = Array.from(
    { length: side * side },
    (_, index) => heat[inside(Math.floor(index / side)) * GLYPH_SIDE + inside(index % side)],
  );
  return createImage(levels, HEAT_PALETTE);
}

/**
 * @param {ArrayLike<number>} levels 0 to 255
 * @param {Uint32Array<ArrayBuffer>} palette
 */
function createImage(levels, palette) {
  const canvas = createElement("canvas");
  drawLevels(canvas, levels, palette);
  return canvas;
}
