// Deletions: hidden at once, done when they can no longer be undone.

const TAKE_BACK = 6000; // ms in which a deletion can be undone

class Removals {
  // changed(): another number of deletions can be undone. failed(): one was not done.
  constructor({ changed, failed }) {
    Object.assign(this, { changed, failed });
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
      for (const { item } of taken) this.forget(item.id);
    }
    if (due.length) this.changed();
  }

  // What is not there any more is as good as deleted.
  async forget(id) {
    const answer = await fetch(`api/history/${id}`, { method: "DELETE", keepalive: true }).catch(() => null);
    if (!answer?.ok && answer?.status !== 404) this.failed();
  }
}
