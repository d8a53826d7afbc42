// Runs what keys do with the selected predictions.

import { fillIn, isTyping } from "../shared/dom.js";
import { isCharacter, keyOf, labelForKey } from "../shared/keyboard.js";
import { isModalOpen } from "../shared/modal.js";
import { commandForKey } from "./keyboard.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { CorrectionBar } from "./correction_bar.js" */
/** @import { Editor } from "./editor.js" */
/** @import { PredictionGrid } from "./grid.js" */

/**
 * @typedef {object} KeyTargets
 * @property {Editor} editor
 * @property {PredictionGrid} grid
 * @property {CorrectionBar} correctionBar
 */

/**
 * @typedef {object} KeyActions
 * @property {() => void} onOpen open the selected prediction
 * @property {(message: string) => void} onMessage a key did nothing: say why
 */

export class ReviewKeys {
  /**
   * @param {KeyTargets} targets
   * @param {KeyActions} actions
   */
  constructor({ editor, grid, correctionBar }, actions) {
    this.editor = editor;
    this.grid = grid;
    this.correctionBar = correctionBar;
    this.actions = actions;
  }

  /** @returns {Texts} */
  get texts() {
    return this.editor.texts;
  }

  /** @param {KeyboardEvent} event */
  keyDown(event) {
    if (event.defaultPrevented || event.isComposing || isTyping(event)) return;
    if (isModalOpen()) return; // it has keys of its own
    const key = keyOf(event);
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (key !== "z" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.editor.undo();
      return;
    }
    const [target] = event.composedPath();
    if (key === "Enter" && target instanceof Element && target.matches("button, a, summary")) return; // a click
    // A key that is held down would label the predictions that follow, too.
    if (event.repeat && key !== "u") {
      if (commandForKey(key, this.grid.selectedItems)) event.preventDefault();
      return;
    }
    if (this.applyToSelected(key)) event.preventDefault();
    else if (isCharacter(key)) this.actions.onMessage(this.explain(key));
  }

  /**
   * Apply a key to the selected predictions; return whether it did something.
   * @param {string} key
   */
  applyToSelected(key) {
    const { editor } = this;
    const selected = this.grid.selectedItems;
    const command = commandForKey(key, selected);
    if (!command) return false;
    if (editor.deferred.waiting && labelForKey(key, selected[0]) !== null) {
      editor.deferred.run(() => this.applyToSelected(key)); // again, for the prediction that is selected then
      return true;
    }
    if (command.name === "undo") editor.deferred.undo() || editor.undo();
    else if (command.name === "open") this.actions.onOpen();
    else if (command.name === "delete") editor.deleteSelected();
    else if (command.name === "type") this.correctionBar.startTyping(command.text);
    else if (command.name === "confirm") editor.confirmSelected();
    else editor.labelSelected(command.label);
    return true;
  }

  /**
   * Return why a key did nothing.
   * @param {string} key
   */
  explain(key) {
    const { texts } = this;
    if (commandForKey(key, [{ text: "0" }]) === null) return fillIn(texts.unknown_key, { key });
    return this.grid.selection.size === 0 ? texts.selected_none : texts.nothing_to_confirm;
  }
}
