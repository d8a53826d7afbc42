// Deletions: hidden at once, done when they can no longer be undone.

const TAKE_BACK = 6000; // ms in which a deletion can be undone

export class Removals {
  // changed(): another number of deletions can be undone. failed(): one was not done.
  constructor({ changed, failed }) {
    Object.assign(this, { changed, failed });
    this.waiting = [];
    this.gone = new Set(); // ids
  }

  get length() {
    return this.waiting.length;
  }

  // A page that was asked for before the deletion was done may still have it.
  without(items) {
    return items.filter(({ id }) => !this.gone.has(id));
  }

  // taken: [{ item, place }, …], what was deleted together and where it stood in `view`.
  add(taken, view) {
    const removal = { taken, view };
    for (const { item } of taken) this.gone.add(item.id);
    removal.timer = setTimeout(() => this.finish(removal), TAKE_BACK);
    this.waiting.push(removal);
  }

  takeBack() {
    const { taken, view, timer } = this.waiting.pop();
    clearTimeout(timer);
    for (const { item } of taken) this.gone.delete(item.id);
    return { taken, view };
  }

  finish(only = null) {
    const due = only ? this.waiting.filter((one) => one === only) : this.waiting;
    this.waiting = this.waiting.filter((one) => !due.includes(one));
    for (const { taken, timer } of due) {
      clearTimeout(timer);
      for (const { item } of taken) this.forget(item.id);
    }
    if (due.length) this.changed();
  }

  // What is not there any more is as good as deleted.
  async forget(id) {
    this.gone.add(id);
    const answer = await fetch(`api/history/${id}`, { method: "DELETE", keepalive: true }).catch(() => null);
    if (answer?.ok || answer?.status === 404) return;
    this.gone.delete(id);
    this.failed();
  }
}
