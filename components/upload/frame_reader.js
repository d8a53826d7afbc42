// Sends frames of a camera with POST /api/predict/frame, one at a time, and reports each prediction. The server
// saves none of them.

import { Backoff } from "../shared/backoff.js";

/** @import { FrameResponse } from "../shared/types.d.ts" */

export const INTERVAL = 200; // ms from one frame to the next, at least; the server's rate limit counts on it
const TIMEOUT = 5000; // ms without an answer after which a frame counts as lost
const FIRST_PAUSE = 500; // ms after a frame without an answer; doubles up to LONGEST_PAUSE
const LONGEST_PAUSE = 5000; // ms

/**
 * @typedef {object} Frame
 * @property {Blob} content a JPEG
 * @property {number} width pixels
 * @property {number} height pixels
 */

/**
 * @typedef {object} FrameReaderOptions
 * @property {() => Promise<Frame | null>} takeFrame null: there is none yet
 * @property {(prediction: FrameResponse, frame: Frame) => void} onPrediction
 * @property {(reason: "busy" | "offline" | null) => void} onPause why there are no predictions, null if there are
 */

export class FrameReader {
  /** @param {FrameReaderOptions} options */
  constructor({ takeFrame, onPrediction, onPause }) {
    this.takeFrame = takeFrame;
    this.onPrediction = onPrediction;
    this.onPause = onPause;
    this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    this.stopping = new AbortController();
    this.run();
  }

  async run() {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const startedAt = performance.now();
      const pause = await this.readFrame();
      await wait(Math.max(pause, INTERVAL - (performance.now() - startedAt)), signal);
    }
  }

  /** Send a frame and return how many ms to wait before the next one, at least. */
  async readFrame() {
    const { signal } = this.stopping;
    const frame = await this.takeFrame();
    if (!frame || signal.aborted) return 0;
    const body = new FormData();
    body.append("file", frame.content, "frame.jpg");
    try {
      const timeout = AbortSignal.timeout(TIMEOUT);
      const response = await fetch("api/predict/frame", {
        method: "POST",
        body,
        signal: AbortSignal.any ? AbortSignal.any([signal, timeout]) : timeout,
      });
      const answer = await response.json();
      if (signal.aborted) return 0;
      if (!response.ok) return this.pauseAfter("busy", Number(response.headers.get("Retry-After")) || 0);
      this.backoff.reset();
      this.onPause(null);
      this.onPrediction(answer, frame);
      return 0;
    } catch {
      return signal.aborted ? 0 : this.pauseAfter("offline", 0);
    }
  }

  /**
   * @param {"busy" | "offline"} reason
   * @param {number} seconds that the server asks for
   */
  pauseAfter(reason, seconds) {
    this.onPause(reason);
    return Math.max(this.backoff.next(), seconds * 1000);
  }

  stop() {
    this.stopping.abort();
  }
}

/**
 * @param {number} time ms
 * @param {AbortSignal} signal ends the wait
 * @returns {Promise<void>}
 */
function wait(time, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, time);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
