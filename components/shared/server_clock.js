// The server's clock, as this browser knows it: Cristian's algorithm (1989).
//
// A message from the server carries its time. It was sent at some moment between the request and the answer, so
// that the difference of the clocks is known to half a round trip; the shortest round trip is the best. Times of
// this browser are those of performance.now(), because its calendar clock may be wrong, and may be set.

/** @import { ServerTimeEvent } from "./types.d.ts" */

export class ServerClock {
  constructor() {
    this.offset = Date.now() - performance.now(); // ms from performance.now() to the server's time
    this.uncertainty = Number.POSITIVE_INFINITY; // ms by which the offset may be wrong
  }

  /** The server's time in whole ms since 1970. */
  get now() {
    return Math.round(performance.now() + this.offset);
  }

  /**
   * Learn from every answer of the live link.
   * @returns {this}
   */
  followLiveLink() {
    document.addEventListener("inkling:server-time", (event) => {
      const { serverTime, sentAt, receivedAt } = /** @type {CustomEvent<ServerTimeEvent>} */ (event).detail;
      this.learn(serverTime, sentAt, receivedAt);
    });
    return this;
  }

  /**
   * Learn from the header "Date" of an answer that has just come.
   * @param {number} serverTime in ms since 1970; the header leaves out the milliseconds
   */
  learnDate(serverTime) {
    const received = performance.now();
    this.learn(serverTime + 500, received - 500, received + 500);
  }

  /**
   * Learn from an answer.
   * @param {number} serverTime the server's time in it, in ms since 1970
   * @param {number} sentAt performance.now() of the request
   * @param {number} receivedAt performance.now() of the answer
   */
  learn(serverTime, sentAt, receivedAt) {
    const offset = serverTime - (sentAt + receivedAt) / 2;
    const uncertainty = (receivedAt - sentAt) / 2;
    const isBetter = uncertainty <= this.uncertainty;
    // A clock was set or has drifted, or this device has slept.
    const contradicts = Math.abs(offset - this.offset) > uncertainty + this.uncertainty;
    if (isBetter || contradicts) Object.assign(this, { offset, uncertainty });
  }
}
