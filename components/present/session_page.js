// The page at a session's link, /present?show=…: the poster alone.

import { createElement, setText } from "../shared/dom.js";
import { Poster } from "./poster.js";

/** @import { PresentData } from "./present.js" */

export class SessionPage {
  /** @param {Node} root */
  constructor(root) {
    this.poster = new Poster();
    this.problem = createElement("p", "sign");
    this.language = "";
    const node = createElement(
      "section",
      "album",
      this.poster.canvas,
      this.poster.download,
      this.poster.table,
      this.problem,
    );
    root.appendChild(node);
  }

  /** @param {PresentData} data */
  async update({ texts, language, show }) {
    if (language === this.language) return;
    this.language = language;
    const began = await this.poster.show(show ?? "", texts, language);
    if (!began) setText(this.problem, texts.no_session);
  }

  destroy() {} // nothing to clean up
}
