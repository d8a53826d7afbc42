// Drawings that the server has not confirmed: in memory, and in the browser's storage if it allows that, so
// that they survive a reload. Pages of this browser share them.

import { localStore } from "../shared/storage.js";

/** @import { Drawing, Stroke } from "../shared/types.d.ts" */

const PREFIX = "inkling.unsaved.";
const LIMIT = 1000; // drawings; a hand draws as many in an hour

/**
 * @typedef {object} UnsavedDrawing
 * @property {Drawing} drawing
 * @property {number} version of the strokes
 * @property {Stroke[]} strokes
 */

export class UnsavedDrawings {
  /** @param {() => void} onChange another page of this browser has saved some */
  constructor(onChange) {
    /** @type {Map<string, UnsavedDrawing>} by key, the one that changed last at the end */
    this.items = new Map();
    /** @type {Set<string>} keys of drawings that an earlier page, or another one, has left */
    this.adopted = new Set();
    for (const name of localStore.keys()) {
      if (name.startsWith(PREFIX)) this.read(name);
    }
    window.addEventListener("storage", ({ key: name, newValue }) => {
      const key = name?.slice(PREFIX.length) ?? "";
      if (newValue !== null || !this.adopted.has(key)) return; // this page confirms its own ones itself
      this.items.delete(key);
      onChange();
    });
  }

  /** @param {string} name */
  read(name) {
    try {
      /** @type {UnsavedDrawing} */
      const item = JSON.parse(localStore.get(name) ?? "");
      const { key } = item.drawing;
      if (!item.strokes.length || name !== PREFIX + key) throw new TypeError(name);
      this.items.set(key, item);
      this.adopted.add(key);
    } catch {
      localStore.set(name, null); // not ours, or cut off
    }
  }

  get size() {
    return this.items.size;
  }

  /** Whether all of them would survive closing the page. */
  get areStored() {
    return [...this.items.keys()].every((key) => localStore.get(PREFIX + key) !== null);
  }

  /**
   * Return the one that changed last: what the visitor looks at.
   * @returns {UnsavedDrawing | undefined}
   */
  get newest() {
    return [...this.items.values()].at(-1);
  }

  /** @param {string} key */
  get(key) {
    return this.items.get(key);
  }

  /** @param {UnsavedDrawing} item */
  add(item) {
    const { key } = item.drawing;
    this.adopted.delete(key);
    this.items.delete(key); // so that it becomes the newest
    this.items.set(key, item);
    localStore.set(PREFIX + key, JSON.stringify(item));
    const [oldest] = this.items.keys();
    if (this.items.size > LIMIT) this.remove(oldest);
  }

  /**
   * Remove a drawing, unless it has changed since this version, here or on another page.
   * @param {UnsavedDrawing} item
   */
  confirm(item) {
    const { key } = item.drawing;
    if (this.items.get(key)?.version !== item.version) return;
    const stored = localStore.get(PREFIX + key);
    if (stored === null || JSON.parse(stored).version === item.version) this.remove(key);
    else this.items.delete(key);
  }

  /** @param {string} key */
  remove(key) {
    this.items.delete(key);
    localStore.set(PREFIX + key, null);
  }

  clear() {
    for (const key of [...this.items.keys()]) this.remove(key);
  }
}
