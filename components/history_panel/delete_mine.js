// Deletes all predictions made in this browser, after a confirmation.

import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { createModal, openModal } from "../shared/modal.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { OwnerCountResponse, OwnerDeletedResponse } from "../shared/history_types.d.ts" */

const URL_PATH = "api/history/mine";

export class DeleteMine {
  /** @param {() => void} onDeleted called after predictions were deleted */
  constructor(onDeleted) {
    this.onDeleted = onDeleted;
    /** @type {Texts} */
    this.texts = {};
    this.openButton = createButton("quiet", "", () => this.ask());
    this.question = createElement("b");
    this.explanation = createElement("p");
    this.cancelButton = createButton("button", "", () => this.dialog.close());
    this.confirmButton = createButton("button danger", "", () => this.deleteAll());
    const answers = createElement("div", "answers", this.cancelButton, this.confirmButton);
    this.dialog = createModal("", this.question, this.explanation, answers);
    this.status = createElement("p", "line");
    this.status.setAttribute("role", "status");
    this.root = createElement("div", "delete-mine", this.openButton, this.status, this.dialog);
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    setText(this.openButton, texts.delete);
    setText(this.status, "");
  }

  async ask() {
    const { texts } = this;
    const count = /** @type {OwnerCountResponse | null} */ (await this.request("GET"))?.count;
    if (count === undefined) {
      setText(this.status, texts.delete_failed);
      return;
    }
    setText(this.status, "");
    const question = count === 1 ? texts.delete_one : fillIn(texts.delete_many, { count });
    setText(this.question, count === 0 ? texts.delete_none : question);
    setText(this.explanation, count === 0 ? "" : texts.delete_meaning);
    setText(this.confirmButton, texts.delete_confirm);
    this.confirmButton.hidden = count === 0;
    setText(this.cancelButton, count === 0 ? texts.delete_close : texts.delete_cancel);
    this.dialog.setAttribute("aria-label", this.question.textContent ?? "");
    openModal(this.dialog);
    this.cancelButton.focus(); // Enter must not delete
  }

  async deleteAll() {
    this.confirmButton.disabled = true;
    const deleted = /** @type {OwnerDeletedResponse | null} */ (await this.request("DELETE"))?.forgotten;
    this.confirmButton.disabled = false;
    this.dialog.close();
    const { texts } = this;
    if (deleted === undefined) setText(this.status, texts.delete_failed);
    else {
      setText(this.status, deleted === 1 ? texts.deleted_one : fillIn(texts.deleted, { count: deleted }));
      document.dispatchEvent(new Event("inkling:deleted")); // what is not saved yet goes as well
    }
    this.onDeleted();
  }

  /**
   * Return the answer; null on any failure.
   * @param {"GET" | "DELETE"} method
   * @returns {Promise<unknown>}
   */
  async request(method) {
    try {
      const response = await fetch(URL_PATH, { method });
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }
}
