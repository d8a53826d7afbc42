// Gathers what has changed and paints it once in the next animation frame.

export class FrameQueue {
  /** @param {(ids: Set<string>, all: boolean) => void} paint ids: the changed members; all: everything */
  constructor(paint) {
    this.paint = paint;
    /** @type {Set<string>} */
    this.ids = new Set();
    this.all = false;
    /** @type {number | null} */
    this.frame = null;
  }

  /** @param {Iterable<string>} ids */
  add(ids) {
    for (const id of ids) this.ids.add(id);
    this.frame ??= requestAnimationFrame(() => this.flush());
  }

  addAll() {
    this.all = true;
    this.add([]);
  }

  flush() {
    const { ids, all } = this;
    this.frame = null;
    this.ids = new Set();
    this.all = false;
    this.paint(ids, all);
  }

  destroy() {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
  }
}
