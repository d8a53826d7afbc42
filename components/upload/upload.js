// Files by drop (anywhere on the page), by the file chooser, by paste, or from the camera.

import { ChoiceSender } from "../shared/choice.js";
import { defineComponent } from "../shared/component.js";
import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { Camera } from "./camera.js";
import { FileList } from "./file_list.js";
import { findFiles, MAX_FILES, transferredItems } from "./file_sources.js";
import { filesToCsv } from "./files_csv.js";
import { learnServerTime, sendFile } from "./predict_request.js";
import { prepareFile } from "./prepare_file.js";
import { UploadQueue } from "./upload_queue.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { QueueView, UploadItem } from "./upload_queue.js" */

// Some browsers do not know HEIC as an image.
const ACCEPTED_FILES = "image/*,.heic,.heif,application/pdf,.zip";
const SAVED_INTERVAL = 1000; // ms between updates of the history while many files are sent
const CAMERA_ICON = `<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor"
  stroke-width="2" stroke-linejoin="round" aria-hidden="true"><path
  d="M3 8h4l2-3h6l2 3h4v11H3z"/><circle cx="12" cy="13" r="3.5"/></svg>`;

/**
 * @typedef {object} UploadData from components/upload/panel.py
 * @property {Texts} texts
 * @property {Record<string, string>} errors sentence by code
 * @property {number} limit maximum size of a file in bytes
 * @property {string | null} received id of the newest choice that the page has received
 */

let limit = Number.POSITIVE_INFINITY; // bytes
/** @type {UploadQueue | null} */
let documentQueue = null;

/** Return the document's one queue. It goes on while the visitor looks at other pages. */
function uploadQueue() {
  if (documentQueue) return documentQueue;
  const queue = new UploadQueue({
    prepare: async (source, smaller) => {
      await learnServerTime(queue.clock);
      return prepareFile(source, smaller, limit);
    },
    send: sendFile,
  });
  window.addEventListener("online", () => queue.resume());
  queue.clock.followLiveLink();
  window.addEventListener("beforeunload", (event) => queue.isRunning && event.preventDefault());
  documentQueue = queue;
  return queue;
}

/** @implements {QueueView} */
class Uploader {
  /**
   * @param {HTMLElement | ShadowRoot} root
   * @param {(name: "file", value: import("../shared/choice.js").Choice) => void} sendTrigger
   */
  constructor(root, sendTrigger) {
    this.sender = new ChoiceSender((value) => sendTrigger("file", value));
    this.queue = uploadQueue();
    /** @type {Texts} */
    this.texts = {};
    /** @type {Record<string, string>} */
    this.errors = {};
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.savedTimer = undefined;

    /** @type {UploadItem | null} the only file, which the page is about to show */
    this.handedOver = null;
    this.heading = createElement("h2");
    this.dropHint = createElement("span");
    this.input = createElement("input");
    Object.assign(this.input, { type: "file", accept: ACCEPTED_FILES, multiple: true });
    this.input.addEventListener("change", () => this.takeChosen(this.input));
    this.chooseLink = createElement("u");
    const choose = createElement("label", "", this.input, this.chooseLink);
    this.folderInput = createElement("input");
    Object.assign(this.folderInput, { type: "file", webkitdirectory: true });
    this.folderInput.addEventListener("change", () => this.takeChosen(this.folderInput));
    this.photoInput = createElement("input");
    Object.assign(this.photoInput, { type: "file", accept: "image/*", capture: "environment" });
    this.photoInput.addEventListener("change", () => this.takeChosen(this.photoInput));
    this.folderButton = createButton("link", "", () => this.folderInput.click());
    // Phones have no folders to choose; some browsers there know the attribute and show nothing.
    this.hasFolders = "webkitdirectory" in this.input && !isTouchDevice();
    this.cameraButtonText = createElement("span");
    this.cameraButton = createButton("button", "", () => this.openCamera());
    this.cameraButton.innerHTML = CAMERA_ICON;
    this.cameraButton.append(this.cameraButtonText);
    this.folderChoice = createElement("span");
    const choices = createElement("p", "", this.dropHint, " ", choose, this.folderChoice);
    this.panel = createElement("div", "panel", choices, this.cameraButton);
    this.message = createElement("p", "said");
    this.message.setAttribute("role", "status");
    this.list = new FileList(this.queue, { show: (item) => this.show(item), exportCsv: () => this.exportCsv() });
    this.camera = new Camera({
      onPhoto: (photo) => this.takeItems([photo]),
      onError: (code) => this.say(code ? this.texts[code] : ""),
      onClose: () => this.cameraButton.focus(),
    });
    const parts = [this.heading, this.panel, this.message, this.list.root, this.camera.dialog];
    root.append(createElement("section", "", ...parts));

    this.queue.view = this;
    this.stop = new AbortController();
    const { signal } = this.stop;
    window.addEventListener("paste", (event) => this.pasted(event), { signal });
    window.addEventListener("dragover", (event) => this.draggedOver(event), { signal });
    window.addEventListener("dragleave", (event) => this.draggedAway(event), { signal });
    window.addEventListener("drop", (event) => this.dropped(event), { signal });
  }

  /** @param {UploadData} data */
  update(data) {
    const { texts, errors, received } = data;
    limit = data.limit;
    this.sender.confirm(received);
    this.endHandover();
    this.texts = texts;
    this.errors = errors;
    setText(this.heading, texts.heading);
    setText(this.dropHint, texts.drop);
    setText(this.chooseLink, texts.choose);
    setText(this.folderButton, texts.choose_folder);
    if (this.hasFolders) this.folderChoice.replaceChildren(texts.or_folder, this.folderButton);
    this.input.setAttribute("aria-label", texts.label);
    setText(this.cameraButtonText, texts.photo);
    this.list.setTexts(texts, errors);
    this.camera.setTexts(texts);
  }

  /** @param {string} sentence */
  say(sentence) {
    setText(this.message, sentence);
  }

  openCamera() {
    // Without HTTPS there is no live camera, but a phone can still take a photo with its own.
    if (!navigator.mediaDevices && isTouchDevice()) this.photoInput.click();
    else this.camera.open();
  }

  /** @param {ClipboardEvent} event */
  pasted(event) {
    const items = transferredItems(event.clipboardData);
    if (items.length === 0 || this.camera.isOpen) return;
    event.preventDefault();
    this.takeItems(items);
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
    const items = transferredItems(event.dataTransfer);
    if (items.length === 0) return;
    event.preventDefault();
    this.takeItems(items);
  }

  /** @param {HTMLInputElement} input */
  takeChosen(input) {
    const files = [...(input.files ?? [])];
    input.value = ""; // so that choosing the same file again is a change
    this.takeItems(files);
  }

  /** @param {(File | FileSystemEntry)[]} items */
  async takeItems(items) {
    const { texts } = this;
    const isSlow = items.some((item) => !(item instanceof File) || item.name.toLowerCase().endsWith(".zip"));
    this.say(isSlow ? texts.searching : "");
    const { sources, skipped, tooMany } = await findFiles(items);
    let sentence = "";
    if (sources.length === 0) sentence = this.texts.no_images;
    else if (tooMany) sentence = fillIn(this.texts.too_many, { count: MAX_FILES });
    else if (skipped > 0) sentence = fillIn(skipped === 1 ? texts.skipped_one : texts.skipped, { count: skipped });
    this.say(sentence);
    this.queue.add(sources);
  }

  /** @param {UploadItem | null} item */
  changed(item) {
    this.list.changed(item);
  }

  /**
   * A file has an answer or an error: show it, if the file was chosen by itself.
   * @param {UploadItem} item
   */
  settled(item) {
    const isSaved = item.answer !== null && item.error === null;
    if (isSaved) this.announceSaved();
    if (!item.alone) return;
    if (isSaved) this.show(item);
    // In a list, or with an answer that was not saved, it is the list that says what went wrong.
    const isListed = this.queue.items.length > 1 || (item.answer && !isSaved);
    if (isListed && isSaved) this.list.markShown(item);
    if (isListed) return;
    if (!isSaved) this.sender.send({ error: item.error });
    this.handedOver = item;
  }

  /** The page shows the only file: it need not be listed any longer. */
  endHandover() {
    if (this.sender.pending || !this.handedOver) return;
    if (this.queue.items.length === 1) this.queue.remove(this.handedOver);
    this.handedOver = null;
  }

  /** @param {UploadItem} item */
  show({ answer }) {
    const pages = answer?.pages ?? [];
    const saved = pages.flatMap(({ id }, index) => (id === null ? [] : [{ page: index + 1, id }]));
    this.sender.send({ file: { pages: saved, pageCount: pages.length } });
  }

  /** Let the history show what is new, not more often than it can be read. */
  announceSaved() {
    if (this.savedTimer !== undefined) return;
    this.savedTimer = setTimeout(
      () => {
        this.savedTimer = undefined;
        document.dispatchEvent(new Event("inkling:uploaded"));
      },
      this.queue.isRunning ? SAVED_INTERVAL : 0,
    );
  }

  exportCsv() {
    const finished = this.queue.items.filter(({ state }) => state === "done" || state === "failed");
    const csv = new Blob([filesToCsv(finished, this.errors)], { type: "text/csv;charset=utf-8" });
    const link = createElement("a");
    link.href = URL.createObjectURL(csv);
    link.download = "inkling-files.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // not before the download has begun
  }

  destroy() {
    this.sender.destroy();
    this.stop.abort();
    this.camera.destroy();
    this.list.destroy();
    clearTimeout(this.savedTimer);
    if (this.queue.view === this) this.queue.view = null; // Streamlit may have created the next one already
  }
}

function isTouchDevice() {
  return window.matchMedia("(pointer: coarse)").matches;
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<UploadData>} */ { parentElement, setTriggerValue }) =>
    new Uploader(parentElement, setTriggerValue),
);
