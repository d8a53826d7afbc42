// Sends what a visitor chose to the page, and again until the page has received it (components/choice.py).

import { pageLink } from "./page_link.js";

/** @typedef {Record<string, unknown>} Choice */

let count = 0; // of choices, so that each has an id of its own

export class ChoiceSender {
  /** @param {(value: Choice) => void} sendTrigger */
  constructor(sendTrigger) {
    this.sendTrigger = sendTrigger;
    /** @type {(Choice & { id: string }) | null} */
    this.pending = null;
    this.size = 0;
    this.stop = new AbortController();
    pageLink().watch((state) => state === "up to date" && this.resend(), this.stop.signal);
  }

  /**
   * @param {Choice} choice
   * @param {number} size bytes, about
   */
  send(choice, size = 0) {
    count += 1;
    this.pending = { ...choice, id: `${Date.now()}.${count}` };
    this.size = size;
    this.resend();
  }

  resend() {
    if (!this.pending) return;
    this.sendTrigger(this.pending);
    pageLink().expectAnswer(this.size);
  }

  /** @param {unknown} id of the newest choice that the page has received */
  confirm(id) {
    if (this.pending?.id === id) this.pending = null;
  }

  destroy() {
    this.stop.abort();
  }
}
