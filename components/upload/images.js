// Thumbnails, and smaller copies of images that are too large to be sent, where the browser can decode them.

import { createElement } from "../shared/dom.js";

const THUMBNAIL_SIDE = 112; // pixels of the shorter side: 56 CSS pixels on dense screens
const SENT_SIDE = 2000; // pixels of the longer side; the server reads images at 1000 to 2000
const QUALITY = 0.92;
const SENT_TYPES = ["image/webp", "image/jpeg"]; // WebP first: it can be transparent

/**
 * Return a smaller copy of an image with at most `limit` bytes; null if this browser cannot make one.
 * @param {Blob} file
 * @param {number} limit
 * @returns {Promise<Blob | null>}
 */
export async function shrinkImage(file, limit) {
  const bitmap = await decode(file);
  if (!bitmap) return null;
  const scale = Math.min(1, SENT_SIDE / Math.max(bitmap.width, bitmap.height));
  try {
    for (const type of SENT_TYPES) {
      const copy = await draw(bitmap, scale, type);
      if (copy && copy.size <= limit) return copy;
    }
    return null;
  } finally {
    bitmap.close(); // a photo takes 50 MB
  }
}

/**
 * Return the URL of a small copy of an image; null if this browser cannot decode it.
 * @param {Blob} file
 * @returns {Promise<string | null>}
 */
export async function createThumbnail(file) {
  const bitmap = await decode(file);
  if (!bitmap) return null;
  const scale = Math.min(1, THUMBNAIL_SIDE / Math.min(bitmap.width, bitmap.height));
  const copy = await draw(bitmap, scale, "image/webp");
  bitmap.close();
  return copy && URL.createObjectURL(copy);
}

/**
 * @param {Blob} file
 * @returns {Promise<ImageBitmap | null>}
 */
async function decode(file) {
  try {
    return await createImageBitmap(file);
  } catch {
    return null;
  }
}

/**
 * @param {ImageBitmap} bitmap
 * @param {number} scale
 * @param {string} type
 * @returns {Promise<Blob | null>}
 */
function draw(bitmap, scale, type) {
  const canvas = createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  if (!context) return Promise.resolve(null);
  context.imageSmoothingQuality = "high";
  if (type === "image/jpeg") {
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
}
