// The presenter's buttons at the bottom of the screen, hidden while the mouse does not move.

import { createButton, createElement } from "../shared/dom.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { Action } from "./keyboard.js" */

const HIDE_AFTER = 3000; // ms

/** @type {Action[]} */
const BUTTONS = [
  "back",
  "next",
  "ownPad",
  "clear",
  "undo",
  "lock",
  "giveTurn",
  "remove",
  "console",
  "toggleFullscreen",
  "help",
];

/**
 * Return a button for an action.
 * @param {Action} action
 * @param {Texts} texts
 * @param {(action: Action) => void} onAction
 */
export function createActionButton(action, texts, onAction) {
  const button = createButton("button", texts[`do_${action}`], () => onAction(action));
  button.dataset.action = action;
  return button;
}

/**
 * Return the list of all keys, each with a button that does the same.
 * @param {[keys: string, action: Action][]} shortcuts
 * @param {Texts} texts
 * @param {(action: Action) => void} onAction
 */
export function createActionList(shortcuts, texts, onAction) {
  const rows = shortcuts.map(([keys, action]) =>
    createElement("li", "", createElement("kbd", "", keys), createActionButton(action, texts, onAction)),
  );
  return createElement("ul", "", ...rows);
}

export class Toolbar {
  /**
   * @param {(action: Action) => void} onAction
   * @param {(visible: boolean) => void} onVisibilityChange
   */
  constructor(onAction, onVisibilityChange) {
    this.onAction = onAction;
    this.onVisibilityChange = onVisibilityChange;
    this.node = createElement("nav", "bar");
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /**
   * @param {Texts} texts
   * @param {string} language
   */
  setTexts(texts, language) {
    const exit = createElement("a", "button", texts.exit);
    exit.href = `./?lang=${language}`;
    this.node.setAttribute("aria-label", texts.bar);
    this.node.replaceChildren(...BUTTONS.map((action) => createActionButton(action, texts, this.onAction)), exit);
  }

  /**
   * Show the toolbar when the mouse moves; over a pad, and while something is drawn, it would be in the way.
   * @param {PointerEvent} event
   */
  handlePointer(event) {
    const overPad = event
      .composedPath()
      .some((target) => target instanceof Element && target.matches("[data-own] .sheet"));
    const dragging = event.type === "pointermove" && event.buttons !== 0;
    if (event.type === "pointerdown" && overPad) this.onVisibilityChange(false);
    else if (!overPad && !dragging) this.show();
  }

  show() {
    this.onVisibilityChange(true);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.onVisibilityChange(false), HIDE_AFTER);
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
