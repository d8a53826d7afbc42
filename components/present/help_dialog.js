// The list of all keys, each with a button that does the same.

import { createButton, createElement } from "../shared/dom.js";
import { HELP } from "./keyboard.js";
import { createActionButton } from "./toolbar.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { Action } from "./keyboard.js" */

export class HelpDialog {
  /** @param {(action: Action) => void} onAction */
  constructor(onAction) {
    this.onAction = onAction;
    this.node = createElement("dialog", "help");
  }

  get open() {
    return this.node.open;
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    const rows = HELP.map(([action, key]) =>
      createElement("li", "", createElement("kbd", "", key), createActionButton(action, texts, this.onAction)),
    );
    this.node.setAttribute("aria-label", texts.help);
    this.node.replaceChildren(
      createElement("h2", "", texts.help),
      createElement("ul", "", ...rows),
      createElement("p", "", texts.help_digits),
      createButton("button", texts.close_help, () => this.close()),
    );
  }

  toggle() {
    if (this.open) this.close();
    else this.node.showModal();
  }

  close() {
    this.node.close();
  }
}
