// Small square images from base64, one byte a pixel: glyphs (the network's input) and heat maps.

/** @typedef {(level: number) => readonly number[]} Color [red, green, blue, alpha] of a level, 0 to 255 */

export const GLYPH_SIDE = 28; // pixels

/** @param {string} encoded base64 */
export const decodeBytes = (encoded) => Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));

/** @param {Uint8Array} bytes */
export const encodeBytes = (bytes) => btoa(String.fromCharCode(...bytes));

/**
 * Return the colors of the 256 levels as one uint32 each.
 * @param {Color} color
 */
export function createPalette(color) {
  const rgba = new Uint8ClampedArray(4 * 256);
  for (let level = 0; level < 256; level += 1) rgba.set(color(level), 4 * level);
  return new Uint32Array(rgba.buffer);
}

export const GRAYSCALE = createPalette((level) => [level, level, level, 255]);
/** Grays that let weak responses be seen. */
export const BRIGHTENED = createPalette((level) => {
  const gray = 255 * Math.sqrt(level / 255);
  return [gray, gray, gray, 255];
});
export const HEAT = createPalette((level) => [255, 120 + level / 4, 0, level * 0.8]);

/**
 * Draw a square image, a canvas pixel for each level.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} levels 0 to 255, row by row
 */
export function drawLevels(canvas, levels, palette = GRAYSCALE) {
  const side = Math.sqrt(levels.length);
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  for (let index = 0; index < levels.length; index += 1) {
    pixels[index] = palette[Math.round(levels[index])];
  }
  context.putImageData(image, 0, 0);
}

/**
 * Draw a base64 image unless the canvas shows it already.
 * @param {HTMLCanvasElement} canvas always used with the same palette
 * @param {string} encoded
 */
export function drawGlyph(canvas, encoded, palette = GRAYSCALE) {
  if (!encoded || canvas.dataset.shown === encoded) return;
  canvas.dataset.shown = encoded;
  drawLevels(canvas, decodeBytes(encoded), palette);
}
