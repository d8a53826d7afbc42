// The bars: they follow the pen over the link, and the server's record where there is no link.

import { defineComponent } from "../shared/component.js";
import { setHidden, setText } from "../shared/dom.js";
import { Painter } from "./bars.js";
import { LiveLink } from "./live_link.js";

const SETTLED = 400; // ms without ink after which the record is right whatever we think is on the pad

// Of each stroke how many points it has and where it ends: what the server says a record is of.
const inkMark = (strokes) => JSON.stringify(strokes.map((points) => [points.length, ...points.at(-1)]));

class LiveBars {
  constructor(root) {
    this.painter = new Painter(root);
    this.strokes = [];
    this.ink = "[]"; // the strokes as JSON
    this.drawing = false;
    this.order = 0; // of the newest ink
    this.newest = 0; // the order of the newest ink that was answered
    this.oldest = 0; // no answer to older ink may be painted
    this.inkTime = -Infinity;
    this.record = null;
    this.reading = null;
    this.stop = new AbortController();
    const listen = { signal: this.stop.signal };
    document.addEventListener("inkling:ink", ({ detail }) => this.inkChanged(detail), listen);
    const address = new URL("api/live", window.location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.link = new LiveLink(
      address.href,
      (answer) => this.answered(answer),
      (connected) => this.linkChanged(connected),
    );
  }

  update({ texts, record, picture, error }) {
    const spokenOtherwise = texts.heading !== this.painter.texts?.heading;
    this.painter.setTexts(texts);
    if (!this.link.connected) this.link.connectNow(); // the server that sent this is there
    this.painter.error.textContent = error ?? "";
    this.painter.error.hidden = !error;
    if (spokenOtherwise) this.show(this.reading, this.shownFrom ?? "pad", picture);
    if (!record || record.version === this.record) return;
    this.record = record.version;
    if (record.source === "pad" && !this.fits(record)) return;
    this.oldest = this.order += 1;
    this.link.forget();
    this.show(record, record.source, picture);
    this.settle();
  }

  // Whether a record of the pad is of the ink that is there now, not of what it was before.
  fits(record) {
    if (this.drawing) return false;
    return JSON.stringify(record.ink) === inkMark(this.strokes) || performance.now() - this.inkTime > SETTLED;
  }

  inkChanged({ strokes, phase }) {
    const before = this.ink;
    this.strokes = strokes;
    this.ink = JSON.stringify(strokes);
    this.drawing = phase === "move";
    this.inkTime = performance.now();
    if (phase === "replaced") return;
    const same = this.ink === before; // the pen rests, or lifts where it was last
    if (!same) this.order += 1;
    if (!this.drawing) this.oldest = this.order;
    if (strokes.length === 0) {
      this.link.forget();
      this.show(null, "pad");
      this.settle();
    } else if (!same) {
      this.link.send(this.ink, this.order, !this.drawing);
    } else if (!this.drawing) {
      this.link.hurry();
      if (this.newest === this.order) this.answered(this.reading);
    }
  }

  answered(answer) {
    if (answer.error || answer.seq < this.oldest) return;
    this.newest = answer.seq;
    this.show(answer, "pad");
    if (!this.drawing) this.settle();
  }

  show(reading, source, picture = null) {
    this.reading = reading;
    this.shownFrom = source;
    this.picture = picture;
    this.frame ??= requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.frame = null;
    const { painter, reading, shownFrom } = this;
    const fromPad = shownFrom === "pad";
    const blank = reading !== null && !fromPad && reading.digits.length === 0;
    painter.paint(reading, { blank, eased: reading === null || !fromPad });
    setText(painter.origin, fromPad ? "" : painter.texts[`from_${shownFrom}`]);
    setHidden(painter.picture, !this.picture);
    if (this.picture) painter.picture.src = this.picture;
  }

  settle() {
    clearTimeout(this.saying);
    this.saying = setTimeout(() => this.painter.announce(this.reading), 350);
  }

  linkChanged(connected) {
    this.painter.panel.dataset.link = connected ? "up" : "down";
    clearTimeout(this.signing);
    const sign = () => setText(this.painter.sign, connected ? "" : this.painter.texts.link_lost);
    if (connected) sign();
    else this.signing = setTimeout(sign, 1000);
    if (connected && this.strokes.length && this.shownFrom === "pad") this.link.send(this.ink, this.order, true);
  }

  destroy() {
    this.stop.abort();
    this.link.destroy();
    clearTimeout(this.saying);
    clearTimeout(this.signing);
    cancelAnimationFrame(this.frame);
  }
}

export default defineComponent(({ parentElement }) => new LiveBars(parentElement));
