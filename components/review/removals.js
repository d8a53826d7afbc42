// Deletions: hidden at once, done when they can no longer be undone.

const TAKE_BACK = 6000; // ms in which a deletion can be undone

class Removals {
  // changed(): another number of deletions can be undone.
  constructor(changed) {
    this.changed = changed;
    this.waiting = [];
  }

  get length() {
    return this.waiting.length;
  }

  // taken: [{ item, place }, …], what was deleted together and where it stood.
  add(taken) {
    const removal = { taken };
    removal.timer = setTimeout(() => this.finish(removal), TAKE_BACK);
    this.waiting.push(removal);
  }

  takeBack() {
    const { taken, timer } = this.waiting.pop();
    clearTimeout(timer);
    return taken;
  }

  finish(only = null) {
    const due = only ? this.waiting.filter((one) => one === only) : this.waiting;
    this.waiting = this.waiting.filter((one) => !due.includes(one));
    for (const { taken, timer } of due) {
      clearTimeout(timer);
      for (const { item } of taken) fetch(`api/history/${item.id}`, { method: "DELETE", keepalive: true }).catch(() => null);
    }
    if (due.length) this.changed();
  }
}
