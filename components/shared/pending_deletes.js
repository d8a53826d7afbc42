// Deletions that can be undone for a few seconds: hidden immediately, sent to the server after that.

import { deleteRecord } from "./prediction_client.js";

/** @import { PredictionResponse, ThumbnailResponse } from "./history_types.d.ts" */

export const UNDO_TIME = 15_000; // ms

/**
 * @typedef {{ item: PredictionResponse | ThumbnailResponse, index: number }} DeletedItem with the index that it had in the
 *   grid; -1 if it was not there
 */

/**
 * @typedef {object} Deletion what was deleted in one step
 * @property {DeletedItem[]} deleted by ascending index
 * @property {string} view in which it was deleted
 * @property {ReturnType<typeof setTimeout>} timer
 */

export class PendingDeletes {
  /**
   * @param {object} callbacks
   * @param {() => void} callbacks.onCommit deletions can no longer be undone
   * @param {() => void} callbacks.onDeleted the server has answered for all deletions of a step
   * @param {() => void} callbacks.onFailure the server did not delete one
   */
  constructor({ onCommit, onDeleted, onFailure }) {
    this.onCommit = onCommit;
    this.onDeleted = onDeleted;
    this.onFailure = onFailure;
    /** @type {Deletion[]} */
    this.deletions = [];
    /** @type {Set<string>} ids */
    this.deletedIds = new Set();
  }

  /** How many steps can be undone. */
  get length() {
    return this.deletions.length;
  }

  /**
   * Return the items that are not deleted: a page that was requested before a deletion may still have them.
   * @template {{ id: string }} Item
   * @param {Item[]} items
   */
  exclude(items) {
    return items.filter(({ id }) => !this.deletedIds.has(id));
  }

  /**
   * @param {DeletedItem[]} deleted by ascending index
   * @param {string} view
   */
  add(deleted, view) {
    for (const { item } of deleted) this.deletedIds.add(item.id);
    /** @type {Deletion} */
    const deletion = { deleted, view, timer: setTimeout(() => this.commit([deletion]), UNDO_TIME) };
    this.deletions.push(deletion);
  }

  /**
   * Return the deletion of a prediction if it can be undone.
   * @param {string} id
   */
  find(id) {
    return this.deletions.find(({ deleted }) => deleted.some(({ item }) => item.id === id));
  }

  /** Undo a deletion, by default the newest, and return it; null if there is none that can be undone. */
  undo(deletion = this.deletions.at(-1)) {
    if (!deletion) return null;
    this.deletions = this.deletions.filter((other) => other !== deletion);
    clearTimeout(deletion.timer);
    for (const { item } of deletion.deleted) this.deletedIds.delete(item.id);
    return deletion;
  }

  /** Send deletions to the server, all by default. */
  commit(due = this.deletions) {
    if (due.length === 0) return;
    this.deletions = this.deletions.filter((deletion) => !due.includes(deletion));
    const requests = due.flatMap(({ deleted, timer }) => {
      clearTimeout(timer);
      return deleted.map(({ item }) => this.deleteNow(item.id));
    });
    Promise.all(requests).then(() => this.onDeleted());
    this.onCommit();
  }

  /**
   * Delete a prediction on the server immediately.
   * @param {string} id
   */
  async deleteNow(id) {
    this.deletedIds.add(id);
    if (await deleteRecord(id)) return;
    this.deletedIds.delete(id);
    this.onFailure();
  }
}
