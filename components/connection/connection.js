// Says that the page has lost its connection, where Streamlit would cover it with a dialog in English.

import { defineComponent } from "../shared/component.js";
import { createElement, setText } from "../shared/dom.js";
import { pageLink } from "../shared/page_link.js";

/** @import { Texts } from "../shared/types.d.ts" */

const DELAY = 1000; // ms, so that a short break is not reported

class ConnectionLine {
  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    /** @type {Texts} */
    this.texts = {};
    this.line = createElement("p");
    this.line.setAttribute("role", "status");
    root.append(this.line);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.stop = new AbortController();
    pageLink().watch(() => this.show(), this.stop.signal);
  }

  /** @param {{ texts: Texts }} data from components/connection/panel.py */
  update({ texts }) {
    this.texts = texts;
    this.show();
  }

  show() {
    clearTimeout(this.timer);
    if (pageLink().connected) setText(this.line, "");
    else this.timer = setTimeout(() => setText(this.line, this.texts.lost), DELAY);
  }

  destroy() {
    clearTimeout(this.timer);
    this.stop.abort();
  }
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<{ texts: Texts }>} */ { parentElement }) =>
    new ConnectionLine(parentElement),
);
