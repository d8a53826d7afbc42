// Saves drawings with POST /api/strokes, and again until the server confirms them.
//
// A drawing has a key, so that the server stores it once however often it is sent; each change has a higher
// version and replaces the one before. One request is under way at a time. The saver lives as long as the
// document, so that it goes on while the visitor looks at other pages of the site.

import { Backoff } from "../shared/backoff.js";
import { randomKey } from "../shared/random_key.js";
import { ServerClock } from "../shared/server_clock.js";
import { UnsavedDrawings } from "./unsaved_drawings.js";

/** @import { Drawing, SavedEvent, Stroke } from "../shared/types.d.ts" */
/** @import { ErrorResponse, PredictionResponse } from "../shared/history_types.d.ts" */
/** @import { UnsavedDrawing } from "./unsaved_drawings.js" */

const DELAY = 200; // ms from pen-up to saving: the bars come first, and a quick next stroke is saved with this one
const TIMEOUT = 8000; // ms without an answer after which a request counts as lost
const FIRST_PAUSE = 500; // ms before the first new attempt; doubles up to LONGEST_PAUSE
const LONGEST_PAUSE = 10_000; // ms
const USUAL_TIME = 1500; // ms that saving may take before the page speaks of it
const LARGEST_KEEPALIVE = 60_000; // characters; browsers refuse larger requests that may outlive the page
const REFUSALS = [400, 413, 422]; // statuses of requests that would be refused again

/**
 * @typedef {object} SavingState
 * @property {number} count drawings that are not saved yet, of which the page has to speak
 * @property {boolean} stored they would survive closing the page
 * @property {string | null} refused code of the error for which the server refused a drawing
 */

export class DrawingSaver {
  constructor() {
    /** @type {(state: SavingState) => void} */
    this.onChange = () => {};
    this.unsaved = new UnsavedDrawings(() => this.report());
    this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    this.serverClock = new ServerClock().followLiveLink();
    this.sending = false;
    this.late = this.unsaved.size > 0; // saving takes longer than usual
    /** @type {string | null} */
    this.refused = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.saveTimer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.retryTimer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.lateTimer = undefined;
    window.addEventListener("online", () => this.retryNow());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.flush() : this.retryNow()));
    window.addEventListener("pagehide", () => this.flush());
    document.addEventListener("inkling:connected", () => this.retryNow()); // the live link is back
    document.addEventListener("inkling:deleted", () => this.forget());
    this.pump();
  }

  /**
   * Call `onChange` now and whenever there is something else to say.
   * @param {(state: SavingState) => void} onChange
   */
  watch(onChange) {
    this.onChange = onChange;
    this.report();
  }

  /**
   * Return a new drawing, which begins now. The live link has learned the server's time during its first stroke.
   * @returns {Drawing}
   */
  begin() {
    return { key: randomKey(), began: this.serverClock.now, version: 0 };
  }

  /**
   * Save a drawing as it is now, after a short pause.
   * @param {Drawing} drawing
   * @param {Stroke[]} strokes
   */
  save(drawing, strokes) {
    drawing.version += 1;
    this.unsaved.add({ drawing, version: drawing.version, strokes });
    this.refused = null;
    this.lateTimer ??= setTimeout(() => this.becomeLate(), USUAL_TIME);
    this.report();
    clearTimeout(this.saveTimer);
    this.saveTimer = setTimeout(() => this.pump(), DELAY);
  }

  /** Send what waits for the pause after a stroke. */
  flush() {
    clearTimeout(this.saveTimer);
    this.pump();
  }

  becomeLate() {
    this.late = true;
    this.report();
  }

  /** The network or the page is back: do not wait for the end of the pause. */
  retryNow() {
    this.backoff.reset();
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    this.pump();
  }

  /** The visitor has deleted their drawings: these too. */
  forget() {
    this.unsaved.clear();
    this.settle();
  }

  async pump() {
    const item = this.unsaved.newest;
    if (this.sending || this.retryTimer !== undefined || !item) return;
    this.sending = true;
    const pause = await this.send(item);
    this.sending = false;
    if (pause > 0) {
      this.late = true;
      this.retryTimer = setTimeout(() => this.retry(), pause);
    }
    this.settle();
    this.pump();
  }

  retry() {
    this.retryTimer = undefined;
    this.pump();
  }

  /**
   * Send a drawing; return after how many ms the next one may be sent, 0 if the server has answered.
   * @param {UnsavedDrawing} item
   */
  async send(item) {
    const { drawing, version, strokes } = item;
    const body = JSON.stringify({ strokes, drawing: { key: drawing.key, began: drawing.began, version } });
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), TIMEOUT);
    try {
      const response = await fetch("api/strokes", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body,
        keepalive: body.length < LARGEST_KEEPALIVE,
        signal: timeout.signal,
      });
      if (response.ok) this.confirm(item, await response.json());
      else if (!REFUSALS.includes(response.status)) return this.pauseAfter(response);
      else if (this.correctClock(item, response, await response.json())) return this.pauseAfter(null);
      this.backoff.reset();
      return 0;
    } catch {
      return this.pauseAfter(null);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {Response | null} response null if there is none */
  pauseAfter(response) {
    const seconds = Number(response?.headers.get("Retry-After") ?? 0) || 0;
    return this.backoff.nextSpread(seconds);
  }

  /**
   * @param {UnsavedDrawing} item
   * @param {PredictionResponse} prediction
   */
  confirm(item, prediction) {
    const { drawing, version, strokes } = item;
    this.unsaved.confirm(item);
    drawing.confirmed = { version, id: prediction.id };
    /** @type {SavedEvent} */
    const detail = { prediction, strokes, drawing: { key: drawing.key, version, id: prediction.id } };
    document.dispatchEvent(new CustomEvent("inkling:saved", { detail }));
  }

  /**
   * Give up a drawing that the server refuses, unless the clock is the reason; return whether it is.
   * @param {UnsavedDrawing} item
   * @param {Response} response
   * @param {ErrorResponse} answer
   */
  correctClock(item, response, { error }) {
    const now = Date.parse(response.headers.get("Date") ?? "");
    if (error.code === "invalid_time" && now) {
      this.serverClock.learnDate(now);
      // A refused drawing was not stored, so it cannot be stored twice under another time.
      item.drawing.began = now;
      return true;
    }
    this.unsaved.confirm(item);
    this.refused = error.code;
    return false;
  }

  /** Nothing is late any more once everything is saved. */
  settle() {
    if (this.unsaved.size === 0) {
      clearTimeout(this.lateTimer);
      this.lateTimer = undefined;
      this.late = false;
    }
    this.report();
  }

  report() {
    const count = this.late ? this.unsaved.size : 0;
    this.onChange({ count, stored: count === 0 || this.unsaved.areStored, refused: this.refused });
  }
}
