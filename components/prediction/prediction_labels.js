// The labels of the predictions that the page shows: which label each has, whether it is saved, and how to undo it.

import { CorrectionQueue } from "../shared/correction_queue.js";
import { fetchRecord } from "../shared/prediction_client.js";

/** @import { PendingLabels } from "../shared/pending_labels.js" */
/** @import { DrawingLabelEvent } from "../shared/types.d.ts" */
/** @import { PredictionRecordResponse } from "../shared/history_types.d.ts" */

/**
 * @typedef {object} LabelTarget a prediction
 * @property {string | null} id null for a drawing that the server has not confirmed yet
 * @property {string | null} key of the drawing; null for an image
 */

/** @typedef {"none" | "saving" | "not_saved" | "saved" | "refused" | "conflict"} LabelState */

const USUAL_TIME = 1500; // ms that saving a drawing may take before the page speaks of it
/** @type {Record<string, string>} texts by the code of the error */
const REFUSALS = {
  labelled_by_reviewer: "refused_labelled_by_reviewer",
  not_found: "refused_not_found",
};

export class PredictionLabels {
  /**
   * @param {PendingLabels} pending
   * @param {() => void} onChange
   * @param {AbortSignal} signal
   */
  constructor(pending, onChange, signal) {
    this.pending = pending;
    this.onChange = onChange;
    /** @type {Map<string, string | null>} by id: the label that the server has */
    this.labels = new Map();
    /** @type {Map<string, (string | null)[]>} by drawing key or id: earlier labels, for undo */
    this.steps = new Map();
    /** @type {Map<string, { code: string, message: string }>} by id: why the newest label was refused */
    this.refusals = new Map();
    /** @type {Set<string>} ids of predictions whose label is known, or requested */
    this.known = new Set();
    /** @type {Set<string>} keys of drawings that take longer than usual to be saved */
    this.late = new Set();
    pending.onReady = (id, { text }) => {
      this.known.add(id);
      this.queue.add([{ id, from: null, to: text }]);
    };
    this.queue = new CorrectionQueue(
      {
        onSaved: (record) => this.saved(record),
        onRefused: (message, code, id) => this.refused(id, code, message),
        onChange,
      },
      signal,
    );
    const labelled = (/** @type {Event} */ event) =>
      this.labelledElsewhere(/** @type {CustomEvent<PredictionRecordResponse>} */ (event).detail);
    document.addEventListener("inkling:labelled", labelled, { signal });
    signal.addEventListener("abort", () => {
      pending.onReady = null;
      this.queue.destroy();
    });
  }

  /**
   * Accept labels, and send those that an earlier page could not send.
   * @param {string | null} author of the labels; null where the browser may send a name
   */
  start(author) {
    this.queue.start(author);
  }

  /** @param {LabelTarget} target */
  labelOf({ id, key }) {
    if (id === null) return this.pending.get(key ?? "");
    const unsaved = this.queue.unsaved.get(id);
    return unsaved ? unsaved.text : (this.labels.get(id) ?? null);
  }

  /**
   * @param {LabelTarget} target
   * @returns {LabelState}
   */
  stateOf({ id, key }) {
    if (id === null) {
      if (key === null || this.pending.get(key) === null) return "none";
      return this.late.has(key) ? "not_saved" : "saving";
    }
    if (this.queue.conflicts.has(id)) return "conflict";
    if (this.queue.unsaved.has(id)) return this.queue.stuck ? "not_saved" : "saving";
    if (this.refusals.has(id)) return "refused";
    return (this.labels.get(id) ?? null) === null ? "none" : "saved";
  }

  /**
   * Return why the newest label was refused: the name of a text, or what the server says.
   * @param {LabelTarget} target
   */
  refusalOf({ id }) {
    const { code, message } = this.refusals.get(id ?? "") ?? { code: "", message: "" };
    return { text: REFUSALS[code] ?? "refused", message };
  }

  /** @param {LabelTarget} target */
  conflictOf({ id }) {
    return this.queue.conflicts.get(id ?? "") ?? null;
  }

  /**
   * @param {LabelTarget} target
   * @param {string} text
   */
  set(target, text) {
    const before = this.labelOf(target);
    if (before === text) return;
    this.stepsOf(target).push(before);
    this.change(target, before, text);
  }

  /** @param {LabelTarget} target */
  canUndo(target) {
    return this.stepsOf(target).length > 0;
  }

  /** @param {LabelTarget} target */
  undo(target) {
    const steps = this.stepsOf(target);
    const label = this.labelOf(target);
    while (steps.at(-1) === label) steps.pop(); // the label after it was refused
    const before = steps.pop();
    if (before !== undefined) this.change(target, label, before);
  }

  /** @param {LabelTarget} target */
  stepsOf({ id, key }) {
    const name = key ?? id ?? "";
    const steps = this.steps.get(name) ?? [];
    this.steps.set(name, steps);
    return steps;
  }

  /**
   * End a conflict with one of the two labels.
   * @param {LabelTarget} target
   * @param {"mine" | "theirs"} choice
   */
  resolve({ id }, choice) {
    const theirs = this.queue.resolve(id ?? "", choice);
    if (theirs) this.labels.set(theirs.id, theirs.label);
    this.onChange();
  }

  /**
   * @param {LabelTarget} target
   * @param {string | null} from
   * @param {string | null} to
   */
  change({ id, key }, from, to) {
    if (id !== null) {
      this.refusals.delete(id);
      this.queue.add([{ id, from, to }]);
    } else if (key !== null) {
      if (to === null) this.pending.remove(key);
      else this.pending.set(key, to, this.queue.name || null);
      setTimeout(() => this.becomeLate(key), USUAL_TIME);
    }
    // After the queue has it: the pad may save the drawing now, which then stays as it is.
    if (key !== null) this.announce({ key, text: to });
    this.onChange();
  }

  /** @param {DrawingLabelEvent} detail */
  announce(detail) {
    document.dispatchEvent(new CustomEvent("inkling:label", { detail }));
  }

  /** @param {string} key */
  becomeLate(key) {
    if (this.pending.get(key) === null) return;
    this.late.add(key);
    this.onChange();
  }

  /**
   * A new prediction has no label that would have to be loaded.
   * @param {string} id
   */
  predicted(id) {
    this.known.add(id);
  }

  /**
   * Find out the label of a prediction that is shown again.
   * @param {string} id
   */
  async load(id) {
    if (this.known.has(id)) return;
    this.known.add(id);
    const requestedAt = performance.now();
    const record = await fetchRecord(id);
    if (record === null) this.known.delete(id);
    if (record === null || record === "gone") return;
    const [{ label }] = this.queue.applyTo([record], requestedAt);
    if (!this.queue.unsaved.has(id)) this.labels.set(id, label);
    this.onChange();
  }

  /**
   * Another panel of this page has labelled a prediction.
   * @param {PredictionRecordResponse} record
   */
  labelledElsewhere(record) {
    this.queue.applyTo([record], performance.now());
    this.labels.set(record.id, record.label);
    this.onChange();
  }

  /** @param {PredictionRecordResponse} record */
  saved(record) {
    this.labels.set(record.id, record.label);
    document.dispatchEvent(new CustomEvent("inkling:labelled", { detail: record }));
  }

  /**
   * @param {string} id
   * @param {string} code
   * @param {string} message
   */
  refused(id, code, message) {
    this.refusals.set(id, { code, message });
  }
}
