// The connection to a room, WS /api/rooms/{code}: reconnects automatically and sends a hello each time.
//
// A network may drop a connection without a word, so that messages go nowhere. When the server has been silent,
// a ping finds out.

import { Backoff } from "./backoff.js";

/** @import { PresenceResponse } from "./room_types.d.ts" */

const FIRST_PAUSE = 200; // ms before the first new attempt; doubles up to LONGEST_PAUSE
const LONGEST_PAUSE = 5000; // ms
const CONNECT_TIMEOUT = 10_000; // ms within which a new connection has to bring its first message
const PING_TIMEOUT = 4000; // ms within which a ping has to be answered
const PING_AFTER = 8000; // ms of silence
const PING_AFTER_SENDING = 1000; // ms of silence; a message sent has an effect that somebody waits for
const MOVED = 4000; // close code: the room is on a different replica now, reconnect immediately

/** @typedef {"replaced" | "removed" | "unknown" | "closed" | "full" | "over"} EndReason */

/** @type {Record<number, EndReason>} close codes after which reconnecting is useless: api/rooms/connection.py */
const END_REASONS = {
  4001: "replaced",
  4003: "removed",
  4004: "unknown",
  4005: "closed",
  4006: "full",
  4007: "over",
};

/** Close code of a room that does not exist yet, or not on this server any more. */
export const TRY_AGAIN_LATER = 1013;

/** Milliseconds between checks that the room is on the replica that the gateway routes to. */
export const PRESENCE_INTERVAL = 5000;

/**
 * @template {object} Request
 * @template {object} Message
 */
export class RoomLink {
  /**
   * @param {string} code of the room
   * @param {object} callbacks
   * @param {() => Request} callbacks.createHello the first message of each connection
   * @param {(message: Message) => void} callbacks.onMessage
   * @param {(connected: boolean, code?: number) => void} callbacks.onConnectionChange code: the close code
   * @param {(reason: EndReason) => void} callbacks.onEnd it will not connect again
   */
  constructor(code, { createHello, onMessage, onConnectionChange, onEnd }) {
    const url = new URL(`api/rooms/${encodeURIComponent(code)}`, window.location.href);
    this.presenceUrl = url.href;
    url.protocol = url.protocol.replace("http", "ws");
    this.url = url.href;
    this.createHello = createHello;
    this.onMessage = onMessage;
    this.onConnectionChange = onConnectionChange;
    this.onEnd = onEnd;
    this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.reconnectTimer = undefined;
    this.receivedAt = 0; // performance.now() of the newest message
    /** @type {ReturnType<typeof setTimeout> | undefined} runs while an answer is due */
    this.answerTimer = undefined;
    this.pingTimer = setInterval(() => this.pingAfter(PING_AFTER), PING_AFTER / 4);
    this.stop = new AbortController();
    const { signal } = this.stop;
    window.addEventListener("online", () => this.wake(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.wake(), { signal });
    this.connect();
  }

  get connected() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  connect() {
    clearTimeout(this.reconnectTimer);
    if (this.stop.signal.aborted || this.socket) return;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.expectAnswer(CONNECT_TIMEOUT);
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify(this.createHello()));
      this.onConnectionChange(true);
    });
    socket.addEventListener("message", ({ data }) => {
      this.backoff.reset(); // not on "open": a room may refuse right after
      this.receivedAt = performance.now();
      this.answered();
      this.onMessage(JSON.parse(data));
    });
    socket.addEventListener("close", ({ code }) => this.connectionLost(socket, code));
  }

  /** @param {number} timeout ms after which the connection counts as lost if nothing has come */
  expectAnswer(timeout) {
    this.answerTimer ??= setTimeout(() => {
      const { socket } = this;
      if (!socket) return;
      this.connectionLost(socket, 0);
      socket.close();
    }, timeout);
  }

  answered() {
    clearTimeout(this.answerTimer);
    this.answerTimer = undefined;
  }

  /** @param {number} silence ms without a message after which to find out whether the connection is alive */
  pingAfter(silence) {
    if (!this.connected || this.answerTimer !== undefined || performance.now() - this.receivedAt < silence) return;
    this.socket?.send('{"ping":true}');
    this.expectAnswer(PING_TIMEOUT);
  }

  /** The device was asleep, or has another network: the connection may be dead. */
  wake() {
    this.connect();
    this.pingAfter(0);
  }

  /**
   * @param {WebSocket} socket
   * @param {number} code
   */
  connectionLost(socket, code) {
    if (this.socket !== socket) return;
    this.socket = null;
    this.answered();
    if (this.stop.signal.aborted) return;
    this.onConnectionChange(false, code);
    if (END_REASONS[code]) {
      clearInterval(this.pingTimer);
      this.onEnd(END_REASONS[code]);
      return;
    }
    const next = this.backoff.next();
    const pause = code === MOVED ? 0 : next;
    // Random, so that the clients of a room do not all reconnect at the same moment.
    this.reconnectTimer = setTimeout(() => this.connect(), pause * (0.5 + Math.random()) + Math.random() * 100);
  }

  /**
   * Send a message; return whether it was sent. If not, the next hello includes its content.
   * @param {Request} message
   */
  send(message) {
    if (!this.connected) return false;
    this.socket?.send(JSON.stringify(message));
    this.pingAfter(PING_AFTER_SENDING);
    return true;
  }

  /**
   * Return who is in the room on the replica that the gateway routes to now; null if the link is down or
   * the page is hidden.
   * @returns {Promise<PresenceResponse | null>}
   */
  async fetchPresence() {
    if (!this.connected || document.hidden) return null;
    try {
      return await (await fetch(this.presenceUrl)).json();
    } catch {
      return null; // the link itself will show that the server is unreachable
    }
  }

  /** Connect again, to the replica that the gateway leads to now. */
  reconnect() {
    this.socket?.close(MOVED);
  }

  destroy() {
    this.stop.abort();
    clearInterval(this.pingTimer);
    clearTimeout(this.reconnectTimer);
    this.answered();
    this.socket?.close();
  }
}
