// The predictions as tiles or rows, selected with keys or the pointer.

import { createElement } from "../shared/dom.js";
import { keyOf } from "../shared/keyboard.js";
import { Selection } from "./selection.js";
import { Tile } from "./tile.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { ThumbnailResponse } from "../shared/history_types.d.ts" */
/** @import { DeletedItem } from "../shared/pending_deletes.js" */

const LOAD_MARGIN = "1200px 0px"; // more is loaded when the end is that close to the window
const LONG_PRESS = 500; // ms after which a finger begins to select several
const PRESS_TOLERANCE = 10; // CSS pixels that the finger may move until then
const LOAD_ROWS = 3; // or when the active tile is in the last rows

/**
 * @typedef {object} GridCallbacks
 * @property {() => void} onSelect the selection changed
 * @property {(id: string) => void} onOpen
 * @property {() => void} onNearEnd the end of the list is close
 * @property {() => void} onSelectAll select all that match, also those that are not loaded
 */

export class PredictionGrid {
  /**
   * @param {GridCallbacks} callbacks
   * @param {AbortSignal} signal
   */
  constructor({ onSelect, onOpen, onNearEnd, onSelectAll }, signal) {
    this.onSelect = onSelect;
    this.onSelectAll = onSelectAll;
    this.onOpen = onOpen;
    this.onNearEnd = onNearEnd;
    /** @type {Texts} */
    this.texts = {};
    this.timeFormat = new Intl.DateTimeFormat();
    /** @type {ThumbnailResponse[]} */
    this.items = [];
    /** @type {Map<string, number>} by id */
    this.indexes = new Map();
    /** @type {Map<string, Tile>} by id */
    this.tiles = new Map();
    /** @type {Set<string>} ids of the predictions that are marked as conflicts */
    this.marked = new Set();
    this.selection = new Selection();
    this.active = -1; // index of the tile that Tab leads to; -1 for none
    this.multiple = false; // a tap or click adds to the selection
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.pressTimer = undefined;
    /** @type {[x: number, y: number]} where the finger went down */
    this.pressedAt = [0, 0];
    this.longPressed = false; // the click that follows a long press is not another one
    this.list = createElement("ul", "predictions");
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-multiselectable", "true");
    this.list.tabIndex = -1;
    this.end = createElement("div", "end");
    this.root = createElement("div", "", this.list, this.end);
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.list.addEventListener("dblclick", (event) => {
      const id = idAt(event);
      // Not while several are selected: two quick taps take one in and out.
      if (id && !this.multiple) this.onOpen(id);
    });
    this.list.addEventListener("keydown", (event) => this.keyDown(event));
    this.list.addEventListener("pointerdown", (event) => this.pointerDown(event));
    this.list.addEventListener("pointermove", (event) => this.pointerMoved(event));
    for (const type of ["pointerup", "pointercancel", "pointerleave"]) {
      this.list.addEventListener(type, () => clearTimeout(this.pressTimer));
    }
    this.list.addEventListener("contextmenu", (event) => this.longPressed && event.preventDefault());
    signal.addEventListener("abort", () => clearTimeout(this.pressTimer));
    const observer = new IntersectionObserver(([entry]) => entry.isIntersecting && this.onNearEnd(), {
      rootMargin: LOAD_MARGIN,
    });
    observer.observe(this.end);
    signal.addEventListener("abort", () => observer.disconnect());
  }

  clear() {
    this.items = [];
    this.indexes.clear();
    this.tiles.clear();
    this.selection.clear();
    this.active = -1;
    this.list.replaceChildren();
  }

  /**
   * @param {Texts} texts
   * @param {Intl.DateTimeFormat} timeFormat
   */
  setTexts(texts, timeFormat) {
    Object.assign(this, { texts, timeFormat });
    this.list.setAttribute("aria-label", texts.predictions);
    for (const item of this.items) this.refresh(item);
  }

  /** @param {boolean} haveReasons whether the predictions say why they are useful */
  setReasons(haveReasons) {
    this.list.dataset.reasons = String(haveReasons);
  }

  /** @param {string} layout "grid" or "list" */
  setLayout(layout) {
    this.list.dataset.as = layout;
  }

  /**
   * Append predictions, except those that are there already.
   * @param {ThumbnailResponse[]} items
   */
  append(items) {
    const added = items.filter(({ id }) => !this.indexes.has(id));
    for (const item of added) this.indexes.set(item.id, this.items.push(item) - 1);
    this.list.append(...added.map((item) => this.createTile(item)));
    if (this.active < 0 && this.items.length) this.setTabbable(0, true);
  }

  /** @param {ThumbnailResponse} item */
  createTile(item) {
    const tile = new Tile(item);
    this.tiles.set(item.id, tile);
    tile.show(item, this.texts, this.timeFormat);
    return tile.root;
  }

  /**
   * Show a prediction's new label.
   * @param {ThumbnailResponse} item
   */
  refresh(item) {
    this.tiles.get(item.id)?.show(item, this.texts, this.timeFormat);
  }

  /**
   * @param {string} id
   * @returns {ThumbnailResponse | undefined}
   */
  find(id) {
    return this.items[this.indexOf(id)];
  }

  /**
   * Return the index of a prediction; -1 if it is not in the grid.
   * @param {string} id
   */
  indexOf(id) {
    return this.indexes.get(id) ?? -1;
  }

  /**
   * Return the prediction before or after another one.
   * @param {string | null} id
   * @param {-1 | 1} step
   * @returns {ThumbnailResponse | undefined}
   */
  neighbor(id, step) {
    const index = this.indexOf(id ?? "");
    return index < 0 ? undefined : this.items[index + step];
  }

  /**
   * Mark the predictions whose label someone else has changed.
   * @param {ReadonlyMap<string, unknown>} conflicts by id
   */
  markConflicts(conflicts) {
    for (const id of this.marked) {
      if (!conflicts.has(id)) this.tiles.get(id)?.root.removeAttribute("data-conflict");
    }
    for (const id of conflicts.keys()) this.tiles.get(id)?.root.setAttribute("data-conflict", "");
    this.marked = new Set(conflicts.keys());
  }

  /**
   * Let a tap or click add to the selection, or not.
   * @param {boolean} multiple
   */
  setMultiple(multiple) {
    this.multiple = multiple;
    this.list.dataset.multiple = String(multiple);
  }

  selectAll() {
    this.selection.selectAll(this.items.length);
    for (const index of this.selection.indexes) this.tileAt(index)?.setSelected(true);
    if (this.active >= 0) this.focus(this.active);
    this.onSelect();
  }

  clearSelection() {
    for (const index of this.selection.indexes) this.tileAt(index)?.setSelected(false);
    this.selection.clear();
    this.onSelect();
  }

  /**
   * Remove predictions, and select the one that follows the first of them.
   * @param {DeletedItem[]} deleted by ascending index
   */
  remove(deleted) {
    const ids = new Set(deleted.map(({ item }) => item.id));
    for (const id of ids) {
      this.tiles.get(id)?.root.remove();
      this.tiles.delete(id);
    }
    const items = this.items.filter(({ id }) => !ids.has(id));
    this.replaceItems(items, deleted[0].index);
  }

  /**
   * Undo `remove`.
   * @param {{ item: ThumbnailResponse, index: number }[]} deleted by ascending index
   */
  restore(deleted) {
    const items = [...this.items];
    for (const { item, index } of deleted) {
      items.splice(index, 0, item);
      this.list.insertBefore(this.createTile(item), this.list.children[index] ?? null);
    }
    this.replaceItems(items, deleted[0].index);
  }

  /**
   * @param {ThumbnailResponse[]} items whose tiles are in the list
   * @param {number} active
   */
  replaceItems(items, active) {
    for (const index of this.selection.indexes) this.tileAt(index)?.setSelected(false);
    this.items = items;
    this.indexes = new Map(items.map(({ id }, index) => [id, index]));
    this.selection.clear();
    this.active = -1;
    const next = Math.min(active, items.length - 1);
    if (items.length && !this.multiple) this.select(next);
    else {
      if (items.length) this.focus(next); // where several are selected, only what is tapped is
      this.onSelect();
    }
  }

  /** The selected predictions, in the grid's order. */
  get selectedItems() {
    return this.selection.sorted.map((index) => this.items[index]);
  }

  /**
   * Select a prediction as Selection.select does, and make it the active one.
   * @param {number} index
   * @param {{ extend?: boolean, toggle?: boolean }} [options]
   */
  select(index, options) {
    for (const changed of this.selection.select(index, options)) {
      this.tileAt(changed)?.setSelected(this.selection.indexes.has(changed));
    }
    this.focus(index);
    this.onSelect();
  }

  /** @param {number} index */
  focus(index) {
    this.setTabbable(0, false);
    this.setTabbable(this.active, false);
    this.active = index;
    this.setTabbable(index, true);
    const tile = this.tileAt(index)?.root;
    tile?.focus({ preventScroll: true });
    tile?.scrollIntoView({ block: "nearest" });
    if (index > this.items.length - LOAD_ROWS * this.columns) this.onNearEnd();
  }

  focusActive() {
    if (this.active >= 0) this.focus(this.active);
  }

  /**
   * Let Tab lead to a tile or not; it leads to one at a time (roving tabindex).
   * @param {number} index
   * @param {boolean} tabbable
   */
  setTabbable(index, tabbable) {
    const tile = this.tileAt(index);
    if (tile) tile.root.tabIndex = tabbable ? 0 : -1;
  }

  /**
   * @param {number} index
   * @returns {Tile | undefined}
   */
  tileAt(index) {
    const item = this.items[index];
    return item && this.tiles.get(item.id);
  }

  /** Select the prediction that follows the selected ones; return whether there is one. */
  advance() {
    const next = Math.max(...this.selection.indexes) + 1;
    const exists = next < this.items.length;
    if (exists) this.select(next);
    return exists;
  }

  get columns() {
    return getComputedStyle(this.list).gridTemplateColumns.split(" ").length;
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const id = idAt(event);
    if (!id || this.longPressed) {
      this.longPressed = false;
      return;
    }
    const toggle = this.multiple || event.ctrlKey || event.metaKey;
    this.select(this.indexOf(id), { extend: event.shiftKey, toggle });
  }

  /** @param {PointerEvent} event */
  pointerDown(event) {
    clearTimeout(this.pressTimer);
    this.longPressed = false;
    const id = idAt(event);
    if (!id || event.pointerType !== "touch" || !event.isPrimary) return;
    this.pressedAt = [event.clientX, event.clientY];
    this.pressTimer = setTimeout(() => {
      this.longPressed = true;
      const toggle = this.selection.size > 0;
      this.setMultiple(true);
      this.select(this.indexOf(id), { toggle });
    }, LONG_PRESS);
  }

  /** @param {PointerEvent} event */
  pointerMoved({ clientX, clientY }) {
    const [x, y] = this.pressedAt;
    if (Math.hypot(clientX - x, clientY - y) > PRESS_TOLERANCE) clearTimeout(this.pressTimer);
  }

  /** @param {KeyboardEvent} event */
  keyDown(event) {
    const { shiftKey, ctrlKey, altKey, metaKey } = event;
    const key = keyOf(event);
    const last = this.items.length - 1;
    const step = this.stepForKey(key);
    let index = this.active;
    if (key === "a" && (ctrlKey || metaKey)) {
      event.preventDefault();
      this.onSelectAll();
      return;
    }
    if (step !== 0 && !ctrlKey && !altKey && !metaKey) {
      index = this.active < 0 ? 0 : this.active + step;
    } else if (key === "Home") index = 0;
    else if (key === "End") index = last;
    else if (key !== " ") return;
    event.preventDefault();
    if (index < 0 || index > last) return;
    this.select(index, { extend: shiftKey, toggle: key === " " && (ctrlKey || this.multiple) });
  }

  /**
   * Return how far an arrow key moves; 0 for other keys.
   * @param {string} key
   */
  stepForKey(key) {
    if (key === "ArrowLeft") return -1;
    if (key === "ArrowRight") return 1;
    if (key === "ArrowUp") return -this.columns;
    return key === "ArrowDown" ? this.columns : 0;
  }
}

/**
 * Return the id of the prediction that the pointer is at.
 * @param {Event} event
 */
const idAt = ({ target }) => (target instanceof Element ? target.closest("li")?.dataset.id : undefined);
