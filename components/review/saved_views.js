// Views that the reviewer has saved under a name, in this browser: filters, order and layout.

import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { localStore } from "../shared/storage.js";

/** @import { Texts } from "../shared/types.d.ts" */

const KEY = "inkling.views";
const MAX_VIEWS = 50;

/** @typedef {{ name: string, query: string }} SavedView query: the page's, without "?" */

/** @returns {SavedView[]} */
function loadViews() {
  try {
    const views = JSON.parse(localStore.get(KEY) ?? "[]");
    return Array.isArray(views) ? views.filter((view) => typeof view?.name === "string" && "query" in view) : [];
  } catch {
    return []; // damaged
  }
}

export class SavedViews {
  /**
   * @param {object} callbacks
   * @param {() => string} callbacks.currentQuery
   * @param {() => string} callbacks.describe returns a name for the current view
   * @param {(query: string) => void} callbacks.onShow
   * @param {AbortSignal} signal
   */
  constructor({ currentQuery, describe, onShow }, signal) {
    this.currentQuery = currentQuery;
    this.describe = describe;
    this.onShow = onShow;
    /** @type {Texts} */
    this.texts = {};
    this.views = loadViews();
    /** @type {{ view: SavedView, index: number } | null} the last one that was removed */
    this.removed = null;
    this.summary = createElement("summary");
    this.list = createElement("ul");
    this.note = createElement("p", "line");
    this.note.setAttribute("role", "status");
    this.undoButton = createButton("button", "", () => this.undoRemove());
    this.name = createElement("input");
    Object.assign(this.name, { maxLength: 80, autocomplete: "off" });
    this.name.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter" && !event.isComposing) this.save();
    });
    this.saveButton = createButton("button", "", () => this.save());
    const form = createElement("div", "save-view", this.name, this.saveButton);
    this.root = createElement("details", "saved-views", this.summary, this.list, this.note, this.undoButton, form);
    this.root.addEventListener("toggle", () => this.root.open && this.suggestName());
    const follow = (/** @type {StorageEvent} */ { key }) => {
      if (key !== KEY) return; // another tab has changed them
      this.views = loadViews();
      this.show();
    };
    window.addEventListener("storage", follow, { signal });
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    setText(this.summary, texts.views);
    setText(this.saveButton, texts.view_save);
    setText(this.undoButton, texts.undo);
    this.name.placeholder = texts.view_name;
    this.name.setAttribute("aria-label", texts.view_name);
    this.show();
  }

  suggestName() {
    this.name.value = this.describe();
  }

  save() {
    const name = this.name.value.trim() || this.describe();
    const query = this.currentQuery();
    this.views = [...this.views.filter((view) => view.name !== name), { name, query }].slice(-MAX_VIEWS);
    this.removed = null;
    this.store();
    setText(this.note, fillIn(this.texts.view_saved, { name }));
  }

  /** @param {number} index */
  remove(index) {
    const [view] = this.views.splice(index, 1);
    this.removed = { view, index };
    this.store();
    setText(this.note, fillIn(this.texts.view_removed, { name: view.name }));
  }

  undoRemove() {
    if (!this.removed) return;
    this.views.splice(this.removed.index, 0, this.removed.view);
    this.removed = null;
    this.store();
    setText(this.note, "");
  }

  store() {
    localStore.set(KEY, JSON.stringify(this.views));
    this.show();
  }

  show() {
    this.undoButton.hidden = this.removed === null;
    const rows = this.views.map(({ name, query }, index) => {
      const showButton = createButton("button view", name, () => this.onShow(query));
      const removeButton = createButton("button", "×", () => this.remove(index));
      removeButton.title = fillIn(this.texts.view_remove, { name });
      removeButton.setAttribute("aria-label", removeButton.title);
      return createElement("li", "", showButton, removeButton);
    });
    this.list.replaceChildren(...rows);
  }
}
