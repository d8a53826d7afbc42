// A dialog with keyboard shortcuts: on every page (components/site) and on the big screen (components/present).

import { createButton, createElement } from "./dom.js";
import { createModal, openModal } from "./modal.js";

export class HelpDialog {
  constructor() {
    this.node = createModal("help");
  }

  get open() {
    return this.node.open;
  }

  /**
   * @param {string} title
   * @param {string} closeText
   * @param {...(Node | string)} content
   */
  setContent(title, closeText, ...content) {
    this.node.setAttribute("aria-label", title);
    const heading = createElement("h2", "", title);
    this.node.replaceChildren(
      heading,
      ...content,
      createButton("button", closeText, () => this.close()),
    );
  }

  toggle() {
    if (this.open) this.close();
    else openModal(this.node);
  }

  close() {
    this.node.close();
  }
}
