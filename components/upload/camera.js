// The live camera: what it sees is recognized all the time, with a box around each digit; a key or the button takes
// a photo. The camera is on only while the dialog is open and the page visible.

import { createButton, createElement, setHidden, setText } from "../shared/dom.js";
import { createModal, openModal } from "../shared/modal.js";
import { CameraPrediction } from "./camera_prediction.js";
import { FrameReader } from "./frame_reader.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { Frame } from "./frame_reader.js" */

const FRAME_SIDE = 640; // pixels of the longer side of the frames that are sent
const FRAME_QUALITY = 0.75;
const PHOTO_QUALITY = 0.92;
/** @type {MediaTrackConstraints} */
const VIDEO = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };

/** Names of the exceptions of `getUserMedia`, and the texts that explain them. */
const ERROR_TEXTS = new Map([
  ["NotAllowedError", "camera_denied"],
  ["SecurityError", "camera_denied"],
  ["NotFoundError", "camera_none"],
  ["OverconstrainedError", "camera_none"],
  ["NotReadableError", "camera_in_use"],
  ["AbortError", "camera_in_use"],
]);

/**
 * @typedef {object} CameraOptions
 * @property {(photo: File) => void} onPhoto
 * @property {(code: string | null) => void} onError called with the name of a text, null when the camera is opened
 * @property {() => void} onClose
 */

export class Camera {
  /** @param {CameraOptions} options */
  constructor({ onPhoto, onError, onClose }) {
    this.onPhoto = onPhoto;
    this.onError = onError;
    /** @type {Texts} */
    this.texts = {};
    /** @type {MediaStream | null} */
    this.stream = null;
    /** @type {FrameReader | null} */
    this.reader = null;
    this.opened = 0; // number of times; a stream that arrives after its dialog was closed is stopped
    this.video = createElement("video");
    Object.assign(this.video, { playsInline: true, muted: true });
    this.video.setAttribute("aria-hidden", "true");
    this.prediction = new CameraPrediction();
    this.frameCanvas = createElement("canvas");
    this.note = createElement("p", "note");
    this.note.setAttribute("role", "status");
    this.hint = createElement("p", "hint");
    this.snapButton = createButton("button snap", "", () => this.takePhoto());
    this.cancelButton = createButton("button cancel", "", () => this.close());
    const view = createElement("div", "view", this.video, this.prediction.boxes);
    const tools = createElement("div", "tools", this.snapButton, this.cancelButton);
    this.dialog = createModal("camera", view, this.prediction.root, this.note, this.hint, tools);
    // Every way of closing ends here, also that of a browser's own button for going back.
    this.dialog.addEventListener("close", () => {
      this.turnOff();
      onClose();
    });
    this.dialog.addEventListener("keydown", (event) => this.keyPressed(event));
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("visibilitychange", () => document.hidden && this.close(), { signal });
    window.addEventListener("pagehide", () => this.close(), { signal });
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    this.dialog.setAttribute("aria-label", texts.photo);
    setText(this.snapButton, texts.snap);
    setText(this.cancelButton, texts.cancel);
    setText(this.hint, texts.camera_hint);
    this.prediction.setTexts(texts);
  }

  async open() {
    if (this.isOpen) return;
    this.opened += 1;
    const { opened } = this;
    this.onError(null);
    this.snapButton.disabled = true;
    setText(this.note, this.texts.camera_starting);
    openModal(this.dialog);
    try {
      if (!navigator.mediaDevices) throw new DOMException("", "insecure"); // undefined without HTTPS
      const stream = await navigator.mediaDevices.getUserMedia({ video: VIDEO });
      if (opened !== this.opened || !this.isOpen) {
        stopTracks(stream);
        return;
      }
      await this.start(stream);
    } catch (error) {
      if (opened === this.opened && this.isOpen) this.fail(errorText(error));
    }
  }

  /** @param {MediaStream} stream */
  async start(stream) {
    this.stream = stream;
    // The camera was unplugged, or the permission taken away.
    stream.getVideoTracks()[0]?.addEventListener("ended", () => this.fail("camera_lost"));
    this.video.srcObject = stream;
    await this.video.play();
    if (this.stream !== stream) return; // closed while it started
    setText(this.note, "");
    this.snapButton.disabled = false;
    this.snapButton.focus();
    this.reader = new FrameReader({
      takeFrame: () => this.takeFrame(),
      onPrediction: (prediction, frame) => this.prediction.show(prediction, frame),
      onPause: (reason) => setText(this.note, reason ? this.texts[`camera_${reason}`] : ""),
    });
  }

  /** @param {string} code name of a text */
  fail(code) {
    this.close();
    this.onError(code);
  }

  /** @param {KeyboardEvent} event */
  keyPressed(event) {
    const isButton = event.target instanceof HTMLButtonElement;
    if (isButton || event.repeat || (event.key !== " " && event.key !== "Enter")) return;
    event.preventDefault();
    this.takePhoto();
  }

  /** @returns {Promise<Frame | null>} */
  async takeFrame() {
    const content = await this.capture(FRAME_SIDE, FRAME_QUALITY);
    const { width, height } = this.frameCanvas;
    return content && { content, width, height };
  }

  async takePhoto() {
    const opened = this.opened;
    if (this.snapButton.disabled) return;
    this.snapButton.disabled = true; // one photo, however often it is pressed
    const photo = await this.capture(Number.POSITIVE_INFINITY, PHOTO_QUALITY, createElement("canvas"));
    if (opened !== this.opened || !this.isOpen) return;
    if (!photo) {
      this.fail("camera_lost");
      return;
    }
    this.close();
    this.onPhoto(new File([photo], this.texts.photo_name, { type: photo.type }));
  }

  /**
   * Return what the camera sees now as a JPEG; null if there is nothing yet.
   * @param {number} longestSide pixels
   * @param {number} quality
   * @returns {Promise<Blob | null>}
   */
  capture(longestSide, quality, canvas = this.frameCanvas) {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth || !videoHeight) return Promise.resolve(null);
    const scale = Math.min(1, longestSide / Math.max(videoWidth, videoHeight));
    canvas.width = Math.round(videoWidth * scale);
    canvas.height = Math.round(videoHeight * scale);
    canvas.getContext("2d")?.drawImage(this.video, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  }

  close() {
    if (this.isOpen) this.dialog.close();
    this.turnOff(); // the event "close" comes later
  }

  turnOff() {
    this.reader?.stop();
    this.reader = null;
    if (this.stream) stopTracks(this.stream);
    this.stream = null;
    this.video.srcObject = null;
    this.prediction.clear();
    setHidden(this.note, false);
  }

  destroy() {
    this.stop.abort();
    this.close();
  }
}

/** @param {MediaStream} stream */
function stopTracks(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/** @param {unknown} error */
function errorText(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "insecure") return "camera_insecure";
  return ERROR_TEXTS.get(name) ?? "no_camera";
}
