// Connects the panel in which a visitor corrects a prediction with the labels, and with the keys of the page. It is
// loaded after the page is ready: a first visit does not wait for it.

import { chanceRight } from "../shared/confidence.js";
import { fillIn } from "../shared/dom.js";
import { pendingLabels } from "../shared/pending_labels.js";
import { CorrectionPanel } from "./correction_panel.js";
import { PredictionLabels } from "./prediction_labels.js";

/** @import { ShownDigit, ShownPrediction, Texts } from "../shared/types.d.ts" */
/** @import { LabelState, LabelTarget } from "./prediction_labels.js" */

/** @typedef {LabelTarget & { labelled: boolean }} ShownTarget labelled: it may have a label that is not known here */

export class Correction {
  /** @param {AbortSignal} signal */
  constructor(signal) {
    /** @type {Texts} */
    this.texts = {};
    /** @type {ShownPrediction | null} */
    this.prediction = null;
    /** @type {ShownTarget | null} */
    this.target = null;
    this.labels = new PredictionLabels(pendingLabels(), () => this.render(), signal);
    this.panel = new CorrectionPanel({
      onLabel: (label) => this.target && this.labels.set(this.target, label),
      onUndo: () => this.target && this.labels.undo(this.target),
      onResolve: (choice) => this.target && this.labels.resolve(this.target, choice),
    });
    this.root = this.panel.root;
    document.addEventListener("keydown", (event) => this.keyDown(event), { signal });
    document.addEventListener("inkling:deleted", () => this.show(null, null), { signal });
  }

  /**
   * @param {Texts} texts
   * @param {string | null} author
   */
  update(texts, author) {
    this.texts = texts;
    this.panel.setTexts(texts);
    this.labels.start(author);
  }

  /**
   * Show whether a prediction is right; called in each frame in which it changes.
   * @param {ShownPrediction | null} prediction
   * @param {ShownTarget | null} target null while there is nothing yet that a label could be for
   */
  show(prediction, target) {
    this.prediction = prediction;
    this.target = target;
    if (target?.id) {
      // A new prediction has no label that would have to be loaded.
      if (target.labelled) this.labels.load(target.id);
      else this.labels.predicted(target.id);
    }
    this.render();
  }

  render() {
    const { labels, prediction, target } = this;
    if (!prediction) {
      this.panel.show(null);
      return;
    }
    const conflict = target && labels.conflictOf(target);
    const state = target ? labels.stateOf(target) : "none";
    this.panel.show({
      text: prediction.text,
      doubtful: leastCertain(prediction.digits),
      label: target && labels.labelOf(target),
      state,
      canUndo: target !== null && labels.canUndo(target),
      note: this.describeState(state, target),
      conflict,
    });
  }

  /**
   * Return what there is to say of a label that is not saved.
   * @param {LabelState} state
   * @param {LabelTarget | null} target
   */
  describeState(state, target) {
    if (state === "not_saved") return this.texts.label_kept;
    if (state !== "refused" || !target) return "";
    const { text, message } = this.labels.refusalOf(target);
    return fillIn(this.texts[text], { message });
  }

  /** @param {KeyboardEvent} event */
  keyDown(event) {
    const { altKey, ctrlKey, metaKey, isComposing, repeat } = event;
    if (altKey || ctrlKey || metaKey || isComposing || repeat || !this.target || this.isElsewhere(event)) return;
    if (this.panel.runKey(event.key.toLowerCase())) event.preventDefault();
  }

  /**
   * Return whether a key belongs to a control with keys of its own, or to a dialog.
   * @param {KeyboardEvent} event
   */
  isElsewhere(event) {
    const path = event.composedPath().filter((target) => target instanceof Element);
    if (path.some((element) => element.matches("dialog, input:not([type=radio]), textarea, select, [contenteditable]")))
      return true;
    return path.some((element) => element.matches("input")) && !path.includes(this.root);
  }
}

/**
 * Return the index of the symbol that is most likely wrong.
 * @param {ShownDigit[]} digits
 */
function leastCertain(digits) {
  const chances = digits.map(chanceRight);
  return Math.max(0, chances.indexOf(Math.min(...chances)));
}
