// The drawings most similar to a prediction's.

import { Section } from "../shared/controls.js";
import { createElement, fillIn } from "../shared/dom.js";
import { imageUrl } from "../shared/prediction_client.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { SimilarListResponse } from "../shared/history_types.d.ts" */

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

  clear() {
    this.list.replaceChildren();
  }

  /** @param {SimilarListResponse["items"] | null} items null: the history is not responding */
  show(items) {
    const { texts } = this;
    const note = items === null ? texts.failed : texts.similar_none;
    if (!items?.length) this.list.replaceChildren(createElement("li", "none", note));
    else this.list.replaceChildren(...items.map((item) => createElement("li", "", this.createLink(item))));
  }

  /** @param {SimilarListResponse["items"][number]} item */
  createLink({ prediction, likeness }) {
    const { id, text, label } = prediction;
    const image = createElement("img");
    image.src = imageUrl(id);
    image.alt = "";
    const sentence = fillIn(this.texts[`likeness_${likeness}`], { text: text || "–" });
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
