// How long a page waits between two drawings that it sends while the pen moves.

const PAUSE = 5; // ms; the server's rate limit allows no shorter pause
const USUAL_JITTER = 14; // ms above the quickest answer that are normal without load (measured)
const LATENCY_FACTOR = 3; // ms of pause for each ms of additional latency: the final drawing must not queue
const LONGEST_PAUSE = 200; // ms

/** Times are in ms, as performance.now() returns them. */
export class SendPacer {
  quickest = Number.POSITIVE_INFINITY; // round trip on this connection: how far away the server is
  extraLatency = 0; // ms that the newest answer took longer than usual
  pauseEnd = Number.NEGATIVE_INFINITY;

  /** Forget the round trips: a new connection may reach a different server. */
  reset() {
    this.quickest = Number.POSITIVE_INFINITY;
  }

  /**
   * Return the pause before the next message.
   * @param {number} now
   */
  pauseAt(now) {
    return Math.max(0, this.pauseEnd - now);
  }

  /**
   * Record that a message was sent.
   * @param {number} now
   */
  sent(now) {
    this.pauseEnd = now + Math.min(PAUSE + LATENCY_FACTOR * this.extraLatency, LONGEST_PAUSE);
  }

  /**
   * Record an answer. Only additional latency slows the page down: a distant server is not a busy one.
   * @param {number} roundTrip
   */
  answered(roundTrip) {
    this.quickest = Math.min(this.quickest, roundTrip);
    this.extraLatency = Math.max(0, roundTrip - this.quickest - USUAL_JITTER);
  }

  /** Allow the next message immediately. */
  skipPause() {
    this.pauseEnd = Number.NEGATIVE_INFINITY;
  }
}
