// When a page sends the next of the drawings that change while the pen moves, and how many may be on their way.

const PAUSE = 5; // ms; the server's rate limit allows no shorter pause
const USUAL_JITTER = 14; // ms above the quickest answer that are normal without load (measured)
const LATENCY_FACTOR = 3; // ms of pause for each ms of additional latency: the final drawing must not queue
const LONGEST_PAUSE = 200; // ms
const NEAR = 20; // ms: round trip up to which one message at a time is enough for 50 updates a second
const SPACING = 14; // ms between messages to a distant server: less than a frame, so that each frame has a new answer
const LARGEST_WINDOW = 24; // messages in flight; fills a round trip of 340 ms

/** Times are in ms, as performance.now() returns them. */
export class SendPacer {
  quickest = Number.POSITIVE_INFINITY; // round trip on this connection: how far away the server is
  /** @type {number[]} of the newest answers, as many as may be in flight */
  roundTrips = [];
  extraLatency = 0; // ms that all of these took longer than usual
  pauseEnd = Number.NEGATIVE_INFINITY;

  /** Forget the round trips: a new connection may reach a different server. */
  reset() {
    this.quickest = Number.POSITIVE_INFINITY;
    this.roundTrips = [];
    this.extraLatency = 0;
  }

  /**
   * How many messages may be in flight: one every SPACING ms for the time that an answer takes. One where the server
   * is near, and until the first answer shows how far away it is.
   */
  get window() {
    if (this.quickest <= NEAR || this.quickest === Number.POSITIVE_INFINITY) return 1;
    return Math.min(Math.ceil(this.quickest / SPACING), LARGEST_WINDOW);
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
    const pause = this.window > 1 ? SPACING : PAUSE;
    this.pauseEnd = now + Math.min(pause + LATENCY_FACTOR * this.extraLatency, LONGEST_PAUSE);
  }

  /**
   * Record an answer. Only additional latency slows the page down: a distant server is not a busy one, and a single
   * late answer among many is no queue.
   * @param {number} roundTrip
   */
  answered(roundTrip) {
    this.quickest = Math.min(this.quickest, roundTrip);
    this.roundTrips = [...this.roundTrips, roundTrip].slice(-this.window);
    this.extraLatency = Math.max(0, Math.min(...this.roundTrips) - this.quickest - USUAL_JITTER);
  }

  /** Allow the next message immediately. */
  skipPause() {
    this.pauseEnd = Number.NEGATIVE_INFINITY;
  }
}
