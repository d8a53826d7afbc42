// Images by drop (anywhere on the page), by the file chooser, by paste, or from the camera.

import { ChoiceSender } from "../shared/choice.js";
import { defineComponent } from "../shared/component.js";
import { createButton, createElement, fillIn, setText } from "../shared/dom.js";

/** @import { Texts } from "../shared/types.d.ts" */

// Some browsers do not know HEIC as an image.
const ACCEPTED_FILES = "image/*,.heic,.heif,application/pdf";
const JPEG_QUALITY = 0.92;
const CAMERA_ICON = `<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor"
  stroke-width="2" stroke-linejoin="round" aria-hidden="true"><path
  d="M3 8h4l2-3h6l2 3h4v11H3z"/><circle cx="12" cy="13" r="3.5"/></svg>`;

/**
 * @typedef {object} UploadData from components/upload/panel.py
 * @property {Texts} texts
 * @property {number} limit maximum size of a file in bytes
 * @property {string | null} received id of the newest image that the page has received
 */

class Uploader {
  /**
   * @param {HTMLElement | ShadowRoot} root
   * @param {(name: "image", value: import("../shared/choice.js").Choice) => void} sendTrigger
   */
  constructor(root, sendTrigger) {
    this.sender = new ChoiceSender((value) => sendTrigger("image", value));
    /** @type {Texts} */
    this.texts = {};
    this.limit = 0;
    /** @type {MediaStream | null} */
    this.stream = null;
    this.heading = createElement("h2");
    this.dropHint = createElement("span");
    this.input = createElement("input");
    Object.assign(this.input, { type: "file", accept: ACCEPTED_FILES });
    this.input.addEventListener("change", () => this.takeFile(this.input.files?.[0]));
    this.chooseLink = createElement("u");
    const choose = createElement("label", "", this.input, this.chooseLink);
    this.cameraButtonText = createElement("span");
    this.cameraButton = createButton("button", "", () => this.openCamera());
    this.cameraButton.innerHTML = CAMERA_ICON;
    this.cameraButton.append(this.cameraButtonText);
    const choices = createElement("p", "", this.dropHint, " ", choose);
    this.panel = createElement("div", "panel", choices, this.cameraButton);
    this.video = createElement("video");
    Object.assign(this.video, { playsInline: true, muted: true });
    this.snapButton = createButton("button snap", "", () => this.takePhoto());
    this.cancelButton = createButton("button cancel", "", () => this.closeCamera());
    const cameraTools = createElement("div", "", this.snapButton, this.cancelButton);
    this.camera = createElement("div", "camera", this.video, cameraTools);
    this.camera.hidden = true;
    this.message = createElement("p", "said");
    this.message.setAttribute("role", "status");
    root.append(createElement("section", "", this.heading, this.panel, this.camera, this.message));
    this.stop = new AbortController();
    const { signal } = this.stop;
    window.addEventListener("paste", (event) => this.pasted(event), { signal });
    window.addEventListener("dragover", (event) => this.draggedOver(event), { signal });
    window.addEventListener("dragleave", (event) => this.draggedAway(event), { signal });
    window.addEventListener("drop", (event) => this.dropped(event), { signal });
  }

  /** @param {UploadData} data */
  update({ texts, limit, received }) {
    this.sender.confirm(received);
    this.texts = texts;
    this.limit = limit;
    setText(this.heading, texts.heading);
    setText(this.dropHint, texts.drop);
    setText(this.chooseLink, texts.choose);
    this.input.setAttribute("aria-label", texts.label);
    setText(this.cameraButtonText, texts.photo);
    setText(this.snapButton, texts.snap);
    setText(this.cancelButton, texts.cancel);
    if (!this.sender.pending) setText(this.message, ""); // the page has taken the image
  }

  /** @param {ClipboardEvent} event */
  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    const image = files.find(({ type }) => type.startsWith("image/") || type === "application/pdf");
    if (!image) return;
    event.preventDefault();
    this.takeFile(image);
  }

  /** @param {DragEvent} event */
  draggedOver(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // allows the drop
    this.panel.classList.add("drag-over");
  }

  /** @param {DragEvent} event */
  draggedAway(event) {
    if (event.relatedTarget === null) this.panel.classList.remove("drag-over"); // it left the window
  }

  /** @param {DragEvent} event */
  dropped(event) {
    this.panel.classList.remove("drag-over");
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    this.takeFile(file);
  }

  /** @param {File | undefined} file */
  takeFile(file) {
    this.input.value = ""; // so that choosing the same file again is a change
    if (!file) return;
    if (file.size > this.limit) {
      setText(this.message, this.texts.too_large);
      return;
    }
    setText(this.message, fillIn(this.texts.reading, { name: file.name }));
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      const dataUrl = String(reader.result);
      const content = file.size ? dataUrl.slice(dataUrl.indexOf(",") + 1) : "";
      this.sender.send({ name: file.name, content }, content.length); // content: base64
    });
    reader.readAsDataURL(file);
  }

  async openCamera() {
    try {
      const video = { facingMode: "environment" };
      this.stream = await navigator.mediaDevices.getUserMedia({ video }); // undefined without HTTPS
    } catch {
      setText(this.message, this.texts.no_camera);
      return;
    }
    this.video.srcObject = this.stream;
    await this.video.play();
    this.camera.hidden = false;
    this.panel.hidden = true;
    this.snapButton.focus();
  }

  takePhoto() {
    const canvas = createElement("canvas");
    canvas.width = this.video.videoWidth;
    canvas.height = this.video.videoHeight;
    canvas.getContext("2d")?.drawImage(this.video, 0, 0);
    canvas.toBlob(
      (blob) => blob && this.takeFile(new File([blob], "photo.jpg", { type: blob.type })),
      "image/jpeg",
      JPEG_QUALITY,
    );
    this.closeCamera();
  }

  closeCamera() {
    this.stopStream();
    this.camera.hidden = true;
    this.panel.hidden = false;
    this.cameraButton.focus();
  }

  stopStream() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  destroy() {
    this.sender.destroy();
    this.stop.abort();
    this.stopStream();
  }
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<UploadData>} */ { parentElement, setTriggerValue }) =>
    new Uploader(parentElement, setTriggerValue),
);
