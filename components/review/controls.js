// Parts of forms and dialogs that the review is built of.

import { createElement, setText } from "../shared/dom.js";

/**
 * Name a control that shows a symbol, for the pointer and for screen readers.
 * @param {HTMLElement} control
 * @param {string} text
 */
export function setTooltip(control, text) {
  control.title = text;
  control.setAttribute("aria-label", text);
}

/**
 * @template {HTMLInputElement | HTMLSelectElement} Input
 * @typedef {object} Field an input and its name
 * @property {Input} input
 * @property {HTMLSpanElement} name
 * @property {HTMLLabelElement} root
 */

/**
 * @template {HTMLInputElement | HTMLSelectElement} Input
 * @param {Input} input
 * @param {string} className
 * @returns {Field<Input>}
 */
export function createField(input, className = "field") {
  const name = createElement("span");
  return { input, name, root: createElement("label", className, name, input) };
}

/**
 * Replace the options of a select; keep its value if it is still an option, else set it to "".
 * @param {HTMLSelectElement} select
 * @param {(readonly [value: string, name: string])[]} options
 */
export function setOptions(select, options) {
  const { value } = select;
  select.replaceChildren(...options.map(([option, name]) => new Option(name, option)));
  select.value = options.some(([option]) => option === value) ? value : "";
}

/** A section with a heading. */
export class Section {
  /** @param {...Node} children */
  constructor(...children) {
    this.heading = createElement("h2");
    this.root = createElement("section", "", this.heading, ...children);
  }

  /** @param {string} text */
  setHeading(text) {
    setText(this.heading, text);
  }
}
