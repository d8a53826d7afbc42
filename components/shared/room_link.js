// The link to a room: WS /api/rooms/{code}. It comes back by itself, and says hello anew each time.

const FIRST_PAUSE = 200; // ms before the first new attempt; doubles up to LONGEST_PAUSE
const LONGEST_PAUSE = 5000; // ms
const ENDS = { 4001: "replaced", 4003: "removed", 4004: "unknown", 4005: "closed", 4006: "full", 4007: "over" };
const LOOK = 5000; // ms between looks whether those in the room are where the gateway leads
const MOVED = 4000; // the room is elsewhere: come again at once

class RoomLink {
  // hello(): the first message. heard(message). changed(connected). ended(why): no use to come again.
  constructor(code, { hello, heard, changed, ended }) {
    const address = new URL(`/api/rooms/${code}`, window.location.href);
    this.presenceAddress = address.href;
    address.protocol = address.protocol.replace("http", "ws");
    Object.assign(this, { address: address.href, hello, heard, changed, ended });
    this.pause = FIRST_PAUSE;
    this.stop = new AbortController();
    window.addEventListener("online", () => this.connect(), { signal: this.stop.signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.connect(), { signal: this.stop.signal });
    this.connect();
  }

  get connected() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  connect() {
    clearTimeout(this.again);
    if (this.stop.signal.aborted || this.socket) return;
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify(this.hello()));
      this.changed(true);
    });
    socket.addEventListener("message", ({ data }) => {
      this.pause = FIRST_PAUSE;
      this.heard(JSON.parse(data));
    });
    socket.addEventListener("close", ({ code }) => this.lost(socket, code));
  }

  lost(socket, code) {
    if (this.socket !== socket) return;
    this.socket = null;
    if (this.stop.signal.aborted) return;
    this.changed(false);
    if (ENDS[code]) {
      this.ended(ENDS[code]);
      return;
    }
    const pause = code === MOVED ? 0 : this.pause;
    this.again = setTimeout(() => this.connect(), pause * (0.5 + Math.random()) + Math.random() * 100);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  // Whether it went out; what did not is brought by the next hello.
  send(message) {
    if (!this.connected) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  // What the replica that the gateway leads to now says of the room: { replica, screens, guests }.
  // Null where the link is down or nobody looks at the page.
  async presence() {
    if (!this.connected || document.hidden) return null;
    try {
      return await (await fetch(this.presenceAddress)).json();
    } catch {
      return null; // the link itself tells what is the matter
    }
  }

  // To that replica.
  comeAgain() {
    this.socket?.close(MOVED);
  }

  leave() {
    this.stop.abort();
    clearTimeout(this.again);
    this.socket?.close();
  }
}
