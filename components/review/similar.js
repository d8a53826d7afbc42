// The drawings most similar to a prediction's.

import { createElement, fillIn } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { imageUrl } from "./api_client.js";
import { Section } from "./controls.js";

/** @import { SimilarListResponse, Texts } from "../shared/types.d.ts" */

export class SimilarDrawings {
  /**
   * @param {object} actions
   * @param {(id: string) => string} actions.href
   * @param {(id: string) => void} actions.onOpen
   */
  constructor({ href, onOpen }) {
    this.href = href;
    this.onOpen = onOpen;
    /** @type {Texts} */
    this.texts = {};
    this.list = createElement("ol", "similar");
    this.section = new Section(this.list);
    this.section.root.classList.add("wide");
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    this.section.setHeading(texts.similar);
  }

  /** @param {SimilarListResponse["items"]} items */
  show(items) {
    if (items.length === 0) this.list.replaceChildren(createElement("li", "none", this.texts.similar_none));
    else this.list.replaceChildren(...items.map((item) => createElement("li", "", this.createLink(item))));
  }

  /** @param {SimilarListResponse["items"][number]} item */
  createLink({ prediction, similarity }) {
    const { id, text, label } = prediction;
    const image = createElement("img");
    image.src = imageUrl(id);
    image.alt = "";
    const percent = formatPercent(Math.max(0, similarity));
    const sentence = fillIn(this.texts.similar_one, { text: text || "–", percent });
    const link = createElement("a", "", image, createElement("span", "", sentence));
    if (label !== null) link.append(createElement("span", `label ${label === text ? "right" : "wrong"}`, label));
    link.href = this.href(id);
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // the browser opens a tab or a window
      event.preventDefault();
      this.onOpen(id);
    });
    return link;
  }
}
