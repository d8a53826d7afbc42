// Records, inside the page, when the pen moved and lifted and when the bars changed on the screen.
//
// A change counts as painted when its frame is done: a message posted from the change handler is
// delivered after that frame. Where a page changes its bars outside a frame, the message may arrive
// before they are painted, which favors that page by up to 16 ms.

(() => {
  // pens: [event type, time]. paints, rows: times. drawings: [phase, time of the pen event, strokes as
  // JSON, time the page announced it]. sends: [seq, drawings announced so far, strokes as JSON, time].
  // answers: [seq, time].
  const probe = { pens: [], paints: [], rows: [], drawings: [], sends: [], answers: [] };
  window.probe = probe;
  let lastPenEvent = 0;
  const recordPenEvent = (event) => {
    lastPenEvent = event.timeStamp;
    if (event.type === "mouseup" || event.buttons) probe.pens.push([event.type, event.timeStamp]);
  };
  for (const type of ["mousedown", "mousemove", "mouseup", "pointerrawupdate"])
    window.addEventListener(type, recordPenEvent, true);

  // Inkling only: which pen event changed the drawing, which message carried it, which answer it got.
  const recordDrawing = ({ detail }) => {
    probe.drawings.push([detail.phase, lastPenEvent, JSON.stringify(detail.strokes), performance.now()]);
  };
  document.addEventListener("inkling:ink", recordDrawing, true);
  const OriginalWebSocket = window.WebSocket;
  window.WebSocket = class extends OriginalWebSocket {
    constructor(...options) {
      super(...options);
      if (!String(options[0]).endsWith("/api/live")) return;
      this.isLive = true;
      this.addEventListener("message", ({ data }) => {
        probe.answers.push([JSON.parse(data).seq, performance.now()]);
      });
    }

    send(text) {
      if (this.isLive) {
        const { seq, strokes } = JSON.parse(text);
        if (strokes.length > 0) probe.sends.push([seq, probe.drawings.length, JSON.stringify(strokes), performance.now()]);
      }
      super.send(text);
    }
  };

  const channel = new MessageChannel();
  let paintPending = false;
  channel.port1.onmessage = () => {
    paintPending = false;
    probe.paints.push(performance.now());
  };
  function barsChanged() {
    if (paintPending) return;
    paintPending = true;
    channel.port2.postMessage(null);
  }
  // Vega draws its bars on a canvas.
  for (const name of ["fill", "fillRect", "stroke"]) {
    const original = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...options) {
      if (this.canvas.closest?.("[data-testid=stVegaLiteChart]")) barsChanged();
      return original.apply(this, options);
    };
  }
  const progress = "[data-testid=status-tracker]"; // Gradio's progress overlay on top of its bars
  const onMutation = (records) => {
    if (!records.every(({ target }) => target.closest?.(progress))) barsChanged();
  };
  // Searches shadow trees too.
  const find = (selector, root = document) => {
    const found = root.querySelector(selector);
    if (found) return found;
    for (const element of root.querySelectorAll("*")) {
      const inside = element.shadowRoot && find(selector, element.shadowRoot);
      if (inside) return inside;
    }
    return null;
  };
  const observers = [];
  function observe(node, options, callback) {
    const observer = new MutationObserver(callback);
    observer.observe(node, options);
    observers.push(observer);
  }
  // The history list: a new row, or a changed one.
  window.watchRows = (selector) => {
    observe(find(selector), { childList: true }, () => probe.rows.push(performance.now()));
  };
  window.watchBars = (selector) => {
    const anyChange = { subtree: true, childList: true, attributes: true, characterData: true };
    const bars = find(selector);
    // Streamlit marks a chart as stale before it has new data: only what Vega itself draws counts.
    const isChart = bars?.matches("[data-testid=stVegaLiteChart]");
    const paths = { subtree: true, childList: true, attributeFilter: ["d"] };
    if (bars) observe(bars, isChart ? paths : anyChange, onMutation);
    return bars !== null;
  };
  window.resetProbe = () => {
    for (const entries of Object.values(probe)) entries.length = 0;
    for (const observer of observers.splice(0)) observer.disconnect();
  };
})();
