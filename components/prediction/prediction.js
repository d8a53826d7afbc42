// The prediction panel: it follows the pen over the live link, shows the saved prediction if there is no link, and
// the prediction of an image until the visitor draws. The visitor says there whether it is right.

import { defineComponent } from "../shared/component.js";
import { setHidden, setText } from "../shared/dom.js";
import { pageLink } from "../shared/page_link.js";
import { PredictionBars } from "./bars.js";
import { LiveLink } from "./live_link.js";
import { Pager } from "./pager.js";

/**
 * @import {
 *   DrawingEvent, DrawingVersion, FilePage, ImageResult, LiveAnswer, PredictedEvent, SavedEvent,
 *   ShownPrediction, Source, Texts
 * } from "../shared/types.d.ts"
 */

const ANNOUNCE_DELAY = 350; // ms, so that a screen reader does not announce passing predictions
const CONNECTION_DELAY = 1000; // ms, so that a short break is not reported

/**
 * @typedef {object} PredictionData from components/prediction/panel.py
 * @property {Texts} texts
 * @property {string | null} author of labels; null where the browser may send a name
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
    this.pager = new Pager((page) => this.showImage(page, this.source));
    this.stop = new AbortController();
    this.bars.panel.insertBefore(this.pager.element, this.bars.barsHeading);
    /** @type {import("./correction.js").Correction | null} */
    this.correction = null;
    this.isLoading = false; // the module of the correction
    /** @type {string | null} */
    this.author = null;
    this.strokesJson = "[]";
    this.penDown = false;
    /** @type {DrawingVersion | null} what the strokes are saved as */
    this.drawing = null;
    // Drawings are numbered, so that a late answer is not shown for a newer drawing.
    this.seq = 0; // number of the newest drawing
    this.answeredSeq = 0; // number of the newest drawing whose prediction is shown
    this.minimumSeq = 0; // answers to older drawings are dropped
    /** @type {string | null} */
    this.imageVersion = null;
    this.updated = false; // the page has sent data
    this.mustBeSeen = false; // scroll to what is shown next
    /** @type {ShownPrediction | null} */
    this.prediction = null;
    /** @type {Source} */
    this.source = "pad";
    /** @type {string | null} */
    this.image = null;
    /** @type {string | null} id of the image's prediction */
    this.imageId = null;
    /** @type {number | null} */
    this.frame = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.announceTimer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.connectionTimer = undefined;
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
  update({ texts, author, result }) {
    const languageChanged = texts.heading !== this.bars.texts.heading;
    this.bars.setTexts(texts);
    this.pager.setTexts(texts);
    this.author = author;
    this.correction?.update(texts, author);
    if (!this.link.connected) this.link.connectNow(); // this data shows that the server is reachable
    if (languageChanged) {
      this.show(this.prediction, this.source, this.image);
      this.showConnection();
    }
    const isChosenNow = this.updated; // not when the visitor comes back from another page
    this.updated = true;
    if (!result || result.version === outdatedImage) return;
    this.showError(result.error);
    if (result.version === this.imageVersion) return;
    this.imageVersion = result.version;
    this.mustBeSeen = isChosenNow; // samples and files are below the answer on a phone
    if (!result.prediction) {
      // The answer for an earlier image would seem to be for this one; that for a drawing stays with the drawing.
      this.show(this.source === "pad" ? this.prediction : null, "pad");
      clearTimeout(this.announceTimer); // the error is announced
      return;
    }
    document.dispatchEvent(new CustomEvent("inkling:image", { detail: result.source }));
    this.seq += 1;
    this.minimumSeq = this.seq;
    this.link.cancel();
    const { prediction, id, image, source, pages, pageCount } = result;
    this.showImage({ ...prediction, id, image }, source);
    this.pager.setPages(pages, pageCount);
  }

  /**
   * @param {Pick<FilePage, "id" | "text" | "digits"> & { image: string | null }} page
   * @param {Source} source
   */
  showImage(page, source) {
    this.imageId = page.id;
    this.show(page, source, page.image);
    this.settle();
  }

  /** @param {string | null} error */
  showError(error) {
    setText(this.bars.error, error ?? "");
    setHidden(this.bars.error, !error);
  }

  /** @param {DrawingEvent} event */
  drawingChanged({ strokes, phase, drawing }) {
    const before = this.strokesJson;
    this.strokesJson = JSON.stringify(strokes);
    this.penDown = phase === "move";
    this.drawing = this.penDown ? null : drawing;
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
      if (this.answeredSeq === this.seq) {
        this.show(this.prediction, "pad");
        this.settle();
      }
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
   * A drawing can be labelled once it is saved. Show the saved prediction if there is no live link.
   * @param {SavedEvent} saved
   */
  drawingSaved({ prediction, strokes, drawing }) {
    const isShown = this.drawing?.key === drawing.key && this.drawing.version <= drawing.version;
    if (!isShown || JSON.stringify(strokes) !== this.strokesJson) return;
    this.drawing = { ...drawing, labelled: this.drawing?.labelled ?? false };
    if (this.link.connected) {
      this.show(this.prediction, this.source, this.image);
      return;
    }
    this.answeredSeq = this.seq;
    this.show(prediction, "pad");
    this.settle();
  }

  /**
   * What a label would be for: the prediction that is shown, once the pen is up.
   * @returns {import("./correction.js").ShownTarget | null}
   */
  get target() {
    if (this.source !== "pad") return this.imageId === null ? null : { id: this.imageId, key: null, labelled: true };
    return this.drawing && this.answeredSeq === this.seq ? this.drawing : null;
  }

  /** Show the part in which the visitor says whether the prediction is right; load it if necessary. */
  async showCorrection() {
    const isSaved = this.source === "pad" || this.imageId !== null;
    this.correction?.show(isSaved ? this.prediction : null, this.target);
    if (this.correction || this.isLoading) return;
    this.isLoading = true;
    try {
      const { Correction } = await import("./correction.js");
      if (this.stop.signal.aborted) return;
      this.correction = new Correction(this.stop.signal);
      this.bars.panel.insertBefore(this.correction.root, this.pager.element);
      this.correction.update(this.bars.texts, this.author);
      this.show(this.prediction, this.source, this.image);
    } catch {
      this.isLoading = false; // tried again with the next prediction
    }
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
    if (this.updated && this.link.connected) this.showCorrection();
    setHidden(bars.image, !this.image);
    if (this.image) bars.image.src = this.image;
    if (this.mustBeSeen) scrollIntoView(bars.panel, this.correction?.root ?? bars.panel);
    this.mustBeSeen = false;
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

/**
 * Scroll so that the first of two elements is on the screen down to the end of the second one, if it is not.
 * @param {HTMLElement} top
 * @param {HTMLElement} bottom inside the first one; may be hidden
 */
function scrollIntoView(top, bottom) {
  const start = top.getBoundingClientRect().top;
  const end = bottom.hidden ? start + 200 : bottom.getBoundingClientRect().bottom;
  if (start >= 0 && end <= window.innerHeight) return;
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  top.scrollIntoView({ block: "start", behavior: isCalm ? "instant" : "smooth" });
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<PredictionData>} */ { parentElement }) =>
    new PredictionPanel(parentElement),
);
