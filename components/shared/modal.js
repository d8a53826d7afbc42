// Modal dialogs: Escape or a click outside closes them, and no key reaches the page behind them.

import { createElement } from "./dom.js";

/** @type {Set<HTMLDialogElement>} those that were opened and not closed since */
const opened = new Set();

/**
 * Create a dialog for `openModal`.
 * @param {string} className
 * @param {...(Node | string)} children
 */
export function createModal(className, ...children) {
  const dialog = createElement("dialog", className, ...children);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // on the backdrop
  });
  dialog.addEventListener("close", () => opened.delete(dialog));
  dialog.addEventListener("keydown", (event) => event.stopPropagation()); // Streamlit and the page have keys, too
  return dialog;
}

/** @param {HTMLDialogElement} dialog from `createModal` */
export function openModal(dialog) {
  if (!dialog.open) dialog.showModal();
  opened.add(dialog);
}

/**
 * Return whether a dialog is open. Listeners for keys of the page that run before the dialog's must ignore keys then:
 * Escape belongs to the dialog, also while nothing in it has the focus.
 */
export const isModalOpen = () => [...opened].some((dialog) => dialog.open && dialog.isConnected);
