// Pauses between attempts that grow while they fail.

export class Backoff {
  /**
   * @param {number} first ms before the first new attempt; doubles with each failure
   * @param {number} longest ms
   */
  constructor(first, longest) {
    this.first = first;
    this.longest = longest;
    this.pause = first;
  }

  /** Begin again with the first pause: an attempt succeeded, or the network came back. */
  reset() {
    this.pause = this.first;
  }

  /** Return the pause before the next attempt in ms, and double the one after. */
  next() {
    const { pause } = this;
    this.pause = Math.min(pause * 2, this.longest);
    return pause;
  }

  /**
   * Return the pause before the next attempt in ms as `next` does, up to a quarter shorter or longer, so that clients
   * that failed together do not all come back at the same moment.
   * @param {number} seconds that the server asks for, at least; 0 if it does not
   */
  nextSpread(seconds = 0) {
    return Math.max(this.next() * (0.75 + Math.random() / 2), seconds * 1000);
  }

  /** Let the next pause be the longest: the server refuses, and early attempts would be refused too. */
  exhaust() {
    this.pause = this.longest;
  }
}
