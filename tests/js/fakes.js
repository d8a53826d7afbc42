// Just enough of a browser for the modules under test.

/** An event target that dispatches to its listeners, as `window` and `document` do. */
class FakeTarget extends EventTarget {
  location = { href: "https://example.org/inkling/page" };
  hidden = false;
}

/** A WebSocket that tests open, answer and close. */
export class FakeWebSocket extends EventTarget {
  static OPEN = 1;
  static created = [];
  readyState = 0;
  sent = [];

  constructor(url) {
    super();
    this.url = url;
    FakeWebSocket.created.push(this);
  }

  static get newest() {
    return FakeWebSocket.created.at(-1);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code = 1005) {
    this.end(code);
  }

  open() {
    this.readyState = FakeWebSocket.OPEN;
    this.dispatchEvent(new Event("open"));
  }

  answer(message) {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(message) }));
  }

  end(code) {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

/** Put the fakes where modules look for a browser; Math.random() is 0.5. */
export function installBrowser() {
  FakeWebSocket.created = [];
  globalThis.window = new FakeTarget();
  globalThis.document = new FakeTarget();
  globalThis.WebSocket = FakeWebSocket;
  Math.random = () => 0.5;
}

/** A browser's storage: its entries are its own properties, as in `localStorage`. */
export class FakeStorage {
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }

  setItem(key, value) {
    this[key] = String(value);
  }

  removeItem(key) {
    delete this[key];
  }

  keys() {
    return Object.keys(this);
  }
}
