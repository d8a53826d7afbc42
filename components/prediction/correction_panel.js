// "Right?" under a prediction: one tap says that it is, or what it was. A number is corrected symbol by symbol, or
// typed.

import { createButton, createElement, fillIn, setHidden, setText } from "../shared/dom.js";
import { LabelField, LabelKeys } from "../shared/label_keys.js";
import { replaceCharacter } from "../shared/labels.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { Conflict } from "../shared/correction_queue.js" */
/** @import { LabelState } from "./prediction_labels.js" */

const MAX_CELLS = 24; // symbols; a longer number is typed
export const MAX_LABEL = 64; // characters

/**
 * @typedef {object} Correctable what the panel shows
 * @property {string} text the prediction; "" for a blank image
 * @property {number} doubtful index of the symbol that is most likely wrong
 * @property {string | null} label
 * @property {LabelState} state
 * @property {boolean} canUndo
 * @property {string} note what there is to say of a label that is not saved; "" for nothing
 * @property {Conflict | null} conflict
 */

/**
 * @typedef {object} CorrectionActions
 * @property {(label: string) => void} onLabel
 * @property {() => void} onUndo
 * @property {(choice: "mine" | "theirs") => void} onResolve
 */

export class CorrectionPanel {
  /** @param {CorrectionActions} actions */
  constructor(actions) {
    this.actions = actions;
    /** @type {Texts} */
    this.texts = {};
    /** @type {Correctable | null} */
    this.shown = null;
    this.signature = "";
    this.index = 0; // of the symbol that a key replaces
    this.question = createElement("p", "question");
    this.yes = createElement("span");
    const check = createElement("span", "", "✓");
    check.setAttribute("aria-hidden", "true");
    this.yesButton = createButton("button yes", "", () => this.confirm());
    this.yesButton.append(check, this.yes);
    this.status = createElement("p", "status");
    this.status.setAttribute("role", "status");
    this.undoButton = createButton("button undo", "", () => this.undo());
    const ask = createElement("div", "ask", this.question, this.yesButton, this.status, this.undoButton);
    this.conflictText = createElement("p");
    this.theirsButton = createButton("button", "", () => actions.onResolve("theirs"));
    this.mineButton = createButton("button", "", () => actions.onResolve("mine"));
    this.conflict = createElement("div", "conflict", this.conflictText, this.theirsButton, this.mineButton);
    this.cells = createElement("div", "cells");
    this.cells.setAttribute("role", "radiogroup");
    this.keys = new LabelKeys({ onLabel: (symbol) => this.replaceSymbol(symbol) });
    this.field = new LabelField({
      onLabel: (label) => actions.onLabel(label),
      onLeave: () => this.field.input.blur(),
      onInvalid: (message) => this.showNote(message),
    });
    this.field.input.addEventListener("focus", () => this.startTyping());
    this.field.input.addEventListener("blur", () => this.stopTyping());
    this.keys.root.append(this.field.input);
    this.note = createElement("p", "label-note");
    this.note.setAttribute("role", "alert");
    this.root = createElement("div", "correction", ask, this.conflict, this.cells, this.keys.root, this.note);
    this.root.setAttribute("role", "group");
    this.root.hidden = true;
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    this.root.setAttribute("aria-label", texts.bar);
    this.cells.setAttribute("aria-label", texts.cells);
    this.keys.setTexts(texts);
    this.field.setTexts(texts);
    setText(this.question, texts.question);
    setText(this.yes, texts.yes);
    setText(this.undoButton, texts.label_undo);
    this.undoButton.title = texts.label_undo_more;
    this.signature = "";
    if (this.shown) this.show(this.shown);
  }

  /**
   * Show a prediction and its label; null: there is nothing to correct. While the pen moves it is called in each
   * frame, so it does nothing unless something has changed.
   * @param {Correctable | null} item
   */
  show(item) {
    const isLabelable = item !== null && item.text.length <= MAX_LABEL;
    const signature = isLabelable ? JSON.stringify(item) : String(this.root.hidden);
    if (signature === this.signature) return;
    const isOther = item?.text !== this.shown?.text || item?.doubtful !== this.shown?.doubtful;
    this.signature = signature;
    this.shown = isLabelable ? item : null;
    if (this.shown) setHidden(this.root, false); // it stays, so that the bars do not jump when the pad is cleared
    if (isOther) this.index = item?.doubtful ?? 0;
    this.render();
  }

  /** The label that the panel shows: the given one, else the prediction. */
  get current() {
    return this.shown?.label ?? this.shown?.text ?? "";
  }

  render() {
    const { shown } = this;
    const { state, label, text } = shown ?? { state: "none", label: null, text: "" };
    const disabled = shown === null;
    this.root.dataset.state = state;
    this.yesButton.disabled = disabled;
    const isBlank = shown?.text === "";
    setHidden(this.question, isBlank);
    setHidden(this.yesButton, isBlank);
    this.yesButton.setAttribute("aria-pressed", String(label !== null && label === text));
    this.keys.setDisabled(disabled);
    this.field.input.disabled = disabled;
    setHidden(this.undoButton, !shown?.canUndo);
    setText(this.status, this.sentence(state, label, text));
    setText(this.note, shown?.note ?? "");
    this.renderConflict(shown?.conflict ?? null);
    this.renderCells(disabled);
    const symbols = [...this.current].filter((symbol) => symbol !== "\n");
    const chosen = label === null ? "" : (symbols[symbols.length === 1 ? 0 : this.index] ?? "");
    this.keys.buttons.forEach((button, digit) => {
      const symbol = button === this.keys.noDigitButton ? "?" : String(digit);
      button.setAttribute("aria-pressed", String(symbol === chosen));
    });
  }

  /**
   * Return what is said next to the question.
   * @param {LabelState} state
   * @param {string | null} label
   * @param {string} text
   */
  sentence(state, label, text) {
    const { texts } = this;
    if (state === "conflict") return "";
    const question = this.shown?.text === "" ? texts.was_blank : texts.was;
    if (label === null) return state === "none" || state === "refused" ? question : texts[`label_${state}`];
    const meaning = label === text ? texts.label_yes : this.describe(label);
    return fillIn(texts.label_state, { meaning, state: texts[`label_${state}`] });
  }

  /** @param {string} label */
  describe(label) {
    return label === "?"
      ? this.texts.label_is_none
      : fillIn(this.texts.label_is, { label: label.replaceAll("\n", " ") });
  }

  /** @param {Conflict | null} conflict */
  renderConflict(conflict) {
    setHidden(this.conflict, !conflict);
    if (!conflict) return;
    const { texts } = this;
    const name = (/** @type {string | null} */ label) => {
      if (label === null) return texts.conflict_none;
      return label === "?" ? texts.not_a_digit : label;
    };
    setText(this.conflictText, fillIn(texts.conflict, { label: name(conflict.theirs.label) }));
    setText(this.theirsButton, fillIn(texts.conflict_theirs, { label: name(conflict.theirs.label) }));
    setText(this.mineButton, fillIn(texts.conflict_mine, { label: name(conflict.mine.text) }));
  }

  /** @param {boolean} disabled */
  renderCells(disabled) {
    const symbols = [...this.current].filter((symbol) => symbol !== "\n");
    const hasCells = symbols.length > 1 && symbols.length <= MAX_CELLS;
    setHidden(this.cells, !hasCells);
    if (!hasCells) return;
    this.index = Math.min(this.index, symbols.length - 1);
    while (this.cells.children.length > symbols.length) this.cells.lastElementChild?.remove();
    while (this.cells.children.length < symbols.length) this.cells.append(this.createCell(this.cells.children.length));
    [...this.cells.children].forEach((cell, index) => {
      const [input, name] = /** @type {[HTMLInputElement, HTMLElement]} */ (/** @type {unknown} */ (cell.children));
      const values = { index: index + 1, count: symbols.length, value: symbols[index] };
      input.checked = index === this.index;
      input.disabled = disabled;
      input.setAttribute("aria-label", fillIn(this.texts.cell, values));
      setText(name, symbols[index]);
    });
  }

  /** @param {number} index */
  createCell(index) {
    const input = createElement("input");
    Object.assign(input, { type: "radio", name: "symbol" });
    input.addEventListener("change", () => {
      this.index = index;
      this.render();
    });
    return createElement("label", "cell", input, createElement("span"));
  }

  confirm() {
    if (this.shown?.text) this.actions.onLabel(this.shown.text);
  }

  /**
   * Say what the symbol, or the chosen one of several, was.
   * @param {string} symbol "0" to "9", or "?"
   */
  replaceSymbol(symbol) {
    if (!this.shown) return;
    const { current } = this;
    this.actions.onLabel([...current].length > 1 ? replaceCharacter(current, this.index, symbol) : symbol);
  }

  startTyping() {
    const { input } = this.field;
    this.keys.root.toggleAttribute("data-typing", true);
    if (input.value === "" && !this.current.includes("\n")) input.value = this.current;
    input.select();
  }

  stopTyping() {
    this.keys.root.toggleAttribute("data-typing", false);
    this.field.input.value = "";
    this.showNote("");
  }

  /** @param {string} message */
  showNote(message) {
    setText(this.note, message || (this.shown?.note ?? ""));
  }

  undo() {
    this.actions.onUndo();
    if (this.undoButton.hidden) this.yesButton.focus({ preventScroll: true }); // not lost with the button
  }

  /**
   * Run what a key of the page does; return whether it did something.
   * @param {string} key
   */
  runKey(key) {
    if (!this.shown) return false;
    if (/^[0-9]$/.test(key)) this.replaceSymbol(key);
    else if (key === "x") this.replaceSymbol("?");
    else if (key === "y") this.confirm();
    else return false;
    return true;
  }
}
