// Watches the connection of the page to Streamlit, through the messages with which Streamlit talks to a site that
// embeds it. Here that site is the page itself: api/middleware/host_config.py allows it.
//
// A connection may fall silent without an event, for example after a router has forgotten it. A heartbeat finds
// that out: Streamlit connects again if it is not answered in time. What Streamlit had to say in the meantime may be
// lost, so the page runs again then.

const HEARTBEAT_INTERVAL = 10_000; // ms
const ANSWER_TIME = 5000; // ms
const SLOWEST_UPLINK = 20; // bytes a millisecond: a heartbeat waits behind an image that is being sent

/** @param {{ type: string, [key: string]: unknown }} message */
const tellStreamlit = (message) => window.postMessage({ stCommVersion: 1, ...message }, window.location.origin);

/** Run the page again: what was chosen without a connection is only part of Streamlit's state until then. */
export const rerunPage = () => tellStreamlit({ type: "RERUN_SCRIPT" });

/** @typedef {(state: "lost" | "connected" | "up to date") => void} Listener up to date: the page has run again */

export class PageLink {
  constructor() {
    this.connected = true; // Streamlit has just sent a component that watches it
    this.rerunning = false; // the run after a new connection
    this.busyUntil = 0; // performance.now() until which an image may be on its way
    /** @type {Set<Listener>} */
    this.listeners = new Set();
    window.addEventListener("message", (event) => this.receive(event));
    document.addEventListener("visibilitychange", () => this.beat());
    window.addEventListener("online", () => this.beat());
    setInterval(() => this.beat(), HEARTBEAT_INTERVAL);
  }

  /**
   * Call `listener` when the connection changes, until the signal is aborted.
   * @param {Listener} listener
   * @param {AbortSignal} signal
   */
  watch(listener, signal) {
    this.listeners.add(listener);
    signal.addEventListener("abort", () => this.listeners.delete(listener));
  }

  beat() {
    if (!document.hidden && performance.now() > this.busyUntil) this.expectAnswer();
  }

  /**
   * Have Streamlit connect again if the server does not answer to what was just sent.
   * @param {number} size bytes of it
   */
  expectAnswer(size = 0) {
    const time = ANSWER_TIME + size / SLOWEST_UPLINK;
    this.busyUntil = Math.max(this.busyUntil, performance.now() + time);
    tellStreamlit({ type: "SEND_APP_HEARTBEAT", ackTimeoutMilliseconds: time });
  }

  /** @param {MessageEvent} event */
  receive({ source, data }) {
    if (source !== window || data?.stCommVersion !== 1) return;
    if (data.type === "WEBSOCKET_DISCONNECTED") this.change(false);
    else if (data.type === "WEBSOCKET_CONNECTED" && !this.connected) this.change(true);
    else if (data.type === "SCRIPT_RUN_STATE_CHANGED" && data.scriptRunState === "notRunning") this.runEnded();
  }

  /** @param {boolean} connected */
  change(connected) {
    this.connected = connected;
    this.rerunning = connected;
    if (connected) rerunPage();
    this.tell(connected ? "connected" : "lost");
  }

  runEnded() {
    if (!this.rerunning) return;
    this.rerunning = false;
    this.tell("up to date");
  }

  /** @param {Parameters<Listener>[0]} state */
  tell(state) {
    for (const listener of [...this.listeners]) listener(state);
  }
}

/** @type {PageLink | null} */
let documentLink = null;

/** Return the document's one link. It outlives components, which Streamlit sometimes creates again. */
export function pageLink() {
  documentLink ??= new PageLink();
  return documentLink;
}
