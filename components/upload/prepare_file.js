// Reads a chosen file and makes it ready to be sent.

import { createThumbnail, shrinkImage } from "./images.js";
import { FileError } from "./upload_queue.js";

/** @import { FileSource, PreparedFile } from "./upload_queue.js" */

/**
 * Return the content to send, with a thumbnail where this browser can decode it. A file above the limit, or one that
 * shall be smaller, is sent as a smaller image.
 *
 * The content is read here and not while it is sent: a folder, or a file that has been moved since, would otherwise
 * look like a lost connection. Throws a FileError.
 * @param {FileSource} source
 * @param {boolean} smaller
 * @param {number} limit bytes
 * @returns {Promise<PreparedFile>}
 */
export async function prepareFile(source, smaller, limit) {
  const file = await source.read();
  if (file.size === 0) throw new FileError("empty_file");
  const thumbnail = smaller ? null : await createThumbnail(file);
  if (file.size <= limit && !smaller) return { content: await readAll(file), thumbnail };
  const content = await shrinkImage(file, limit);
  if (content) return { content, thumbnail };
  await readAll(file.slice(0, 1)); // throws if it cannot be read at all
  if (thumbnail) URL.revokeObjectURL(thumbnail);
  throw new FileError("cannot_shrink");
}

/**
 * Return a copy of a file in memory.
 * @param {Blob} file
 */
async function readAll(file) {
  try {
    return new Blob([await file.arrayBuffer()], { type: file.type });
  } catch {
    throw new FileError("unreadable_file");
  }
}
