// Drawings out, predictions in, over WS /api/live.
//
// As many messages are in flight as the way to the server holds (SendPacer). While no more may be sent, only the
// newest drawing waits: older ones are outdated. When nothing was sent for a while, an empty drawing finds out whether
// the connection still carries anything.

import { Backoff } from "../shared/backoff.js";
import { SendPacer } from "./send_pacer.js";

/** @import { LiveAnswer, ServerTimeEvent } from "../shared/types.d.ts" */

const TIMEOUT = 4000; // ms without an answer after which a connection counts as lost
const HEARTBEAT_INTERVAL = 10_000; // ms
const HEARTBEAT_SEQ = -1; // of the empty drawing
const FIRST_PAUSE = 250; // ms before the first new attempt; doubles up to LONGEST_PAUSE
const LONGEST_PAUSE = 5000; // ms
const POLICY_VIOLATION = 1008; // close code of a server that refuses what was sent

/** @typedef {ReturnType<typeof setTimeout> | undefined} Timer */

export class LiveLink {
  /**
   * @param {string} url
   * @param {(answer: LiveAnswer) => void} onAnswer called with each answer, in the order of sending
   * @param {(connected: boolean) => void} onConnectionChange
   */
  constructor(url, onAnswer, onConnectionChange) {
    this.url = url;
    this.onAnswer = onAnswer;
    this.onConnectionChange = onConnectionChange;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {{ strokes: string, seq: number } | null} */
    this.waiting = null;
    /** @type {{ seq: number, sentAt: number, timeout: Timer }[]} oldest first, the order of their answers */
    this.inFlight = [];
    this.sentAt = -Infinity; // of the newest message, performance.now()
    this.pacer = new SendPacer();
    this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    /** @type {Timer} */
    this.sendTimer = undefined;
    /** @type {Timer} */
    this.reconnectTimer = undefined;
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_INTERVAL / 2);
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("visibilitychange", () => this.visibilityChanged(), { signal });
    window.addEventListener("online", () => this.networkChanged(), { signal });
    window.addEventListener("offline", () => this.beat(), { signal });
    this.connectNow();
  }

  get connected() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /**
   * Send a drawing as soon as possible.
   * @param {string} strokes as JSON
   * @param {number} seq the drawing's number, which the answer repeats
   * @param {boolean} urgent do not wait until the pause between messages has passed
   */
  send(strokes, seq, urgent) {
    this.waiting = { strokes, seq };
    if (urgent) this.sendNow();
    else this.pump();
  }

  /** Send what waits now, without a pause. */
  sendNow() {
    this.pacer.skipPause();
    this.pump();
  }

  /** Drop the drawing that waits to be sent; what is in flight is still answered. */
  cancel() {
    this.waiting = null;
  }

  pump() {
    clearTimeout(this.sendTimer);
    if (!this.waiting || this.inFlight.length >= this.pacer.window || !this.connected) return;
    const now = performance.now();
    const pause = this.pacer.pauseAt(now);
    if (pause > 0) {
      this.sendTimer = setTimeout(() => this.pump(), pause);
      return;
    }
    const { strokes, seq } = this.waiting;
    this.waiting = null;
    this.pacer.sent(now);
    this.sentAt = now;
    this.inFlight.push({ seq, sentAt: now, timeout: setTimeout(() => this.connectionLost(), TIMEOUT) });
    this.socket?.send(`{"seq":${seq},"strokes":${strokes}}`);
  }

  /** Find out whether the connection still carries anything, unless a drawing was just sent. */
  beat() {
    const isIdle = this.connected && this.inFlight.length === 0 && !this.waiting;
    if (isIdle && performance.now() - this.sentAt >= HEARTBEAT_INTERVAL) this.send("[]", HEARTBEAT_SEQ, true);
  }

  networkChanged() {
    this.beat(); // a connection of the network before may be dead
    this.connectNow();
  }

  connectNow() {
    this.backoff.reset();
    this.connect();
  }

  connect() {
    clearTimeout(this.reconnectTimer);
    if (document.hidden || this.stop.signal.aborted || this.socket) return;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.pacer.reset();
    socket.addEventListener("open", () => {
      this.backoff.reset();
      this.onConnectionChange(true);
      if (this.waiting) this.pump();
      else this.send("[]", HEARTBEAT_SEQ, true); // finds out how far away the server is, before the visitor draws
    });
    socket.addEventListener("message", ({ data }) => this.receive(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => {
      if (this.socket !== socket) return;
      if (code === POLICY_VIOLATION) this.backoff.exhaust();
      this.connectionLost();
    });
  }

  /** @param {LiveAnswer} answer */
  receive(answer) {
    const oldest = this.inFlight.at(0);
    if (!oldest || answer.seq !== oldest.seq) return;
    this.inFlight.shift();
    clearTimeout(oldest.timeout);
    const receivedAt = performance.now();
    this.pacer.answered(receivedAt - oldest.sentAt);
    announceServerTime({ serverTime: answer.time, sentAt: oldest.sentAt, receivedAt });
    if (answer.seq !== HEARTBEAT_SEQ) this.onAnswer(answer);
    this.pump();
  }

  connectionLost() {
    this.disconnect();
    this.onConnectionChange(false);
    if (document.hidden) return;
    this.reconnectTimer = setTimeout(() => this.connect(), this.backoff.nextSpread());
  }

  disconnect() {
    for (const { timeout } of this.inFlight) clearTimeout(timeout);
    this.inFlight = [];
    const { socket } = this;
    this.socket = null; // first, so that its "close" event is not handled as a lost connection
    socket?.close();
  }

  /** Disconnect while the tab is hidden. */
  visibilityChanged() {
    if (document.hidden) {
      clearTimeout(this.reconnectTimer);
      this.disconnect();
    } else {
      this.connectNow();
    }
  }

  destroy() {
    this.stop.abort();
    clearInterval(this.heartbeat);
    clearTimeout(this.reconnectTimer);
    clearTimeout(this.sendTimer);
    this.disconnect();
  }
}

/**
 * Tell the pad the server's time, by which it dates drawings.
 * @param {ServerTimeEvent} detail
 */
function announceServerTime(detail) {
  document.dispatchEvent(new CustomEvent("inkling:server-time", { detail }));
}
