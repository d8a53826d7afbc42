// The bar at the bottom: how many predictions are selected, a button for each key, and whether corrections are saved.

import { createField } from "../shared/controls.js";
import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { LabelField, LabelKeys } from "../shared/label_keys.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { CorrectionQueue } from "../shared/correction_queue.js" */

/**
 * @typedef {object} CorrectionBarActions
 * @property {(label: string) => void} onLabel label the selected predictions
 * @property {() => void} onConfirm label them as they were predicted
 * @property {() => void} onOpen
 * @property {() => void} onDelete
 * @property {() => void} onUndo
 * @property {(message: string) => void} onMessage
 * @property {(name: string) => void} onName the reviewer entered a name
 * @property {() => void} onLeave the reviewer leaves the field for labels
 */

export class CorrectionBar {
  /** @param {CorrectionBarActions} actions */
  constructor(actions) {
    /** @type {Texts} */
    this.texts = {};
    this.count = createElement("p", "count");
    this.count.setAttribute("role", "status");
    this.keys = new LabelKeys(actions);
    this.labelField = new LabelField({
      onLabel: actions.onLabel,
      onLeave: actions.onLeave,
      onInvalid: actions.onMessage,
    });
    this.openButton = createButton("button", "", () => actions.onOpen());
    this.deleteButton = createButton("button", "", () => actions.onDelete());
    this.undoButton = createButton("button", "", () => actions.onUndo());
    this.name = createField(createElement("input"), "reviewer-name");
    Object.assign(this.name.input, { maxLength: 64, autocomplete: "nickname" });
    this.name.input.addEventListener("change", () => actions.onName(this.name.input.value));
    this.state = createElement("p", "state");
    this.state.setAttribute("role", "status");
    this.help = createElement("p", "help");
    const tools = [this.labelField.input, this.openButton, this.deleteButton, this.undoButton];
    const parts = [this.count, this.keys.root, createElement("div", "tools", ...tools), this.name.root];
    this.root = createElement("section", "bar card", ...parts, this.state, this.help);
  }

  /**
   * Show the reviewer's name; after signing in it cannot be changed here.
   * @param {string} name
   * @param {boolean} isFixed
   */
  setName(name, isFixed) {
    this.name.input.value = name;
    this.name.input.readOnly = isFixed;
  }

  /**
   * Let a label be typed that begins with `text`.
   * @param {string} text
   */
  startTyping(text) {
    this.labelField.startTyping(text);
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    this.root.setAttribute("aria-label", texts.bar);
    this.keys.setTexts(texts);
    this.labelField.setTexts(texts);
    setText(this.openButton, texts.open);
    this.openButton.title = texts.open_key;
    setText(this.undoButton, texts.undo);
    this.undoButton.title = texts.undo_key;
    setText(this.deleteButton, texts.delete);
    setText(this.name.name, texts.by);
    this.name.input.placeholder = texts.by_hint;
    setText(this.help, texts.keys);
  }

  /**
   * @param {number} count of selected predictions
   * @param {boolean} canUndo
   */
  showSelection(count, canUndo) {
    const { texts } = this;
    if (count === 0) setText(this.count, texts.selected_none);
    else setText(this.count, count === 1 ? texts.selected_one : fillIn(texts.selected, { count }));
    this.root.dataset.selected = String(count > 0);
    this.keys.setDisabled(count === 0);
    this.labelField.input.disabled = this.deleteButton.disabled = count === 0;
    this.openButton.disabled = count !== 1;
    this.undoButton.disabled = !canUndo;
  }

  /**
   * Show a message or, without one, whether corrections are saved.
   * @param {CorrectionQueue} queue
   * @param {string} message "" for none
   */
  showState(queue, message) {
    const { texts } = this;
    const { unsavedCount: count, stuck } = queue;
    const conflicts = queue.conflicts.size;
    this.state.dataset.state = stuck ? "stuck" : count ? "saving" : conflicts ? "conflict" : "saved";
    const used = queue.steps.length > 0 || count > 0 || this.state.textContent !== "";
    const saving = count ? fillIn(stuck ? texts.not_saved : texts.saving, { count }) : "";
    const open = conflicts === 1 ? texts.conflict_one : fillIn(texts.conflicts, { count: conflicts });
    setText(this.state, message || saving || (conflicts ? open : "") || (used ? texts.saved : ""));
  }
}
