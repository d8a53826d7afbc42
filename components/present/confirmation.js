// Destructive actions must be requested twice.

const CONFIRM_WITHIN = 3000; // ms

export class Confirmation {
  constructor() {
    /** @type {string | null} what was requested once and waits to be confirmed */
    this.pending = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /**
   * Request something; return true at the second request in a row.
   * @param {string} subject
   */
  request(subject) {
    const confirmed = this.pending === subject;
    this.cancel();
    if (!confirmed) {
      this.pending = subject;
      this.timer = setTimeout(() => this.cancel(), CONFIRM_WITHIN);
    }
    return confirmed;
  }

  cancel() {
    clearTimeout(this.timer);
    this.pending = null;
  }
}
