// Finds the files in what a visitor chose, dropped or pasted: files, folders with all that they contain, ZIP
// archives.

import { FileError } from "./upload_queue.js";
import { listZip, readZipEntry } from "./zip.js";

/** @import { FileSource } from "./upload_queue.js" */

export const MAX_FILES = 500; // at a time
const MAX_VISITED = 5000; // files and folders, so that a whole disk is not searched
const IMAGE_NAME = /\.(png|jpe?g|jfif|webp|avif|gif|bmp|tiff?|p[pgbn]m|ico|hei[cf]|pdf)$/i;
const ZIP_NAME = /\.zip$/i;
const ZIP_TYPES = ["application/zip", "application/x-zip-compressed"];

/**
 * @typedef {object} FoundFiles
 * @property {FileSource[]} sources
 * @property {number} skipped files in folders and archives that are no images
 * @property {boolean} tooMany there are more files than may be sent at a time
 */

/**
 * Return what was dropped. Must be called while the event is handled: the list is empty afterwards.
 * @param {DataTransfer | null} transfer
 * @returns {(File | FileSystemEntry)[]}
 */
export function transferredItems(transfer) {
  if (!transfer) return [];
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const found = items.map((item) => {
    const entry = item.webkitGetAsEntry?.();
    return entry?.isDirectory ? entry : item.getAsFile();
  });
  const files = found.filter((item) => item !== null);
  return files.length > 0 ? files : [...transfer.files];
}

/**
 * Return the files to send: those given by themselves whatever they are, of folders and archives the images.
 * @param {(File | FileSystemEntry)[]} items
 * @returns {Promise<FoundFiles>}
 */
export async function findFiles(items) {
  const finder = new FileFinder();
  for (const item of items) {
    if (!(item instanceof File)) await finder.addFolder(/** @type {FileSystemDirectoryEntry} */ (item));
    else if (item.webkitRelativePath) await finder.addFromFolder(item);
    else await finder.addFile(item);
  }
  return finder;
}

/** @implements {FoundFiles} */
class FileFinder {
  constructor() {
    /** @type {FileSource[]} */
    this.sources = [];
    this.skipped = 0;
    this.visited = 0;
    this.tooMany = false;
  }

  /** @param {FileSource} source */
  add(source) {
    if (this.sources.length < MAX_FILES) this.sources.push(source);
    else this.tooMany = true;
  }

  /** @param {File} file */
  async addFile(file) {
    const isZip = ZIP_NAME.test(file.name) || ZIP_TYPES.includes(file.type);
    if (isZip) await this.addZip(file);
    else this.add({ name: file.name, read: async () => file });
  }

  /** @param {File} file */
  async addFromFolder(file) {
    if (isHidden(file.webkitRelativePath)) return;
    if (ZIP_NAME.test(file.name) || IMAGE_NAME.test(file.name)) await this.addFile(file);
    else this.skipped += 1;
  }

  /** @param {File} archive */
  async addZip(archive) {
    try {
      const entries = await listZip(archive);
      for (const entry of entries) this.addZipEntry(archive, entry);
    } catch (error) {
      this.add(failedSource(archive.name, error));
    }
  }

  /**
   * @param {File} archive
   * @param {import("./zip.js").ZipEntry} entry
   */
  addZipEntry(archive, entry) {
    const path = entry.name.replaceAll("\\", "/");
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (isHidden(path)) return;
    if (ZIP_NAME.test(name)) this.add(failedSource(name, new FileError("zip_nested")));
    else if (IMAGE_NAME.test(name)) this.add({ name, read: () => readZipEntry(archive, entry) });
    else this.skipped += 1;
  }

  /** @param {FileSystemDirectoryEntry} folder */
  async addFolder(folder) {
    const reader = folder.createReader();
    for (;;) {
      /** @type {FileSystemEntry[]} */
      let entries;
      try {
        entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      } catch (error) {
        this.add(failedSource(folder.name, error));
        return;
      }
      if (entries.length === 0) return; // a reader returns at most 100 entries at a time
      for (const entry of entries) await this.addEntry(entry);
    }
  }

  /** @param {FileSystemEntry} entry */
  async addEntry(entry) {
    this.visited += 1;
    if (this.visited > MAX_VISITED) this.tooMany = true;
    if (this.tooMany || isHidden(entry.name)) return;
    if (entry.isDirectory) {
      await this.addFolder(/** @type {FileSystemDirectoryEntry} */ (entry));
      return;
    }
    if (!ZIP_NAME.test(entry.name) && !IMAGE_NAME.test(entry.name)) {
      this.skipped += 1;
      return;
    }
    const fileEntry = /** @type {FileSystemFileEntry} */ (entry);
    try {
      await this.addFile(await new Promise((resolve, reject) => fileEntry.file(resolve, reject)));
    } catch (error) {
      this.add(failedSource(entry.name, error));
    }
  }
}

/**
 * Return a file that cannot be read, so that it is shown with the reason.
 * @param {string} name
 * @param {unknown} error
 * @returns {FileSource}
 */
function failedSource(name, error) {
  const reason = error instanceof FileError ? error : new FileError("unreadable_file");
  return { name, read: () => Promise.reject(reason) };
}

/**
 * Return whether a file is one of the system's, such as `.DS_Store`, `__MACOSX/._photo.jpg` and `Thumbs.db`.
 * @param {string} path
 */
const isHidden = (path) => path.split("/").some((part) => /^(\.[^.].*|__MACOSX|thumbs\.db)$/i.test(part));
