// Notes, in the page, when the pen moved and lifted and when bars had changed on the screen.
//
// A change counts when the frame it was made in is done: a message posted from the change arrives after
// it. Where a page changes its bars outside a frame, the message may come before they are painted, which
// flatters that page by up to 16 ms.

(() => {
  const probe = { pens: [], paints: [], rows: [], answers: [], inks: [], sends: [] };
  window.probe = probe;
  let native = 0;
  const note = (event) => {
    native = event.timeStamp;
    if (event.type === "mouseup" || event.buttons) probe.pens.push([event.type, event.timeStamp]);
  };
  for (const type of ["mousedown", "mousemove", "mouseup", "pointerrawupdate"])
    window.addEventListener(type, note, true);

  // Inkling only: which ink came from which pen event, which message held it, which answer is to it, when.
  const noteInk = ({ detail }) => {
    probe.inks.push([detail.phase, native, JSON.stringify(detail.strokes), performance.now()]);
  };
  document.addEventListener("inkling:ink", noteInk, true);
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...options) {
      super(...options);
      if (!String(options[0]).endsWith("/api/live")) return;
      this.live = true;
      this.addEventListener("message", ({ data }) => {
        probe.answers.push([JSON.parse(data).seq, performance.now()]);
      });
    }

    send(text) {
      if (this.live) {
        const { seq, strokes } = JSON.parse(text);
        probe.sends.push([seq, probe.inks.length, JSON.stringify(strokes), performance.now()]);
      }
      super.send(text);
    }
  };

  const channel = new MessageChannel();
  let waiting = false;
  channel.port1.onmessage = () => {
    waiting = false;
    probe.paints.push(performance.now());
  };
  // Vega draws its bars on a canvas.
  for (const name of ["fill", "fillRect", "stroke"]) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...options) {
      if (this.canvas.closest?.("[data-testid=stVegaLiteChart]")) changed();
      return draw.apply(this, options);
    };
  }
  const progress = "[data-testid=status-tracker]"; // Gradio's, which lies over its bars
  function changed() {
    if (waiting) return;
    waiting = true;
    channel.port2.postMessage(null);
  }
  const mutated = (records) => {
    if (!records.every(({ target }) => target.closest?.(progress))) changed();
  };
  const find = (selector, root = document) => {
    const found = root.querySelector(selector);
    if (found) return found;
    for (const one of root.querySelectorAll("*")) {
      const inside = one.shadowRoot && find(selector, one.shadowRoot);
      if (inside) return inside;
    }
    return null;
  };
  const watchers = [];
  function watch(heard, node, what) {
    watchers.push(new MutationObserver(heard));
    watchers.at(-1).observe(node, what);
  }
  // The list of what was recorded: a row of another reading, or another state of one.
  window.watchRows = (selector) => {
    watch(() => probe.rows.push(performance.now()), find(selector), { childList: true });
  };
  window.watchBars = (selector) => {
    const every = { subtree: true, childList: true, attributes: true, characterData: true };
    const bars = find(selector);
    // Streamlit marks a chart as stale before it has new data: only what Vega itself draws counts.
    const drawn = bars?.matches("[data-testid=stVegaLiteChart]");
    const paths = { subtree: true, childList: true, attributeFilter: ["d"] };
    if (bars) watch(mutated, bars, drawn ? paths : every);
    return bars !== null;
  };
  window.forgetProbe = () => {
    for (const notes of Object.values(probe)) notes.length = 0;
    for (const watcher of watchers.splice(0)) watcher.disconnect();
  };
})();
