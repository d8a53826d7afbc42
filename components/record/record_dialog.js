// An open row of the history: the prediction in full, and what can be done with it. The panel loads this module when
// it has rows, because a first visit needs none of it.

import { CorrectionQueue } from "../shared/correction_queue.js";
import { fillIn } from "../shared/dom.js";
import { PendingDeletes } from "../shared/pending_deletes.js";
import { PredictionDialog } from "../shared/prediction_dialog.js";
import { RecordTools } from "./record_tools.js";

/** @import { PredictionDeletedEvent, Texts } from "../shared/types.d.ts" */
/** @import { PredictionRecordResponse, PredictionResponse } from "../shared/history_types.d.ts" */
/** @import { LabelUpdate } from "../shared/prediction_dialog.js" */

export const VISITOR = "visitor"; // author of visitors' labels: db/statistics.py

/**
 * @typedef {object} RecordCallbacks
 * @property {(step: -1 | 1) => void} onMove
 * @property {(step: -1 | 1) => boolean} canMove
 * @property {(id: string) => void} onClose the row of this prediction gets the focus
 * @property {(update: LabelUpdate) => void} onLabel a label has changed here or on the server
 * @property {() => void} onDelete one was deleted, or can no longer be restored
 * @property {() => void} onDeleteFailed
 */

export class RecordDialog {
  /**
   * @param {RecordCallbacks} callbacks
   * @param {AbortSignal} signal
   */
  constructor(callbacks, signal) {
    this.callbacks = callbacks;
    /** @type {Texts} */
    this.texts = {};
    /** @type {string | null} author of labels; null in open mode, where the visitor may choose a name */
    this.author = null;
    /** @type {string | null} id of the open prediction, until its row has the focus again */
    this.openId = null;
    this.corrections = new CorrectionQueue(
      {
        onSaved: (record) => document.dispatchEvent(new CustomEvent("inkling:labelled", { detail: record })),
        onRefused: (message) => this.dialog.setNote(fillIn(this.texts.refused, { message })),
        onChange: () => this.showSaving(),
      },
      signal,
    );
    this.pendingDeletes = new PendingDeletes({
      onCommit: () => signal.aborted || callbacks.onDelete(),
      onDeleted: () => {},
      onFailure: () => signal.aborted || callbacks.onDeleteFailed(),
    });
    this.dialog = new PredictionDialog(
      {
        onDelete: (item) => this.delete(item),
        onMove: callbacks.onMove,
        canMove: callbacks.canMove,
        onClose: () => this.closed(),
        onLabel: (label, item) => this.label(item, label),
        onUndo: () => this.undo(),
        canUndo: () => this.corrections.steps.length > 0,
        onChoose: (ids, choice) => this.resolve(ids, choice),
        applyTo: (record, requestedAt) => this.corrections.applyTo([record], requestedAt)[0],
        refusal: (item) => this.refusal(item),
      },
      new RecordTools(() => this.closeForPad()),
      signal,
    );
    this.root = this.dialog.dialog;
    // Here, or under the answer.
    const labelled = (/** @type {Event} */ event) => {
      const { detail } = /** @type {CustomEvent<PredictionRecordResponse>} */ (event);
      this.corrections.applyTo([detail], performance.now());
      this.labelChanged(detail);
    };
    document.addEventListener("inkling:labelled", labelled, { signal });
    window.addEventListener("pagehide", () => this.pendingDeletes.commit(), { signal });
    signal.addEventListener("abort", () => {
      this.pendingDeletes.commit();
      this.corrections.destroy();
    });
  }

  /**
   * @param {Texts} texts
   * @param {Intl.DateTimeFormat} timeFormat
   * @param {string | null} author
   */
  update(texts, timeFormat, author) {
    Object.assign(this, { texts, author });
    this.dialog.setTexts(texts, timeFormat);
    this.corrections.start(author);
  }

  /** @param {PredictionResponse} item */
  open(item) {
    this.openId = item.id;
    this.corrections.shown(item);
    this.dialog.show(item.id, item);
    this.dialog.showConflicts(this.corrections.conflicts);
  }

  closed() {
    const id = this.openId;
    this.openId = null;
    if (id) this.callbacks.onClose(id);
  }

  /** Close the dialog; the pad gets the focus. */
  closeForPad() {
    this.openId = null;
    this.dialog.hide();
  }

  // --- labels

  /**
   * Return why the visitor may not change a label; "" if they may.
   * @param {PredictionResponse} item
   */
  refusal({ label, labelled_by }) {
    const isReviewers = label !== null && !labelled_by?.startsWith(VISITOR);
    return this.author === VISITOR && isReviewers ? this.texts.labelled_by_reviewer : "";
  }

  /**
   * @param {PredictionResponse} item
   * @param {string} label
   */
  label(item, label) {
    const changes = [{ id: item.id, from: item.label, to: label }];
    this.showLabels(changes);
    this.corrections.add(changes);
    this.dialog.showActions();
  }

  undo() {
    const changes = this.corrections.undo();
    if (changes) this.showLabels(changes);
    this.dialog.showActions();
  }

  /**
   * @param {string[]} ids
   * @param {import("../shared/conflict_list.js").Choice} choice
   */
  resolve(ids, choice) {
    for (const id of ids) {
      const mine = this.corrections.conflicts.get(id)?.mine;
      const theirs = this.corrections.resolve(id, choice);
      if (theirs && choice === "theirs") this.labelChanged(theirs);
      else if (theirs && mine) this.showLabels([{ id, from: theirs.label, to: mine.text }]);
    }
  }

  /**
   * Show labels that are not saved yet.
   * @param {import("../shared/correction_queue.js").LabelChange[]} changes
   */
  showLabels(changes) {
    for (const { id, to } of changes) {
      const by = to === null ? null : this.corrections.name || null;
      this.labelChanged({ id, label: to, labelled_by: by, labelled_at: null });
    }
  }

  /** @param {LabelUpdate} update */
  labelChanged(update) {
    this.dialog.showLabel(update);
    this.callbacks.onLabel(update);
  }

  showSaving() {
    const { unsavedCount: count, stuck, conflicts } = this.corrections;
    this.dialog.showConflicts(conflicts);
    this.dialog.showActions();
    this.dialog.setNote(count && stuck ? fillIn(this.texts.not_saved, { count }) : "");
  }

  // --- deletions

  /** @param {PredictionResponse} item */
  delete(item) {
    this.pendingDeletes.add([{ item, index: -1 }], "");
    /** @type {PredictionDeletedEvent} */
    const detail = { id: item.id };
    document.dispatchEvent(new CustomEvent("inkling:prediction-deleted", { detail }));
    this.callbacks.onDelete();
    this.dialog.hide();
  }

  /** @param {string} id */
  restore(id) {
    const deletion = this.pendingDeletes.find(id);
    if (deletion) this.pendingDeletes.undo(deletion);
  }
}
