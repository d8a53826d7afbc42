// Reads ZIP archives: the list of files from the end of the archive, and each file when it is needed.
//
// Decompression is the browser's own. Nothing is believed of what an archive says about itself: the number of
// files, the size of each and of all are bounded, reading stops at the size that the list states, and names are only
// shown. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

import { FileError } from "./upload_queue.js";

export const MAX_ENTRIES = 2000; // files and folders of an archive
export const MAX_ENTRY_BYTES = 100 * 2 ** 20; // of an unpacked file
export const MAX_TOTAL_BYTES = 2 ** 31; // of all unpacked files
const MAX_RATIO = 200; // unpacked to packed size; photos and scans stay below 20
const RATIO_FROM = 2 ** 20; // bytes; the ratio of smaller files does not matter

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const ENCRYPTED = 1; // bits of the flags
const UTF8_NAME = 1 << 11;
const STORED = 0; // methods
const DEFLATED = 8;
const ZIP64 = 0xffffffff; // in place of a size or position that does not fit

/**
 * @typedef {object} ZipEntry
 * @property {string} name
 * @property {number} flags
 * @property {number} method
 * @property {number} packedSize
 * @property {number} size
 * @property {number} position of the local header
 */

/**
 * Return the files of an archive, without its folders. Throws a FileError "zip_…" for an archive that is damaged,
 * too large or of a kind that is not supported.
 * @param {Blob} archive
 * @returns {Promise<ZipEntry[]>}
 */
export async function listZip(archive) {
  const tailStart = Math.max(0, archive.size - END_BYTES - MAX_COMMENT);
  const tail = await view(archive, tailStart, archive.size);
  const end = findEnd(tail);
  const count = tail.getUint16(end + 10, true);
  const size = tail.getUint32(end + 12, true);
  const start = tail.getUint32(end + 16, true);
  if (size === ZIP64 || start === ZIP64 || count === 0xffff) throw new FileError("zip_unsupported");
  if (count > MAX_ENTRIES) throw new FileError("zip_too_many");
  if (start + size > archive.size) throw new FileError("zip_damaged");
  const entries = parseEntries(await view(archive, start, start + size), count);
  const total = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (total > MAX_TOTAL_BYTES) throw new FileError("zip_too_large");
  return entries.filter(({ name }) => !name.endsWith("/"));
}

/**
 * Return the content of a file of an archive; throws a FileError "zip_…" if that is not possible.
 * @param {Blob} archive
 * @param {ZipEntry} entry
 * @returns {Promise<Blob>}
 */
export async function readZipEntry(archive, entry) {
  const { flags, method, packedSize, size, position } = entry;
  if (flags & ENCRYPTED) throw new FileError("zip_encrypted");
  if (![STORED, DEFLATED].includes(method)) throw new FileError("zip_unsupported");
  const isBomb = size > RATIO_FROM && size > packedSize * MAX_RATIO;
  if (size > MAX_ENTRY_BYTES || isBomb) throw new FileError("zip_too_large");
  const header = await view(archive, position, position + LOCAL_BYTES);
  if (header.byteLength < LOCAL_BYTES || header.getUint32(0, true) !== LOCAL_SIGNATURE) {
    throw new FileError("zip_damaged");
  }
  const start = position + LOCAL_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = archive.slice(start, start + packedSize);
  const content = method === STORED ? packed : await inflate(packed, size);
  if (content.size !== size) throw new FileError("zip_damaged");
  return content;
}

/**
 * @param {Blob} packed
 * @param {number} size bytes after which reading stops
 */
async function inflate(packed, size) {
  const chunks = [];
  let received = 0;
  try {
    const stream = packed.stream().pipeThrough(new DecompressionStream("deflate-raw"));
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) return new Blob(chunks);
      received += value.byteLength;
      if (received > size) {
        await reader.cancel();
        throw new FileError("zip_damaged");
      }
      chunks.push(value);
    }
  } catch {
    throw new FileError("zip_damaged");
  }
}

/**
 * Return the position of the record at the end of an archive, which a comment may follow.
 * @param {DataView} tail
 */
function findEnd(tail) {
  for (let position = tail.byteLength - END_BYTES; position >= 0; position -= 1) {
    if (tail.getUint32(position, true) === END_SIGNATURE) return position;
  }
  throw new FileError("zip_damaged");
}

/**
 * @param {DataView} list
 * @param {number} count
 */
function parseEntries(list, count) {
  /** @type {ZipEntry[]} */
  const entries = [];
  let position = 0;
  for (let index = 0; index < count; index += 1) {
    if (position + ENTRY_BYTES > list.byteLength || list.getUint32(position, true) !== ENTRY_SIGNATURE) {
      throw new FileError("zip_damaged");
    }
    const at = (/** @type {number} */ offset) => list.getUint32(position + offset, true);
    const short = (/** @type {number} */ offset) => list.getUint16(position + offset, true);
    const nameLength = short(28);
    const next = position + ENTRY_BYTES + nameLength + short(30) + short(32);
    if (next > list.byteLength) throw new FileError("zip_damaged");
    const bytes = new Uint8Array(list.buffer, list.byteOffset + position + ENTRY_BYTES, nameLength);
    const entry = { flags: short(8), method: short(10), packedSize: at(20), size: at(24), position: at(42) };
    if ([entry.packedSize, entry.size, entry.position].includes(ZIP64)) throw new FileError("zip_unsupported");
    entries.push({ ...entry, name: decodeName(bytes, (entry.flags & UTF8_NAME) !== 0) });
    position = next;
  }
  return entries;
}

/**
 * Return a name as text. Windows in Chinese writes GBK without saying so.
 * @param {Uint8Array} bytes
 * @param {boolean} isUtf8
 */
function decodeName(bytes, isUtf8) {
  try {
    return new TextDecoder("utf-8", { fatal: !isUtf8 }).decode(bytes);
  } catch {
    return new TextDecoder("gbk").decode(bytes);
  }
}

/**
 * @param {Blob} blob
 * @param {number} start
 * @param {number} end
 */
async function view(blob, start, end) {
  try {
    return new DataView(await blob.slice(start, end).arrayBuffer());
  } catch {
    throw new FileError("unreadable_file");
  }
}
