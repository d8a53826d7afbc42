// Correcting and deleting predictions, and undoing both.

import { CorrectionQueue } from "../shared/correction_queue.js";
import { fillIn } from "../shared/dom.js";
import { PendingDeletes } from "../shared/pending_deletes.js";
import { DeferredActions } from "./deferred_actions.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { PredictionResponse, ThumbnailResponse } from "../shared/history_types.d.ts" */
/** @import { LabelChange } from "../shared/correction_queue.js" */
/** @import { LabelUpdate, PredictionDialog } from "../shared/prediction_dialog.js" */
/** @import { PredictionGrid } from "./grid.js" */
/** @import { PageLoader } from "./page_loader.js" */
/** @import { DeletedItem } from "../shared/pending_deletes.js" */

/**
 * @typedef {object} EditorParts
 * @property {PredictionGrid} grid
 * @property {PredictionDialog} detail
 * @property {PageLoader} loader
 */

/**
 * @typedef {object} EditorCallbacks
 * @property {(message: string) => void} onMessage "" for none
 * @property {() => void} onSteps the number of steps that can be undone changed
 * @property {() => void} onSaving the number of unsaved changes changed, or saving got stuck or resumed
 * @property {() => void} onReload the grid is out of date
 * @property {() => void} onDeleted the server has deleted what was deleted here
 * @property {(items: PredictionResponse[], sign: 1 | -1) => void} onCount predictions were restored or deleted
 */

export class Editor {
  /**
   * @param {EditorParts} parts
   * @param {EditorCallbacks} callbacks
   * @param {AbortSignal} signal
   */
  constructor({ grid, detail, loader }, callbacks, signal) {
    this.grid = grid;
    this.detail = detail;
    this.loader = loader;
    this.callbacks = callbacks;
    this.signal = signal;
    /** @type {Texts} */
    this.texts = {};
    this.view = "";
    this.deferred = new DeferredActions();
    this.pendingDeletes = new PendingDeletes({
      onCommit: () => this.deletesCommitted(),
      onDeleted: () => signal.aborted || callbacks.onDeleted(),
      onFailure: () => this.deleteFailed(),
    });
    this.corrections = new CorrectionQueue(
      {
        onSaved: (record) => this.showLabel(record),
        onRefused: (message) => callbacks.onMessage(fillIn(this.texts.refused, { message })),
        onChange: () => callbacks.onSaving(),
      },
      signal,
    );
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
  }

  /** @param {string} view identifies the filters and the order of what is shown from now on */
  startView(view) {
    this.view = view;
    this.deferred.stop();
  }

  /**
   * Apply unsaved labels and deletions to the predictions of a page.
   * @param {ThumbnailResponse[]} items
   * @param {number} requestedAt by performance.now()
   */
  applyTo(items, requestedAt) {
    return this.pendingDeletes.exclude(this.corrections.applyTo(items, requestedAt));
  }

  /** Run the deferred actions: a page was appended to the grid. */
  resume() {
    this.deferred.resume(() => this.grid.advance());
    if (this.loader.ended) this.deferred.stop();
  }

  get canUndo() {
    return this.corrections.steps.length + this.pendingDeletes.length > 0;
  }

  // --- corrections

  /** @param {string} label */
  labelSelected(label) {
    this.correctSelected(this.grid.selectedItems.map(({ id, label: from }) => ({ id, from, to: label })));
  }

  /** Label the selected predictions as they were predicted. */
  confirmSelected() {
    const items = this.grid.selectedItems.filter(({ text }) => text);
    this.correctSelected(items.map(({ id, label, text }) => ({ id, from: label, to: text })));
  }

  /** @param {LabelChange[]} changes */
  correctSelected(changes) {
    if (changes.length === 0) return;
    this.pendingDeletes.commit(); // undo runs in reverse order: these deletions precede the correction
    this.showLabels(changes);
    if (this.grid.multiple) this.grid.clearSelection();
    else if (!this.grid.advance() && !this.loader.ended) this.deferred.start();
    this.corrections.add(changes);
    this.callbacks.onSteps();
  }

  /**
   * Choose one of the two labels of predictions in conflict.
   * @param {string[]} ids
   * @param {import("../shared/conflict_list.js").Choice} choice
   */
  resolve(ids, choice) {
    for (const id of ids) {
      const mine = this.corrections.conflicts.get(id)?.mine;
      const theirs = this.corrections.resolve(id, choice);
      if (theirs && choice === "theirs") this.showLabel(theirs);
      else if (theirs && mine) this.showLabels([{ id, from: theirs.label, to: mine.text }]);
    }
  }

  /**
   * Label the open prediction.
   * @param {PredictionResponse} item
   * @param {string} label
   */
  labelOpen(item, label) {
    this.pendingDeletes.commit();
    const changes = [{ id: item.id, from: item.label, to: label }];
    this.showLabels(changes);
    this.corrections.add(changes);
    this.callbacks.onSteps();
  }

  /**
   * Show labels that are not saved yet.
   * @param {LabelChange[]} changes
   */
  showLabels(changes) {
    for (const { id, to } of changes) {
      const by = to === null ? null : this.corrections.name || null;
      this.showLabel({ id, label: to, labelled_by: by, labelled_at: null });
    }
  }

  /** @param {LabelUpdate} update */
  showLabel(update) {
    const { id, label, labelled_by, labelled_at } = update;
    const item = this.grid.find(id);
    if (item) this.grid.refresh(Object.assign(item, { label, labelled_by, labelled_at }));
    this.detail.showLabel(update);
  }

  // --- undo

  /** Undo the last step. Deletions come first: a correction makes those before it final. */
  undo() {
    if (this.pendingDeletes.length > 0) this.undoDelete();
    else this.undoCorrection();
  }

  undoCorrection() {
    const changes = this.corrections.undo();
    if (!changes) return;
    this.showLabels(changes);
    const index = this.grid.indexOf(changes[0].id);
    if (index >= 0 && !this.detail.open) this.grid.select(index);
    this.callbacks.onSteps();
  }

  undoDelete() {
    const deletion = this.pendingDeletes.undo();
    if (!deletion) return;
    const inGrid = deletion.deleted.flatMap(({ item, index }) => ("image" in item ? [{ item, index }] : []));
    if (deletion.view !== this.view || inGrid.length === 0) {
      this.callbacks.onReload(); // their indexes belong to a different view, or they never had one
    } else {
      this.grid.restore(inGrid);
      this.callbacks.onCount(
        inGrid.map(({ item }) => item),
        1,
      );
    }
    this.callbacks.onSteps();
    this.callbacks.onMessage(this.texts.restored);
  }

  // --- deletions

  deleteSelected() {
    this.delete(this.grid.selectedItems);
  }

  /**
   * Delete the open prediction, which need not be in the grid.
   * @param {PredictionResponse} opened
   */
  deleteOpen(opened) {
    const item = this.grid.find(opened.id);
    if (item) {
      this.delete([item]);
      return;
    }
    this.pendingDeletes.add([{ item: opened, index: -1 }], this.view);
    if (this.matchesAll) this.callbacks.onCount([opened], -1);
    this.callbacks.onSteps();
    this.callbacks.onMessage(this.texts.deleted);
  }

  /** Whether the view has no filters, so that every prediction belongs to it. */
  get matchesAll() {
    return this.view.startsWith("#");
  }

  /** The predictions of the view that are deleted here, but not on the server yet. */
  get pendingItems() {
    return this.pendingDeletes.deletions
      .filter(({ view }) => view === this.view)
      .flatMap(({ deleted }) => deleted)
      .flatMap(({ item, index }) => (index >= 0 || this.matchesAll ? [item] : []));
  }

  /** @param {ThumbnailResponse[]} items in the grid's order */
  delete(items) {
    if (items.length === 0) return;
    /** @type {DeletedItem[]} */
    const deleted = items.map((item) => ({ item, index: this.grid.indexOf(item.id) }));
    this.pendingDeletes.add(deleted, this.view);
    this.grid.remove(deleted);
    this.callbacks.onCount(items, -1);
    this.callbacks.onSteps();
    this.callbacks.onMessage(
      items.length === 1 ? this.texts.deleted : fillIn(this.texts.deleted_many, { count: items.length }),
    );
  }

  deletesCommitted() {
    this.callbacks.onSteps();
    this.callbacks.onSaving();
  }

  deleteFailed() {
    if (this.signal.aborted) return;
    this.callbacks.onReload(); // shows what is still there
    this.callbacks.onMessage(this.texts.not_deleted);
  }

  destroy() {
    this.pendingDeletes.commit();
    this.corrections.destroy();
  }
}
