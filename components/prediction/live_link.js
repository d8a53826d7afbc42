// Strokes out, readings in, over WS /api/live.
//
// At most one message is in flight; of the ink that gathers meanwhile only the newest is sent.

const PAUSE = 5; // ms between messages while the pen moves: as many as the server allows for long
const PROMPT = 14; // ms more than the quickest answer took, where nothing is short of processor time
const CALM = 3; // ms of pause for each ms an answer was later: the last ink shall find no queue
const LONGEST_PAUSE = 200; // ms
const PATIENCE = 4000; // ms without an answer after which a link counts as dead
const FIRST_WAIT = 250; // ms before the first new attempt; doubles up to LONGEST_WAIT
const LONGEST_WAIT = 5000; // ms
const TOO_MUCH = 1008; // close code of a server that refuses what was sent

export class LiveLink {
  // answered(reading, order): called with each answer, in the order of sending. changed(connected).
  constructor(address, answered, changed) {
    this.address = address;
    this.answered = answered;
    this.changed = changed;
    this.next = null;
    this.inFlight = null;
    this.wait = FIRST_WAIT;
    this.late = 0; // ms that the newest answer took longer than a prompt one
    this.pauseEnd = -Infinity;
    this.stop = new AbortController();
    const options = { signal: this.stop.signal };
    document.addEventListener("visibilitychange", () => this.visibilityChanged(), options);
    window.addEventListener("online", () => this.connectNow(), options);
    this.connectNow();
  }

  get connected() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  // ink: the strokes as JSON. Urgent ink, a finished stroke, does not wait for the pause to pass.
  send(ink, order, urgent) {
    this.next = { ink, order };
    if (urgent) this.hurry();
    else this.pump();
  }

  // Send what waits, now.
  hurry() {
    this.pauseEnd = -Infinity;
    this.pump();
  }

  // Forget ink that has not been sent; what is in flight still answers.
  forget() {
    this.next = null;
  }

  pump() {
    clearTimeout(this.pausing);
    if (!this.next || this.inFlight || !this.connected) return;
    const now = performance.now();
    const pause = this.pauseEnd - now;
    if (pause > 0) {
      this.pausing = setTimeout(() => this.pump(), pause);
      return;
    }
    const { ink, order } = this.next;
    this.next = null;
    this.pauseEnd = now + Math.min(PAUSE + CALM * this.late, LONGEST_PAUSE);
    this.inFlight = { order, sent: now, overdue: setTimeout(() => this.lose(), PATIENCE) };
    this.socket.send(`{"seq":${order},"strokes":${ink}}`);
  }

  connectNow() {
    this.wait = FIRST_WAIT;
    this.connect();
  }

  connect() {
    clearTimeout(this.retry);
    if (document.hidden || this.stop.signal.aborted || this.socket) return;
    const socket = new WebSocket(this.address);
    this.socket = socket;
    this.quickest = Infinity; // ms from a message to its answer: how far the server is
    socket.addEventListener("open", () => {
      this.wait = FIRST_WAIT;
      this.changed(true);
      this.pump();
    });
    socket.addEventListener("message", ({ data }) => this.receive(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => {
      if (this.socket !== socket) return;
      if (code === TOO_MUCH) this.wait = LONGEST_WAIT;
      this.lose();
    });
  }

  receive(reading) {
    if (reading.seq !== this.inFlight?.order) return;
    const roundTrip = performance.now() - this.inFlight.sent;
    this.quickest = Math.min(this.quickest, roundTrip);
    this.late = Math.max(0, roundTrip - this.quickest - PROMPT);
    this.settle();
    this.answered(reading, reading.seq);
    this.pump();
  }

  settle() {
    clearTimeout(this.inFlight?.overdue);
    this.inFlight = null;
  }

  lose() {
    this.drop();
    this.changed(false);
    if (document.hidden) return;
    this.retry = setTimeout(() => this.connect(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  drop() {
    this.settle();
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }

  // A hidden tab holds no connection and costs nothing.
  visibilityChanged() {
    if (document.hidden) {
      clearTimeout(this.retry);
      this.drop();
    } else {
      this.connectNow();
    }
  }

  destroy() {
    this.stop.abort();
    clearTimeout(this.retry);
    clearTimeout(this.pausing);
    this.drop();
  }
}
