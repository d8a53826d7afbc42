// Which items of a list are selected, as in a file manager: one, a range, or several.

export class Selection {
  /** @type {Set<number>} */
  indexes = new Set();
  anchor = -1; // where a range begins; -1 for nowhere

  get size() {
    return this.indexes.size;
  }

  /** The selected indexes in ascending order. */
  get sorted() {
    return [...this.indexes].sort((a, b) => a - b);
  }

  clear() {
    this.indexes.clear();
    this.anchor = -1;
  }

  /**
   * Select all of a list.
   * @param {number} count
   */
  selectAll(count) {
    this.indexes = new Set(Array(count).keys());
    this.anchor = count ? 0 : -1;
  }

  /**
   * Select an item alone; with `extend` the range from the anchor to it; with `toggle` the others are kept,
   * and the item is added or removed. Return the indexes whose state may have changed.
   * @param {number} index
   */
  select(index, { extend = false, toggle = false } = {}) {
    const before = new Set(this.indexes);
    if (!toggle) this.indexes.clear();
    if (extend && this.anchor >= 0) {
      const last = Math.max(this.anchor, index);
      for (let item = Math.min(this.anchor, index); item <= last; item += 1) this.indexes.add(item);
    } else {
      if (toggle && this.indexes.has(index)) this.indexes.delete(index);
      else this.indexes.add(index);
      this.anchor = index;
    }
    return new Set([...before, ...this.indexes]);
  }
}
