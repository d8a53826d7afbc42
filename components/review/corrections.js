// Corrections on their way to the server: shown at once, sent behind, tried again until they are taken.

import { localStore } from "../shared/storage.js";

const STORED = "inkling.correction."; // and the reading's id, in localStorage
const AT_ONCE = 4; // requests
const FIRST_PAUSE = 500; // ms after a failure; doubles up to LONGEST_PAUSE
const LONGEST_PAUSE = 8000; // ms
const ABANDONED = 10_000; // ms after which a stored correction is of a page that was closed
const STEPS_BACK = 1000; // that undo remembers

export class Corrections {
  // told(id, answer): the server has taken it; answer is the reading. refused(id, message): it never
  // will. changed(): another number waits.
  constructor({ told, refused, changed }, signal) {
    Object.assign(this, { told, refused, changed, signal });
    this.waiting = new Map();
    this.flying = new Set();
    this.settled = new Map(); // what the server took, and when
    this.pause = 0;
    this.steps = [];
    window.addEventListener("online", () => this.retry(), { signal });
    this.adopt();
  }

  get name() {
    return localStore.get("inkling.name") ?? "";
  }

  set name(name) {
    localStore.set("inkling.name", name.trim().slice(0, 64) || null);
  }

  get unsaved() {
    return this.waiting.size;
  }

  get stuck() {
    return this.pause > 0;
  }

  // changes: [{ id, from, to }], labels before and after, null for none; one step for undo.
  make(changes) {
    this.steps.push(changes);
    if (this.steps.length > STEPS_BACK) this.steps.shift();
    this.send(changes.map(({ id, to }) => [id, to]));
  }

  // Takes the last step back; its changes, turned round, or null where there is none.
  undo() {
    const changes = this.steps.pop();
    if (!changes) return null;
    const back = changes.map(({ id, from, to }) => ({ id, from: to, to: from }));
    this.send(back.map(({ id, to }) => [id, to]));
    return back;
  }

  // Readings that the server was asked for at `asked` (performance.now), with what it may not have
  // known of them by then.
  onto(items, asked) {
    return items.map((item) => {
      const settled = this.settled.get(item.id);
      const newer = this.waiting.get(item.id) ?? (settled?.settledAt > asked ? settled : null);
      return newer ? { ...item, label: newer.text, labelled_by: newer.by } : item;
    });
  }

  send(labels) {
    for (const [id, text] of labels) {
      const correction = { text, by: this.name || null, at: Date.now() };
      this.waiting.set(id, correction);
      localStore.set(STORED + id, JSON.stringify(correction));
    }
    this.changed();
    this.pump();
  }

  pump() {
    if (this.timer) return;
    for (const id of this.waiting.keys()) {
      if (this.flying.size >= AT_ONCE) return;
      if (!this.flying.has(id)) this.fly(id);
    }
  }

  async fly(id) {
    const correction = this.waiting.get(id);
    this.flying.add(id);
    const { text, by } = correction;
    let answer = null;
    try {
      answer = await fetch(`api/history/${id}/label`, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ text, by }),
        keepalive: true,
      });
    } catch {
      // no answer: tried again below
    }
    this.flying.delete(id);
    if (this.signal.aborted) {
      if (answer?.ok) this.settle(id, correction);
      return;
    }
    if (!answer || answer.status >= 500 || answer.status === 429) this.tryLater();
    else await this.answered(id, correction, answer);
    this.changed();
    this.pump();
  }

  async answered(id, correction, answer) {
    this.pause = 0;
    const newest = this.settle(id, correction);
    const content = await answer.json().catch(() => null);
    if (!answer.ok) this.refused(id, content?.error?.message ?? answer.statusText);
    else if (newest) this.told(id, content);
  }

  // Whether it was the newest correction of its reading.
  settle(id, correction) {
    if (this.waiting.get(id) !== correction) return false;
    this.waiting.delete(id);
    this.settled.set(id, { ...correction, settledAt: performance.now() });
    localStore.set(STORED + id, null);
    return true;
  }

  tryLater() {
    this.pause = Math.min(this.pause * 2 || FIRST_PAUSE, LONGEST_PAUSE);
    this.timer ??= setTimeout(() => this.retry(), this.pause);
  }

  retry() {
    clearTimeout(this.timer);
    this.timer = null;
    this.pump();
  }

  // What a closed page could not send any more.
  adopt() {
    for (const key of localStore.keys().filter((name) => name.startsWith(STORED))) {
      const correction = JSON.parse(localStore.get(key));
      if (Date.now() - correction.at > ABANDONED) this.waiting.set(key.slice(STORED.length), correction);
    }
    this.pump();
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
