// A picture by drop (anywhere on the page), by the file chooser, by paste, or from the camera.

import { defineComponent } from "../shared/component.js";

class Uploader {
  constructor(root, send) {
    this.send = send;
    this.stop = new AbortController();
    this.build(root);
    const on = (type, handler) => window.addEventListener(type, handler, { signal: this.stop.signal });
    on("paste", (event) => this.pasted(event));
    on("dragover", (event) => this.dragged(event));
    on("dragleave", (event) => event.relatedTarget === null && this.panel.classList.remove("over"));
    on("drop", (event) => this.dropped(event));
  }

  build(root) {
    const section = document.createElement("section");
    section.innerHTML = `
        <h2></h2>
        <div class="panel">
          <p class="ways"><span></span> <label><input type="file" accept="image/*"><u></u></label></p>
          <button class="button"><svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor"
            stroke-width="2" stroke-linejoin="round" aria-hidden="true"><path
            d="M3 8h4l2-3h6l2 3h4v11H3z"/><circle cx="12" cy="13" r="3.5"/></svg><span></span></button>
        </div>
        <div class="camera" hidden><video playsinline muted></video>
          <div><button class="button snap"></button><button class="button cancel"></button></div></div>
        <p class="said" role="status"></p>`;
    root.append(section);
    const find = (selector) => root.querySelector(selector);
    this.heading = find("h2");
    this.panel = find(".panel");
    this.drop = find(".ways span");
    this.input = find("input");
    this.choose = find("u");
    this.photo = find(".panel button");
    this.camera = find(".camera");
    this.video = find("video");
    this.snap = find(".snap");
    this.cancel = find(".cancel");
    this.said = find(".said");
    this.input.addEventListener("change", () => this.take(this.input.files[0]));
    this.photo.addEventListener("click", () => this.openCamera());
    this.snap.addEventListener("click", () => this.takePhoto());
    this.cancel.addEventListener("click", () => this.closeCamera());
  }

  update({ texts, limit }) {
    this.texts = texts;
    this.limit = limit;
    this.heading.textContent = texts.heading;
    this.drop.textContent = texts.drop;
    this.choose.textContent = texts.choose;
    this.input.setAttribute("aria-label", texts.label);
    this.photo.lastElementChild.textContent = texts.photo;
    this.snap.textContent = texts.snap;
    this.cancel.textContent = texts.cancel;
    this.say("");
  }

  say(sentence) {
    this.said.textContent = sentence;
  }

  pasted(event) {
    const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    this.take(file);
  }

  dragged(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.panel.classList.add("over");
  }

  dropped(event) {
    this.panel.classList.remove("over");
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    this.take(file);
  }

  async take(file) {
    this.input.value = "";
    if (!file) return;
    if (file.size > this.limit) return this.say(this.texts.too_large);
    this.say(this.texts.reading.replace("{name}", () => file.name));
    const reader = new FileReader();
    reader.onload = () => {
      const content = reader.result.slice(reader.result.indexOf(",") + 1);
      this.send("picture", { name: file.name, content: file.size ? content : "" });
    };
    reader.readAsDataURL(file);
  }

  async openCamera() {
    try {
      const video = { facingMode: "environment" };
      this.stream = await navigator.mediaDevices.getUserMedia({ video });
    } catch {
      return this.say(this.texts.no_camera);
    }
    this.video.srcObject = this.stream;
    await this.video.play();
    this.camera.hidden = false;
    this.panel.hidden = true;
    this.snap.focus();
  }

  takePhoto() {
    const still = document.createElement("canvas");
    still.width = this.video.videoWidth;
    still.height = this.video.videoHeight;
    still.getContext("2d").drawImage(this.video, 0, 0);
    still.toBlob((blob) => this.take(new File([blob], "photo.jpg", { type: blob.type })), "image/jpeg", 0.92);
    this.closeCamera();
  }

  closeCamera() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.camera.hidden = true;
    this.panel.hidden = false;
    this.photo.focus();
  }

  destroy() {
    this.stop.abort();
    this.stream?.getTracks().forEach((track) => track.stop());
  }
}

export default defineComponent(({ parentElement, setTriggerValue }) => new Uploader(parentElement, setTriggerValue));
