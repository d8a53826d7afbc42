// The prediction panel: it follows the pen over the live link, shows the saved prediction if there is no link, and
// the prediction of an image until the visitor draws.

import { defineComponent } from "../shared/component.js";
import { setHidden, setText } from "../shared/dom.js";
import { pageLink } from "../shared/page_link.js";
import { PredictionBars } from "./bars.js";
import { LiveLink } from "./live_link.js";
import { Pager } from "./pager.js";

/**
 * @import {
 *   DrawingEvent, ImageResult, LiveAnswer, PredictedEvent, SavedEvent, ShownPrediction, Source, Texts
 * } from "../shared/types.d.ts"
 */

const ANNOUNCE_DELAY = 350; // ms, so that a screen reader does not announce passing predictions
const CONNECTION_DELAY = 1000; // ms, so that a short break is not reported

/**
 * @typedef {object} PredictionData from components/prediction/panel.py
 * @property {Texts} texts
 * @property {ImageResult | null} result of the newest image
 */

/**
 * Version of the newest image after which the visitor has drawn. The module remembers it, because the panel is
 * created again when the visitor comes back from another page.
 * @type {string | null}
 */
let outdatedImage = null;

class PredictionPanel {
  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    this.bars = new PredictionBars(root);
    this.pager = new Pager((page) => {
      this.show(page, this.source, page.image);
      this.settle();
    });
    this.bars.panel.insertBefore(this.pager.element, this.bars.barsHeading);
    this.strokesJson = "[]";
    this.penDown = false;
    // Drawings are numbered, so that a late answer is not shown for a newer drawing.
    this.seq = 0; // number of the newest drawing
    this.answeredSeq = 0; // number of the newest answered drawing
    this.minimumSeq = 0; // answers to older drawings are dropped
    /** @type {string | null} */
    this.imageVersion = null;
    /** @type {ShownPrediction | null} */
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
    /**
     * @template Detail
     * @param {string} name
     * @param {(detail: Detail) => void} handler
     */
    const on = (name, handler) =>
      document.addEventListener(name, (event) => handler(/** @type {CustomEvent<Detail>} */ (event).detail), {
        signal: this.stop.signal,
      });
    on("inkling:ink", (/** @type {DrawingEvent} */ detail) => this.drawingChanged(detail));
    on("inkling:prediction-wanted", () => this.publish());
    on("inkling:saved", (/** @type {SavedEvent} */ detail) => this.drawingSaved(detail));
    const url = new URL("api/live", window.location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.link = new LiveLink(
      url.href,
      (answer) => this.answerReceived(answer),
      (connected) => this.liveLinkChanged(connected),
    );
    pageLink().watch(() => this.showConnection(), this.stop.signal);
    document.dispatchEvent(new Event("inkling:drawing-wanted"));
  }

  /** @param {PredictionData} data */
  update({ texts, result }) {
    const languageChanged = texts.heading !== this.bars.texts.heading;
    this.bars.setTexts(texts);
    this.pager.setTexts(texts);
    if (!this.link.connected) this.link.connectNow(); // this data shows that the server is reachable
    if (languageChanged) {
      this.show(this.prediction, this.source, this.image);
      this.showConnection();
    }
    if (!result || result.version === outdatedImage) return;
    this.showError(result.error);
    if (result.version === this.imageVersion) return;
    this.imageVersion = result.version;
    if (!result.prediction) return;
    document.dispatchEvent(new CustomEvent("inkling:image", { detail: result.source }));
    this.seq += 1;
    this.minimumSeq = this.seq;
    this.link.cancel();
    this.show(result.prediction, result.source, result.image);
    this.pager.setPages(result.pages, result.pageCount);
    this.settle();
  }

  /** @param {string | null} error */
  showError(error) {
    setText(this.bars.error, error ?? "");
    setHidden(this.bars.error, !error);
  }

  /** @param {DrawingEvent} event */
  drawingChanged({ strokes, phase }) {
    const before = this.strokesJson;
    this.strokesJson = JSON.stringify(strokes);
    this.penDown = phase === "move";
    if (phase === "replaced") return; // the image's prediction comes from the page
    if (this.imageVersion && this.imageVersion !== outdatedImage) {
      outdatedImage = this.imageVersion;
      this.showError(null);
    }
    const unchanged = this.strokesJson === before; // the pen did not move
    if (!unchanged) this.seq += 1;
    if (!this.penDown) this.minimumSeq = this.seq;
    if (strokes.length === 0) {
      this.link.cancel();
      this.show(null, "pad");
      this.settle();
    } else if (!unchanged) {
      if (!this.link.connected) this.show(null, "pad"); // what is shown is of another drawing
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
   * Show the saved prediction if there is no live link.
   * @param {SavedEvent} saved
   */
  drawingSaved({ prediction, strokes }) {
    if (this.link.connected || JSON.stringify(strokes) !== this.strokesJson) return;
    this.show(prediction, "pad");
    this.settle();
  }

  /**
   * Show a prediction in the next frame.
   * @param {ShownPrediction | null} prediction
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
    const waiting = this.strokesJson !== "[]" && !this.link.connected;
    bars.show(prediction, { blankImage, eased: prediction === null || !fromPad, waiting });
    setText(bars.origin, fromPad ? "" : bars.texts[`from_${source}`]);
    setHidden(bars.image, !this.image);
    if (this.image) bars.image.src = this.image;
  }

  /** Announce the prediction that is shown, unless a newer one follows. */
  settle() {
    clearTimeout(this.announceTimer);
    this.announceTimer = setTimeout(() => this.bars.announce(this.prediction), ANNOUNCE_DELAY);
    this.publish();
  }

  /** Let the page's other parts follow what is shown. */
  publish() {
    /** @type {PredictedEvent} */
    const detail = { prediction: this.prediction };
    document.dispatchEvent(new CustomEvent("inkling:predicted", { detail }));
  }

  /** @param {boolean} connected */
  liveLinkChanged(connected) {
    this.bars.panel.dataset.link = connected ? "up" : "down";
    this.showConnection();
    this.show(this.prediction, this.source, this.image);
    if (!connected) return;
    document.dispatchEvent(new Event("inkling:connected"));
    // Predict what was drawn while there was no connection.
    if (this.strokesJson !== "[]" && this.source === "pad") this.link.send(this.strokesJson, this.seq, true);
  }

  /** Say which connection is lost, if one is. */
  showConnection() {
    const { texts, connectionNote } = this.bars;
    clearTimeout(this.connectionTimer);
    const sentence = () => {
      if (!this.link.connected) return texts.link_lost;
      return pageLink().connected ? "" : texts.page_lost;
    };
    if (sentence() === "") setText(connectionNote, "");
    else this.connectionTimer = setTimeout(() => setText(connectionNote, sentence()), CONNECTION_DELAY);
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
