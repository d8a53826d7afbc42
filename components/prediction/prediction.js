// The prediction panel: it follows the pen over the live link, and shows the page's stored prediction
// if there is no link.

import { defineComponent } from "../shared/component.js";
import { setHidden, setText } from "../shared/dom.js";
import { PredictionBars } from "./bars.js";
import { LiveLink } from "./live_link.js";
import { Pager } from "./pager.js";

/** @import { DrawingEvent, LiveAnswer, PagePrediction, PredictionMessage, Source, Stroke, Texts } from "../shared/types.d.ts" */

const SETTLED = 400; // ms after the last change until a saved prediction of the pad is shown even if it does not match
const ANNOUNCE_DELAY = 350; // ms, so that a screen reader does not announce passing predictions
const CONNECTION_DELAY = 1000; // ms, so that a short break is not reported

/**
 * @typedef {object} PredictionData from components/prediction/panel.py
 * @property {Texts} texts
 * @property {PagePrediction | null} record
 * @property {string | null} image data URL of the image that the prediction is of; null for the pad
 * @property {string | null} error a sentence
 */

/**
 * Return what identifies a drawing: of each stroke its number of points and its last point, as the server
 * has it in `PagePrediction.ink`.
 * @param {Stroke[]} strokes
 */
const drawingSignature = (strokes) =>
  JSON.stringify(strokes.map((points) => [points.length, ...points[points.length - 1]]));

class PredictionPanel {
  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    this.bars = new PredictionBars(root);
    this.pager = new Pager((page) => {
      this.show(page, this.source, page.image);
      this.settle();
    });
    this.bars.panel.insertBefore(this.pager.element, this.bars.barsHeading);
    /** @type {Stroke[]} */
    this.strokes = [];
    this.strokesJson = "[]";
    this.penDown = false;
    this.changedAt = -Infinity;
    // Drawings are numbered, so that a late answer is not shown for a newer drawing.
    this.seq = 0; // number of the newest drawing
    this.answeredSeq = 0; // number of the newest answered drawing
    this.minimumSeq = 0; // answers to older drawings are dropped
    /** @type {string | null} */
    this.recordVersion = null;
    /** @type {PredictionMessage | null} */
    this.prediction = null;
    /** @type {Source} */
    this.source = "pad";
    /** @type {string | null} */
    this.image = null;
    /** @type {number | null} */
    this.frame = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.announceTimer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.connectionTimer = undefined;
    this.stop = new AbortController();
    document.addEventListener(
      "inkling:ink",
      (event) => this.drawingChanged(/** @type {CustomEvent<DrawingEvent>} */ (event).detail),
      { signal: this.stop.signal },
    );
    const url = new URL("api/live", window.location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.link = new LiveLink(
      url.href,
      (answer) => this.answerReceived(answer),
      (connected) => this.connectionChanged(connected),
    );
  }

  /** @param {PredictionData} data */
  update({ texts, record, image, error }) {
    const languageChanged = texts.heading !== this.bars.texts.heading;
    this.bars.setTexts(texts);
    this.pager.setTexts(texts);
    if (!this.link.connected) this.link.connectNow(); // this data shows that the server is reachable
    setText(this.bars.error, error ?? "");
    setHidden(this.bars.error, !error);
    if (languageChanged) this.show(this.prediction, this.source, this.image);
    if (!record || record.version === this.recordVersion) return;
    this.recordVersion = record.version;
    if (record.source === "pad" && !this.isCurrent(record)) return;
    this.seq += 1;
    this.minimumSeq = this.seq;
    this.link.cancel();
    this.show(record, record.source, image);
    this.pager.setPages(record.pages ?? [], record.pageCount ?? 0);
    this.settle();
  }

  /**
   * Return whether a stored prediction of the pad is of the drawing that is there now, not of an earlier
   * one.
   * @param {PagePrediction} record
   */
  isCurrent(record) {
    if (this.penDown) return false;
    if (JSON.stringify(record.ink) === drawingSignature(this.strokes)) return true;
    return performance.now() - this.changedAt > SETTLED;
  }

  /** @param {DrawingEvent} event */
  drawingChanged({ strokes, phase }) {
    const before = this.strokesJson;
    this.strokes = strokes;
    this.strokesJson = JSON.stringify(strokes);
    this.penDown = phase === "move";
    this.changedAt = performance.now();
    if (phase === "replaced") return; // the image's prediction comes from the page
    const unchanged = this.strokesJson === before; // the pen did not move
    if (!unchanged) this.seq += 1;
    if (!this.penDown) this.minimumSeq = this.seq;
    if (strokes.length === 0) {
      this.link.cancel();
      this.show(null, "pad");
      this.settle();
    } else if (!unchanged) {
      this.link.send(this.strokesJson, this.seq, !this.penDown);
    } else if (!this.penDown) {
      this.link.sendNow();
      if (this.answeredSeq === this.seq) this.settle();
    }
  }

  /** @param {LiveAnswer} answer */
  answerReceived(answer) {
    if (answer.error || answer.seq < this.minimumSeq) return;
    this.answeredSeq = answer.seq;
    this.show(answer, "pad");
    if (!this.penDown) this.settle();
  }

  /**
   * Show a prediction in the next frame.
   * @param {PredictionMessage | null} prediction
   * @param {Source} source
   * @param {string | null} image
   */
  show(prediction, source, image = null) {
    this.prediction = prediction;
    this.source = source;
    this.image = image;
    this.frame ??= requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.frame = null;
    const { bars, prediction, source } = this;
    const fromPad = source === "pad";
    if (fromPad) this.pager.setPages([], 0);
    const blankImage = prediction !== null && !fromPad && prediction.digits.length === 0;
    bars.show(prediction, { blankImage, eased: prediction === null || !fromPad });
    setText(bars.origin, fromPad ? "" : bars.texts[`from_${source}`]);
    setHidden(bars.image, !this.image);
    if (this.image) bars.image.src = this.image;
  }

  /** Announce the prediction that is shown, unless a newer one follows. */
  settle() {
    clearTimeout(this.announceTimer);
    this.announceTimer = setTimeout(() => this.bars.announce(this.prediction), ANNOUNCE_DELAY);
  }

  /** @param {boolean} connected */
  connectionChanged(connected) {
    const { bars } = this;
    bars.panel.dataset.link = connected ? "up" : "down";
    clearTimeout(this.connectionTimer);
    const showNote = () => setText(bars.connectionNote, connected ? "" : bars.texts.link_lost);
    if (connected) showNote();
    else this.connectionTimer = setTimeout(showNote, CONNECTION_DELAY);
    // Predict what was drawn while there was no connection.
    if (connected && this.strokes.length && this.source === "pad") this.link.send(this.strokesJson, this.seq, true);
  }

  destroy() {
    this.stop.abort();
    this.link.destroy();
    clearTimeout(this.announceTimer);
    clearTimeout(this.connectionTimer);
    if (this.frame !== null) cancelAnimationFrame(this.frame);
  }
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<PredictionData>} */ { parentElement }) =>
    new PredictionPanel(parentElement),
);
