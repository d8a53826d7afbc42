// A link that shows one prediction to everyone who has it, with its QR code.

import { createButton, createElement, setText } from "../shared/dom.js";
import { fetchJson } from "../shared/prediction_client.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { ShareLinkResponse } from "../shared/history_types.d.ts" */

export class SharePanel {
  constructor() {
    /** @type {Texts} */
    this.texts = {};
    /** @type {string | null} of the open prediction */
    this.id = null;
    this.button = createButton("button", "", () => this.toggle());
    this.button.setAttribute("aria-expanded", "false");
    this.explanation = createElement("p");
    this.address = createElement("input", "address");
    this.address.readOnly = true;
    this.address.addEventListener("focus", () => this.address.select());
    this.copyButton = createButton("button", "", () => this.copy());
    this.sendButton = createButton("button", "", () => this.send());
    this.sendButton.hidden = !navigator.share; // phones, in a secure context
    this.openLink = createElement("a", "button");
    this.openLink.target = "_blank";
    this.state = createElement("p", "state");
    this.state.setAttribute("role", "status");
    this.qr = createElement("img", "qr");
    const buttons = createElement("div", "tools", this.copyButton, this.sendButton, this.openLink);
    const texts = createElement("div", "", this.explanation, this.address, buttons, this.state);
    this.root = createElement("div", "share", texts, this.qr);
    this.root.hidden = true;
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    setText(this.button, texts.share);
    setText(this.explanation, texts.share_meaning);
    setText(this.copyButton, texts.share_copy);
    setText(this.sendButton, texts.share_send);
    setText(this.openLink, texts.share_open);
    this.address.setAttribute("aria-label", texts.share_address);
    this.qr.alt = texts.share_qr;
  }

  /** @param {string | null} id */
  load(id) {
    this.id = id;
    this.setOpen(false);
  }

  /** @param {boolean} open */
  setOpen(open) {
    this.root.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    setText(this.state, "");
  }

  async toggle() {
    const { id } = this;
    if (!this.root.hidden || !id) {
      this.setOpen(false);
      return;
    }
    /** @type {ShareLinkResponse | null} */
    const link = await fetchJson(`history/${id}/share`);
    if (id !== this.id) return; // a different prediction was opened
    this.setOpen(true);
    for (const part of [this.address, this.copyButton, this.openLink, this.qr]) part.hidden = !link;
    this.sendButton.hidden = !link || !navigator.share;
    if (!link) {
      setText(this.state, this.texts.share_failed);
      return;
    }
    // Only the browser knows the address under which the site is reached.
    const url = new URL(link.path, new URL(".", window.location.href)).href;
    this.address.value = url;
    this.openLink.href = url;
    this.qr.src = `api/history/${id}/qr.svg?${new URLSearchParams({ address: url })}`;
    this.address.focus();
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.address.value);
      setText(this.state, this.texts.share_copied);
    } catch {
      this.address.focus(); // selects it
      setText(this.state, this.texts.share_copy_failed);
    }
  }

  async send() {
    try {
      await navigator.share({ title: document.title, url: this.address.value });
    } catch {
      // the visitor has closed the system's dialog
    }
  }
}
