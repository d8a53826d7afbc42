// Parts of forms and dialogs that the review is built of.

import { createElement, setText } from "./dom.js";

let errorCount = 0; // gives every field's error message its own id

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
 * @property {HTMLElement} root
 * @property {(message: string) => void} setError show what is wrong with the value; "" for nothing
 */

/**
 * @template {HTMLInputElement | HTMLSelectElement} Input
 * @param {Input} input
 * @param {string} className
 * @returns {Field<Input>}
 */
export function createField(input, className = "field") {
  const name = createElement("span");
  const error = createElement("small", "error");
  errorCount += 1;
  error.id = `error-${errorCount}`;
  const root = createElement("div", className, createElement("label", "", name, input), error);
  const setError = (/** @type {string} */ message) => {
    setText(error, message);
    if (message) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", error.id);
    } else {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
  };
  return { input, name, root, setError };
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
