// The pad's tools: pen widths, eraser, undo, redo and clear.

import { createElement } from "../shared/dom.js";

/** @import { PadState, Texts } from "../shared/types.d.ts" */

const DOT_SIZES = { fine: 5, medium: 9, broad: 14 }; // CSS pixels
const TOOLS = {
  eraser: {
    keys: "E",
    icon: "m7 21-4.3-4.3a1.5 1.5 0 0 1 0-2.1L13.6 3.7a1.5 1.5 0 0 1 2.1 0l5.6 5.6a1.5 1.5 0 0 1 0 2.1L11.7 21H7zM8.5 8.8l6.7 6.7M11.7 21H21",
  },
  undo: { keys: "U Control+Z", icon: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-2" },
  redo: { keys: "R Control+Y", icon: "m15 14 5-5-5-5M20 9H10a6 6 0 0 0 0 12h2" },
  clear: { keys: "C", icon: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13" },
};

/** @typedef {keyof typeof TOOLS} Tool */

export class Toolbar {
  /**
   * @param {object} callbacks
   * @param {(tool: Tool) => void} callbacks.onTool
   * @param {(width: PadState["width"]) => void} callbacks.onWidth
   */
  constructor({ onTool, onWidth }) {
    this.onTool = onTool;
    this.onWidth = onWidth;
    this.widthInputs = Object.keys(DOT_SIZES).map((name) =>
      this.createWidthInput(/** @type {PadState["width"]} */ (name)),
    );
    this.widths = createElement("div", "widths", ...this.widthInputs.map(({ label }) => label));
    this.widths.setAttribute("role", "radiogroup");
    this.buttons = {
      eraser: this.createToolButton("eraser"),
      undo: this.createToolButton("undo"),
      redo: this.createToolButton("redo"),
      clear: this.createToolButton("clear"),
    };
    this.element = createElement("div", "tools", this.widths, ...Object.values(this.buttons));
  }

  /** @param {Tool} tool */
  createToolButton(tool) {
    const { keys, icon } = TOOLS[tool];
    const button = createElement("button", "button");
    button.type = "button";
    button.dataset.tool = tool;
    button.setAttribute("aria-keyshortcuts", keys);
    button.innerHTML = `<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor"
       stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${icon}"/></svg>`;
    button.append(createElement("span"));
    button.addEventListener("click", () => this.onTool(tool));
    return button;
  }

  /** @param {PadState["width"]} name */
  createWidthInput(name) {
    const input = createElement("input");
    Object.assign(input, { type: "radio", name: "width", value: name });
    // "click", not "change": the chosen width also puts the eraser away. Arrow keys click, too.
    input.addEventListener("click", () => this.onWidth(name));
    const dot = createElement("i");
    dot.style.width = dot.style.height = `${DOT_SIZES[name]}px`;
    return { name, input, label: createElement("label", "", input, dot) };
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    for (const [tool, button] of Object.entries(this.buttons)) {
      button.lastElementChild?.replaceChildren(texts[tool]);
      button.title = texts[`${tool}_key`];
    }
    this.widths.setAttribute("aria-label", texts.width);
    for (const { name, input, label } of this.widthInputs) {
      input.setAttribute("aria-label", texts[name]);
      label.title = texts[name];
    }
  }

  /** @param {PadState["width"]} width */
  chooseWidth(width) {
    for (const { name, input } of this.widthInputs) input.checked = name === width;
  }

  /** Put the keyboard's focus on the tools, at undo. */
  focus() {
    this.buttons.undo.focus({ preventScroll: true });
  }

  /** @param {{ erases: boolean, canUndo: boolean, canRedo: boolean, isEmpty: boolean }} state */
  show({ erases, canUndo, canRedo, isEmpty }) {
    const { eraser, undo, redo, clear } = this.buttons;
    eraser.setAttribute("aria-pressed", String(erases));
    eraser.disabled = clear.disabled = isEmpty;
    undo.disabled = !canUndo;
    redo.disabled = !canRedo;
  }
}
